//! `limit=`, `fields=`, `embed=`, and what is no parameter at all.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LISTS, pages};

/// One of each.
const ITEMS: &[(&str, Option<&str>)] = &[
    ("/api/v1/plans/dg-2017", Some("tasks")),
    ("/api/v1/tasks/dg-2017.17", Some("requirements")),
    ("/api/v1/requirements/dg-2017.17.3", Some("task")),
    ("/api/v1/deadlines/dg-2017.18.1.d2", Some("requirement")),
    ("/api/v1/units/zhenjie", Some("members")),
];

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The same, without what only `embed=` brings.
fn without(value: &Value, embedded: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(embedded);
    value
}

on_both! {
    async fn an_unknown_parameter_is_refused_by_name(app: &TestApp) {
        let paths = LISTS
            .iter()
            .map(|list| list.path)
            .chain(ITEMS.iter().map(|(path, _)| *path));
        for path in paths {
            for name in ["limt", "page", "offset", "Limit", "部门", "units"] {
                let problem = app
                    .anonymous()
                    .find(path, &[(name, "1")])
                    .await
                    .problem(400, "unknown_parameter");
                assert_eq!(problem["errors"][0]["parameter"], name, "{path}");
                assert!(problem["detail"].as_str().unwrap().contains(name), "{problem}");
            }
        }
        // Where it stands among known ones does not matter.
        let query = [("limit", "5"), ("unit", "hbj"), ("status", "overdue")];
        let problem = app
            .anonymous()
            .find("/api/v1/requirements", &query)
            .await
            .problem(400, "unknown_parameter");
        assert_eq!(problem["errors"][0]["parameter"], "status");
    }

    /// However its name is spelled.
    async fn a_parameter_may_be_written_with_escapes(app: &TestApp) {
        for list in ["requirements", "progress-reports"] {
            let page = app.anonymous().get(&format!("/api/v1/{list}?changed%5Fsince=start&%6Cimit=1")).await.ok().json();
            assert!(page["changes"]["mark"].is_string(), "{page}");
            assert_eq!(page["items"].as_array().map(Vec::len), Some(1).filter(|_| list == "requirements").or(Some(0)), "{page}");
        }
        // No other operation reads the log for it.
        let reads = app.app.reads();
        app.anonymous().get("/api/v1/plans/dg-2017/board.svg?x=changed_since=").await.problem(400, "unknown_parameter");
        app.anonymous().get("/api/v1/vocabulary?changed_since=start").await.problem(400, "unknown_parameter");
        assert_eq!(app.app.reads(), reads);
    }

    async fn a_limit_out_of_range_is_refused(app: &TestApp) {
        for list in LISTS {
            for limit in ["0", "201", "-1", "abc", "1.5", "99999999999999999999999"] {
                let problem = app
                    .anonymous()
                    .find(list.path, &[("limit", limit)])
                    .await
                    .problem(400, "invalid_parameter");
                assert_eq!(problem["errors"][0]["parameter"], "limit", "{} {limit}", list.path);
            }
            let twice = [("limit", "5"), ("limit", "6")];
            let problem = app
                .anonymous()
                .find(list.path, &twice)
                .await
                .problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], "limit");
            for limit in ["1", "200"] {
                app.anonymous().find(list.path, &[("limit", limit)]).await.ok();
            }
        }
    }

    async fn fifty_is_the_default_limit(app: &TestApp) {
        for (path, shown) in [("requirements", 50), ("deadlines", 50), ("units", 50), ("tasks", 39)] {
            let page = app.anonymous().get(&format!("/api/v1/{path}")).await.ok().json();
            assert_eq!(page["items"].as_array().unwrap().len(), shown, "{path}");
        }
    }

    async fn fields_leave_out_the_rest(app: &TestApp) {
        let caller = app.anonymous();
        for list in LISTS {
            let all = pages(&caller, list.path, 200).await;
            let offered: BTreeSet<&str> = all.iter().flat_map(members).collect();
            assert!(offered.len() > 2, "{}", list.path);
            for field in &offered {
                let some = pages(&caller, &format!("{}?fields={field}", list.path), 100).await;
                for (some, all) in some.iter().zip(&all) {
                    assert_eq!(some.get(field), all.get(field), "{} {field}", list.path);
                    assert!(members(some).iter().all(|member| member == field), "{some}");
                }
            }
            // Spaces and a comma too many are no error; the documented order of fields stays.
            let two: Vec<&str> = members(&all[0]).into_iter().take(2).collect();
            let fields = format!(" {} , {},", two[1], two[0]);
            let page = caller.find(list.path, &[("fields", &fields)]).await.ok().json();
            assert_eq!(members(&page["items"][0]), two.into_iter().collect(), "{}", list.path);
        }
        for (path, _) in ITEMS {
            let all = caller.get(path).await.ok().json();
            for field in members(&all) {
                let some = caller.get(&format!("{path}?fields={field}")).await.ok().json();
                assert_eq!((members(&some), &some[field]), ([field].into(), &all[field]), "{path}");
            }
        }
    }

    async fn a_field_or_embed_that_is_not_offered_is_refused_by_name(app: &TestApp) {
        let lists = LISTS.iter().map(|list| list.path);
        for path in lists.chain(ITEMS.iter().map(|(path, _)| *path)) {
            for (parameter, value) in [
                ("fields", "nosuch"),
                ("fields", ",ID"),
                ("embed", "nosuch"),
                ("embed", "plan"),
            ] {
                // The parameter itself is unknown where there is nothing to embed.
                let embeds = !path.ends_with("/members");
                let code = if parameter == "embed" && !embeds { "unknown_parameter" } else { "invalid_parameter" };
                let problem = app.anonymous().find(path, &[(parameter, value)]).await.problem(400, code);
                assert_eq!(problem["errors"][0]["parameter"], parameter, "{path} {value}");
                if code == "unknown_parameter" {
                    continue;
                }
                let name = value.split(',').next_back().unwrap();
                assert!(problem["detail"].as_str().unwrap().contains(name), "{problem}");
            }
        }
    }

    async fn nothing_is_embedded_unasked(app: &TestApp) {
        let caller = app.anonymous();
        for list in LISTS {
            let Some(embed) = list.embed else { continue };
            let plain = pages(&caller, list.path, 100).await;
            let embedded = pages(&caller, &format!("{}?embed={embed}", list.path), 100).await;
            for (plain, embedded) in plain.iter().zip(&embedded) {
                assert!(
                    plain.get(embed).is_none() && embedded.get(embed).is_some(),
                    "{embedded}"
                );
                assert_eq!(plain, &without(embedded, embed));
            }
        }
        for (path, embed) in ITEMS {
            let embed = embed.unwrap();
            let (plain, embedded) = (
                caller.get(path).await.ok().json(),
                caller.get(&format!("{path}?embed={embed}")).await.ok().json(),
            );
            assert!(plain.get(embed).is_none() && embedded.get(embed).is_some(), "{path}");
            assert_eq!(plain, without(&embedded, embed));
        }
    }

    async fn what_is_embedded_is_the_thing_itself(app: &TestApp) {
        let caller = app.anonymous();
        let requirements = pages(&caller, "/api/v1/requirements", 200).await;
        let tasks = pages(&caller, "/api/v1/tasks", 200).await;
        let of = |task: &Value| -> Vec<&Value> {
            requirements
                .iter()
                .filter(|requirement| requirement["task_id"] == task["id"])
                .collect()
        };

        // The whole plan in one reply.
        let plan = caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().json();
        let embedded = plan["tasks"].as_array().unwrap();
        assert_eq!(embedded.len(), 39);
        for (embedded, task) in embedded.iter().zip(&tasks) {
            assert_eq!(&without(embedded, "requirements"), task);
            assert_eq!(
                embedded["requirements"].as_array().unwrap().iter().collect::<Vec<_>>(),
                of(task)
            );
        }
        let all = embedded
            .iter()
            .flat_map(|task| task["requirements"].as_array().unwrap());
        assert_eq!(all.count(), 127);
        let plan = caller.get("/api/v1/plans/dg-2017?embed=tasks").await.ok().json();
        assert_eq!(plan["tasks"].as_array().unwrap(), &tasks);

        let with_requirements = pages(&caller, "/api/v1/tasks?embed=requirements", 5).await;
        for (embedded, task) in with_requirements.iter().zip(&tasks) {
            assert_eq!(
                embedded["requirements"].as_array().unwrap().iter().collect::<Vec<_>>(),
                of(task)
            );
        }
        for requirement in pages(&caller, "/api/v1/requirements?embed=task", 200).await {
            assert!(tasks.contains(&requirement["task"]) && requirement["task"]["id"] == requirement["task_id"]);
        }
        for deadline in pages(&caller, "/api/v1/deadlines?embed=requirement", 200).await {
            let requirement = &deadline["requirement"];
            assert!(requirements.contains(requirement) && requirement["id"] == deadline["requirement_id"]);
            // The requirement shows the deadline too, without what it says of itself already.
            let brief = requirement["deadlines"]
                .as_array()
                .unwrap()
                .iter()
                .find(|brief| brief["id"] == deadline["id"]);
            for (member, value) in brief.unwrap().as_object().unwrap() {
                assert_eq!(&deadline[member], value, "{deadline}");
            }
        }
        for unit in pages(&caller, "/api/v1/units?embed=members", 200).await {
            let path = format!("/api/v1/units/{}/members", unit["code"].as_str().unwrap());
            // Those of a list come in its order there, and by id here.
            let mut members = unit["members"].as_array().unwrap().clone();
            members.sort_by_key(|member| member["id"].as_str().unwrap().to_owned());
            assert_eq!(members, pages(&caller, &path, 200).await, "{path}");
        }
    }
}
