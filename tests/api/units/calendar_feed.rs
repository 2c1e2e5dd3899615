//! `POST /units/{id}/calendar-feed` and `GET /units/{id}/calendar.ics`

on_both! {
    async fn a_feed_opens_with_its_address_and_nothing_else(app: &TestApp) {
        let town = app.bearing(Some(app.token("li", &["unit_reporter"], Some("humen"), &[])));
        town.transition("/api/v1/units/changan/calendar-feed", "*").await.problem(404, "not_found");
        app.anonymous().transition("/api/v1/units/humen/calendar-feed", "*").await.problem(401, "unauthenticated");
        // A collective owes nothing itself.
        app.coordinator().transition("/api/v1/units/zhenjie/calendar-feed", "*").await.problem(409, "wrong_state");
        let url = town.transition("/api/v1/units/humen/calendar-feed", "*").await.expect(201).json()["url"].as_str().unwrap().to_owned();
        let feed = app.anonymous().get(&url).await.ok();
        assert_eq!(feed.header("content-type"), "text/calendar; charset=utf-8");
        let text = feed.text();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
        let due = town.walk("/api/v1/obligations?limit=200&state=open&state=not_open").await.len();
        assert_eq!(text.matches("BEGIN:VEVENT").count(), due);
        assert!(text.contains("UID:dg-2017.1.1.d1.humen.2017Q4@duban\r\n") && text.contains("DTSTART;VALUE=DATE:20171231\r\n"));
        let unchanged = app.anonymous().request(reqwest::Method::GET, &url).header("If-None-Match", feed.etag());
        crate::support::Reply::to(unchanged).await.expect(304);
        // The secret is for this feed only, and a new one ends it.
        app.anonymous().get(&url.replace("/humen/", "/changan/")).await.problem(404, "not_found");
        app.anonymous().get("/api/v1/units/humen/calendar.ics").await.problem(404, "not_found");
        town.transition("/api/v1/units/humen/calendar-feed", "*").await.expect(201);
        app.anonymous().get(&url).await.problem(404, "not_found");
    }
}
