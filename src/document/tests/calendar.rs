//! Notices of days off in the forms in which they are passed on.

use crate::document::{FileRefusal, HolidayNotice, notice};

/// Days off and make-up workdays of the only year.
fn days(name: &str, text: &str) -> Result<(Vec<String>, Vec<String>), FileRefusal> {
    let HolidayNotice { years, .. } = notice(name, text.as_bytes())?;
    assert_eq!(years.len(), 1);
    let written = |days: &[crate::domain::calendar::DayName]| {
        days.iter()
            .map(|day| format!("{} {}", &day.date.to_string()[5..], day.name))
            .collect()
    };
    Ok((written(&years[0].days_off), written(&years[0].make_up_workdays)))
}

#[test]
fn each_form_says_the_same() {
    let expected = (
        ["02-05 春节", "02-06 春节", "02-07 春节"].map(str::to_owned).to_vec(),
        vec!["02-13 春节".to_owned()],
    );
    for (name, text) in [
        (
            "a.csv",
            "日期,节日,安排\n2027-02-05,春节,放假\n2027/2/6,春节,放假\n2027年2月7日（星期日）,春节,放假\n20270213,春节,上班\n",
        ),
        (
            "a.csv",
            "类型;名称;开始;结束\n休;春节;2027-2-5;2027-2-7\n调休上班;春节;2027-2-13;2027-2-13\n",
        ),
        (
            "a.json",
            r#"{"year": 2027, "papers": [], "days": [
            {"name": "春节", "date": "2027-02-05", "isOffDay": true}, {"name": "春节", "date": "2027-02-06", "isOffDay": true},
            {"name": "春节", "date": "2027-02-07", "isOffDay": true}, {"name": "春节", "date": "2027-02-13", "isOffDay": false}]}"#,
        ),
        (
            "a.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270205T000000\nDTEND:20270208T000000\nSUMMARY:春节\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\nEND:VEVENT\n\
          BEGIN:VEVENT\nDTSTART;VALUE=DATE:20270213\nDTEND;VALUE=DATE:20270214\nSUMMARY:春节 补班 第1天/共1天\nEND:VEVENT\nEND:VCALENDAR\n",
        ),
    ] {
        assert_eq!(days(name, text), Ok(expected.clone()), "{text}");
    }
}

#[test]
fn what_says_neither_off_nor_worked_is_told() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270205\nSUMMARY:除夕\nEND:VEVENT\n\
                BEGIN:VEVENT\nDTSTART:20270206\nSUMMARY:春节(休)\nEND:VEVENT\nEND:VCALENDAR";
    let HolidayNotice { years, left_out } = notice("a.ics", text.as_bytes()).unwrap();
    assert_eq!((years[0].days_off.len(), left_out), (1, vec!["除夕".to_owned()]));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (name, text, says) in [
        ("a.xls", "", ".ics"),
        ("a.csv", "日期,节日,安排\n", "没有找到"),
        ("a.csv", "日期,节日,安排\n2027-02-30,春节,放假\n", "第 2 行没有一个日期"),
        ("a.csv", "日期,节日,安排\n2027-02-05,春节,调休\n", "第 2 行没有写明"),
        ("a.csv", "日期,节日,安排\n2027-02-05,,放假\n", "第 2 行没有节日名称"),
        ("a.csv", "2027-02-05,2027-05-05,春节,放假\n", "不是一段假期"),
        ("a.json", "{", "JSON"),
        ("a.json", "{}", "days_off"),
        ("a.json", r#"{"days": [{"name": "春节"}]}"#, "date"),
        ("a.ics", "BEGIN:VEVENT", "iCalendar"),
        (
            "a.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270205T083000\n",
            "第 3 行",
        ),
        (
            "a.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:春节（休）\nEND:VEVENT\n",
            "没有日期",
        ),
        (
            "a.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nRRULE:FREQ=YEARLY\nSUMMARY:元旦（休）\nEND:VEVENT\n",
            "每年重复",
        ),
    ] {
        let refusal = notice(name, text.as_bytes()).unwrap_err();
        assert!(refusal.detail().zh.contains(says), "{text}: {}", refusal.detail().zh);
    }
}
