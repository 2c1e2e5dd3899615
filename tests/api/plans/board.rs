//! `GET /plans/{id}/board.svg`

on_both! {
    async fn a_board_shows_every_unit_and_month(app: &TestApp) {
        let board = app.anonymous().get("/api/v1/plans/dg-2017/board.svg?as_of=2017-07-01").await.ok();
        assert_eq!(board.header("content-type"), "image/svg+xml");
        let svg = board.text();
        for part in ["<title id=\"board-title\">", "<desc id=\"board-desc\">", "红灯 red", "2017-12", "虎门镇", "<title>虎门镇 2017-03 红灯 red：32</title>", "prefers-color-scheme:dark"] {
            assert!(svg.contains(part), "{part}");
        }
        // Offices come before towns, each kind in the directory's order.
        let row = |name: &str| svg.find(&format!(">{name}</text>")).unwrap_or_else(|| panic!("{name}"));
        assert!(row("市财政局") < row("市环保局") && row("市环保局") < row("虎门镇"), "by kind, then by code");
        app.anonymous().get("/api/v1/plans/dg-1999/board.svg").await.problem(404, "not_found");
    }
}
