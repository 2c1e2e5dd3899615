//! The same lists as CSV, NDJSON and Excel files, and how a format is asked for.

mod csv;
mod ndjson;
mod negotiation;
mod xlsx;

use crate::support::{Caller, Reply};

/// Every list with the columns of its table, its Chinese name and the name it is saved under.
const TABLES: &[(&str, &str, &str, &str)] = &[
    (
        "/api/v1/plans",
        "id,title,year,period_from,period_to,issuer,status,task_count,requirement_count",
        "方案",
        "plans",
    ),
    (
        "/api/v1/tasks",
        "id,plan_id,number,title,requirement_count,label,headings,extra",
        "工作任务",
        "tasks",
    ),
    (
        "/api/v1/requirements",
        "id,plan_id,task_id,task_title,number,text,units_phrase,unit_codes,unit_names,deadline_phrases,rule_kinds,\
         due_on,indicators,extra",
        "具体要求",
        "requirements",
    ),
    (
        "/api/v1/deadlines",
        "id,plan_id,requirement_id,task_title,requirement_text,phrase,source,rule_kind,due_on,effective_from",
        "完成时限",
        "deadlines",
    ),
    (
        "/api/v1/units",
        "code,name,official_name,kind,aliases,region_code,valid_from,valid_to,successors,note,former_names,\
         parent,identifiers",
        "责任单位",
        "units",
    ),
    (
        "/api/v1/units/zhenjie/members",
        "code,name,kind,valid_from,valid_to,id",
        "成员单位",
        "members",
    ),
];

async fn accepting(caller: &Caller<'_>, path: &str, accept: &str) -> Reply {
    Reply::to(caller.request(reqwest::Method::GET, path).header("Accept", accept)).await
}

/// `%E6%96%B9` as bytes.
fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        if first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The two names of a download (RFC 6266): for old programs, and the real one.
fn file_names(reply: &Reply) -> (String, String) {
    let header = reply.header("content-disposition");
    let names = header.strip_prefix("attachment; filename=\"").unwrap();
    let (ascii, real) = names.split_once("\"; filename*=UTF-8''").unwrap();
    assert!(real.is_ascii(), "{real}");
    (ascii.to_owned(), unescaped(real))
}
