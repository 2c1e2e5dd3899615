//! Ids of what people create, as parameters and columns of type UUID.

use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};
use uuid::Uuid;

use crate::domain::id::each_unique_id;

macro_rules! stored_as_uuid {
    ($($id:ty),*) => {$(
        impl<DB: Database> Type<DB> for $id where Uuid: Type<DB> {
            fn type_info() -> DB::TypeInfo {
                Uuid::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                Uuid::compatible(ty)
            }
        }
        impl<'q, DB: Database> Encode<'q, DB> for $id where Uuid: Encode<'q, DB> {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                Uuid::from(*self).encode(buf)
            }
        }
        impl<'r, DB: Database> Decode<'r, DB> for $id where Uuid: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Uuid::decode(value).map(Self::from)
            }
        }
    )*};
}

each_unique_id!(stored_as_uuid);
