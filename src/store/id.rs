//! Ids of what people create, as parameters and columns of type UUID.

use crate::domain::id::{AttachmentId, EntryId, NoticeId, ReportId};

macro_rules! stored_as_uuid {
    ($($id:ty),*) => {$(
        impl<DB: sqlx::Database> sqlx::Type<DB> for $id where uuid::Uuid: sqlx::Type<DB> {
            fn type_info() -> DB::TypeInfo {
                uuid::Uuid::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                uuid::Uuid::compatible(ty)
            }
        }
        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $id where uuid::Uuid: sqlx::Encode<'q, DB> {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                uuid::Uuid::from(*self).encode(buf)
            }
        }
        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $id where uuid::Uuid: sqlx::Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                uuid::Uuid::decode(value).map(Self::from)
            }
        }
    )*};
}

pub(super) use stored_as_uuid;

stored_as_uuid!(AttachmentId, EntryId, NoticeId, ReportId);
