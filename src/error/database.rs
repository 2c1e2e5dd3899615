//! Database errors as replies: what is wrong, and when to try again.

use tokio::time::error::Elapsed;

use super::{Code, Error};
use crate::{db::Failure, say};

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let (code, seconds, detail) = match Failure::of(&error) {
            Failure::Unreachable => (
                Code::Unavailable,
                5,
                say!(
                    "数据库暂时无法访问，请稍后重试",
                    "The database cannot be reached; try again later"
                ),
            ),
            Failure::ReadOnly => (
                Code::Unavailable,
                5,
                say!(
                    "数据库暂时只读，请稍后重试",
                    "The database takes no changes at the moment; try again later"
                ),
            ),
            Failure::Overloaded => (
                Code::Overloaded,
                2,
                say!(
                    "数据库连接都在使用中，请稍后重试",
                    "All connections to the database are in use; try again later"
                ),
            ),
            Failure::Locked => (
                Code::Overloaded,
                2,
                say!(
                    "所需数据正被占用，请稍后重试",
                    "Somebody else holds what this needs in the database; try again later"
                ),
            ),
            Failure::TooSlow => (
                Code::Overloaded,
                5,
                say!(
                    "数据库处理超时，请稍后重试或缩小范围",
                    "The database took longer than is allowed; try again later, or ask for less"
                ),
            ),
            Failure::Stale => {
                let detail = say!(
                    "已有新版本，请重新读取后再提交",
                    "there is a newer version; read it again"
                );
                return Self::new(Code::Stale, detail);
            }
            Failure::Taken => {
                let detail = say!(
                    "相同的内容已经存在，请重新读取",
                    "The same is there already; read it again"
                );
                return Self {
                    source: Some(error.into()),
                    ..Self::new(Code::AlreadyExists, detail)
                };
            }
            Failure::Unmigrated => (
                Code::Unavailable,
                5,
                say!(
                    "数据库迁移尚未完成，请稍后重试",
                    "database migrations are missing; try again later"
                ),
            ),
            Failure::Full => return Self::no_room(error),
            Failure::Bug => return Self::internal(error),
        };
        Self::passing(code, seconds, error, detail)
    }
}

impl Error {
    /// As many as may look through many rows at the same time do so; `late` is logged.
    pub fn too_many_scans(late: Elapsed) -> Self {
        let detail = say!(
            "正在进行的统计、导出等大范围查询较多，请稍后重试或缩小范围",
            "Others are looking through many rows already, for statistics or exports; try again later, or ask for less"
        );
        Self::overloaded(late, detail)
    }
}
