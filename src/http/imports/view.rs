//! An import as its reader sees it.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        import::{Corrections, Format, Import, ImportAction, ImportId, ImportStatus, Preview, Proposal},
        thing::ThingKind,
        time::Instant,
    },
    http::{
        caller::Call,
        link::{Links, links},
        list::{Column, columns},
        steps::name,
    },
};

/// 导入 (an import)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView {
    /// 编号 (id)
    id: ImportId,
    /// 文件名 (file name)
    #[schema(example = "2018年重点工作.docx")]
    file_name: String,
    /// 格式 (format)
    format: Format,
    /// 字节数 (bytes)
    #[schema(example = 48_213)]
    size: i64,
    /// SHA-256，十六进制 (in hexadecimal digits)
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// 状态 (status)
    status: ImportStatus,
    /// 已写入的方案 (the plan that has what it says)
    #[schema(example = "dg-2018")]
    plan_id: Option<String>,
    /// 已作的更正 (what was corrected)
    corrections: Corrections,
    /// 预览；列表中没有 (what the file was understood to say; lists do not have it)
    preview: Option<Preview>,
    /// 导入人 (who sent the file)
    created_by: String,
    /// 其姓名，令牌中有才有 (the name in their token, if it has one)
    #[schema(example = "张三")]
    created_by_name: Option<String>,
    /// 导入时间 (when)
    created_at: Instant,
    /// 保留到此时 (when it is forgotten)
    expires_at: Instant,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 当前调用者可执行的操作 (what the caller may do)
    allowed_actions: Vec<ImportAction>,
    /// 各项操作的请求方法和路径 (where each of them is done)
    links: Links,
}

impl ImportView {
    /// The import as the caller sees it, with what its file says if that was asked.
    pub fn new(import: &Import, call: &Call, proposal: Option<&Proposal>) -> Self {
        let allowed = import.actions_for(call.actor());
        Self {
            id: import.id,
            file_name: import.file_name.clone(),
            format: import.format,
            size: import.size,
            sha256: import.sha256.clone(),
            status: import.status,
            plan_id: import.plan.as_ref().map(ToString::to_string),
            corrections: import.corrections.clone(),
            preview: proposal.map(Preview::new),
            created_by: import.created.by.subject().to_owned(),
            created_by_name: name(&import.created),
            created_at: import.created.at,
            expires_at: import.expires_at,
            version: import.version,
            links: links(call.origin(), (ThingKind::Import, &import.id), &allowed),
            allowed_actions: allowed,
        }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<ImportView>] = columns![
    id: "编号",
    file_name: "文件名",
    format: "格式",
    size: "字节数",
    sha256: "SHA-256 校验值",
    status: "状态",
    plan_id: "方案",
    created_by: "导入人",
    created_at: "导入时间",
    expires_at: "保留至",
];
