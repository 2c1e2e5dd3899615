//! What became of several things on which one decision was taken.

use std::fmt::Display;

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::bulk::{Bulk, BulkItem as _},
    error::{Code, Result},
    http::{
        caller::Call,
        input::Create,
        problem::Language,
        reply::{Reply, done},
    },
    service::work::Work,
};

/// 批量办理的结果 (what became of each)
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// 成功数 (how many were done)
    done: usize,
    /// 未成功数 (how many were not)
    failed: usize,
    /// 逐项结果，次序同请求 (each, in the order of the request)
    items: Vec<BulkOutcome>,
}

/// 一项的结果 (what became of one)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOutcome {
    /// 编号 (id)
    id: String,
    /// 单独请求时的状态码 (the status that the same request alone would have had)
    #[schema(example = 200)]
    status: u16,
    /// 新版本 (its version now)
    #[schema(example = 3)]
    version: Option<i64>,
    /// 错误代码 (what is wrong)
    code: Option<Code>,
    /// 说明，语言按 Accept-Language (detail, in the language of the request)
    detail: Option<String>,
}

impl BulkOutcome {
    fn new(id: &impl Display, outcome: Result<i64>, language: Language) -> Self {
        let id = id.to_string();
        match outcome {
            Ok(version) => Self {
                id,
                status: 200,
                version: Some(version),
                code: None,
                detail: None,
            },
            Err(error) => Self {
                id,
                status: error.code.status().as_u16(),
                version: None,
                code: Some(error.code),
                detail: Some(language.text(&error.detail)),
            },
        }
    }
}

impl Call {
    /// Takes a decision on several things, and tells what became of each.
    pub async fn decide<B: Bulk>(
        &self,
        create: Create<B>,
        command: impl AsyncFnOnce(&mut Work<'_>, &B) -> Result<Vec<Result<i64>>>,
    ) -> Reply {
        let (bulk, language) = (create.value, Language::of(self.request()));
        self.write(create.once, async |work| {
            let outcomes = command(work, &bulk).await?;
            let items = bulk.items().iter().zip(outcomes);
            let items = items.map(|(item, outcome)| BulkOutcome::new(item.id(), outcome, language));
            let items: Vec<BulkOutcome> = items.collect();
            let failed = items.iter().filter(|item| item.code.is_some()).count();
            done(&BulkResult {
                done: items.len() - failed,
                failed,
                items,
            })
        })
        .await
    }
}
