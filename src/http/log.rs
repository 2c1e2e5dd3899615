//! An entry of the log as the lists of it show it.

use std::{borrow::Cow, marker::PhantomData, ops::Deref};

use serde::Serialize;
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    domain::{id::EntryId, log::LogEntry, scope::Scope, time::Instant},
    store::{audit_events::AuditEvent, log::Numbered},
};

/// All members of an entry.
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// 日志序号，从 1 起，没有空缺；片刻之后才有，只给可查阅全部日志者 (its number in the log: from 1, without gaps; given shortly
    /// afterwards, to whoever may read all of the log)
    #[schema(example = 74)]
    pub seq: Option<i64>,
    /// 校验值，由上一条的校验值、序号和全部内容算出 (hash of the one before, the number and the entry)
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: Option<String>,
    /// 校验算法：`sha256` 或 `sm3` (what the hash is made with)
    #[schema(example = "sha256")]
    pub algorithm: Option<String>,
    /// 编号 (id)
    pub id: EntryId,
    /// 时间 (when)
    pub at: Instant,
    /// 操作人 (who): `sub` of the token
    #[schema(example = "zhang.san")]
    pub actor: String,
    /// 颁发其令牌的一方，与 `actor` 合起来才是一个人；系统所为则无 (issuer of the token; with `actor` it is one person)
    #[schema(example = "https://sso.example.gov.cn/realms/gov")]
    pub actor_issuer: Option<String>,
    /// 操作人姓名，令牌中有才有 (name in the token, if it has one)
    #[schema(example = "张三")]
    pub actor_name: Option<String>,
    /// 操作人所属单位 (unit of who)
    pub actor_unit: Option<String>,
    /// 事件 (what happened)
    #[schema(example = "deadline.updated")]
    pub event: String,
    /// 对象类别 (kind of thing)
    #[schema(example = "deadline")]
    pub thing: Option<String>,
    /// 对象编号 (id of the thing)
    #[schema(example = "dg-2017.2.1.d1")]
    pub subject: String,
    /// 所属方案 (plan)
    #[schema(example = "dg-2017")]
    pub plan_id: Option<String>,
    /// 理由 (why)
    #[schema(example = "市政府常务会议决定提前完成")]
    pub reason: Option<String>,
    /// 之前；审计事件中为参与校验的原样，可有 `null` (before; in audit events as it was hashed, perhaps with `null`)
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// 之后；审计事件中为参与校验的原样，可有 `null` (after; in audit events as it was hashed, perhaps with `null`)
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// 请求编号 (request)
    pub request_id: Option<String>,
}

/// Members that only auditors are shown.
pub const AUDITED: &[&str] = &["hash", "algorithm", "thing", "plan_id", "request_id"];

/// Who reads a list of entries.
pub trait EntryReader: 'static {
    /// The name of its schema in the document, and the description of that.
    const SCHEMA: (&'static str, &'static str);
    /// What is left out for it.
    const WITHOUT: &'static [&'static str];
    /// Members that every entry has for it, and that are optional for others.
    const ALWAYS: &'static [&'static str];
}

/// An entry, as `R` is shown it.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct EntryView<R> {
    entry: Entry,
    #[serde(skip)]
    reader: PhantomData<R>,
}

impl<R> Deref for EntryView<R> {
    type Target = Entry;
    fn deref(&self) -> &Entry {
        &self.entry
    }
}

/// The members in one order: PostgreSQL keeps them in another than they were written in.
fn in_order(mut value: Value) -> Value {
    value.sort_all_objects();
    value
}

/// The value without members that are `null`.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            members.map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

impl<R> EntryView<R> {
    /// The entry. Its number is for whoever sees all of the log: it tells how much happens anywhere.
    pub fn seen((seq, entry): &Numbered, scope: &Scope<LogEntry>) -> Self {
        let Self { mut entry, reader } = Self::new(seq.filter(|_| scope.visibility().all), entry.clone());
        entry.before = entry.before.map(without_nulls);
        entry.after = entry.after.map(without_nulls);
        Self { entry, reader }
    }

    /// With each `null`: as it was hashed, so that the hash can be made again.
    fn new(seq: Option<i64>, entry: LogEntry) -> Self {
        Self {
            entry: Entry {
                seq,
                hash: None,
                algorithm: None,
                id: entry.id,
                at: entry.at,
                actor: entry.actor.subject().to_owned(),
                actor_issuer: entry.actor.issuer().map(str::to_owned),
                actor_name: entry.actor.name().map(str::to_owned),
                actor_unit: entry.actor_unit.map(|code| code.to_string()),
                event: entry.event,
                thing: None,
                subject: entry.subject,
                plan_id: None,
                reason: entry.reason,
                before: entry.before.map(in_order),
                after: entry.after.map(in_order),
                request_id: None,
            },
            reader: PhantomData,
        }
    }
}

impl<R> From<AuditEvent> for EntryView<R> {
    fn from(event: AuditEvent) -> Self {
        let (thing, plan) = (event.entry.subject_kind().to_owned(), event.entry.plan.clone());
        let request_id = event.entry.request_id.clone();
        let Self { entry, reader } = Self::new(Some(event.seq), event.entry);
        let entry = Entry {
            hash: Some(event.hash),
            algorithm: Some(event.algorithm),
            thing: Some(thing),
            plan_id: plan.map(|plan| plan.to_string()),
            request_id,
            ..entry
        };
        Self { entry, reader }
    }
}

impl<R: EntryReader> PartialSchema for EntryView<R> {
    fn schema() -> RefOr<Schema> {
        let mut schema = Entry::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.retain(|name, _| !R::WITHOUT.contains(&name.as_str()));
            let needed = |name: &&String| object.required.contains(name) || R::ALWAYS.contains(&name.as_str());
            object.required = object.properties.keys().filter(needed).cloned().collect();
            object.description = Some(R::SCHEMA.1.to_owned());
        }
        schema
    }
}

impl<R: EntryReader> ToSchema for EntryView<R> {
    fn name() -> Cow<'static, str> {
        R::SCHEMA.0.into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Entry::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_no_value_is_left_out_at_any_depth() {
        let state = json!({"b": null, "a": [{"d": null, "c": 1}]});
        assert_eq!(
            in_order(state.clone()).to_string(),
            r#"{"a":[{"c":1,"d":null}],"b":null}"#
        );
        assert_eq!(without_nulls(in_order(state)).to_string(), r#"{"a":[{"c":1}]}"#);
    }
}
