//! Ids as columns: of what people create, of type UUID, and parameters too; all others as text.

use sqlx::{Database, Decode, Type, error::BoxDynError};

use crate::{
    db::Plain,
    domain::{
        id::{AttachmentId, EntryId, NoticeId, PlanId, ReportId, RequirementId, UnitCode},
        obligation::ObligationId,
    },
};

macro_rules! stored_as_uuid {
    ($($id:ty),*) => {$(
        impl crate::db::Plain for $id {}
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

macro_rules! stored_as_text {
    ($($id:ty),*) => {$(
        impl Plain for $id {}
        impl<DB: Database> Type<DB> for $id where str: Type<DB> {
            fn type_info() -> DB::TypeInfo {
                str::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                str::compatible(ty)
            }
        }
        impl<'r, DB: Database> Decode<'r, DB> for $id where &'r str: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(<&str>::decode(value)?.parse()?)
            }
        }
    )*};
}

stored_as_text!(PlanId, RequirementId, ObligationId, UnitCode);
