//! `POST /units`: one unit, or many at once

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeSeed, IntoDeserializer as _, MapAccess, Visitor, value::MapAccessDeserializer},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOfBuilder},
};

use super::UnitView;
use crate::{
    domain::unit::{NewUnit, Unit, UnitDirectory},
    http::input::Embed,
};

/// 一个责任单位，或一次多个 (a unit, or many at once)
#[derive(Debug)]
pub enum NewUnits {
    /// 多个 (many)
    Many(ManyNewUnits),
    /// 一个 (one)
    One(Box<NewUnit>),
}

/// 多个责任单位：全部新建，或一个也不建；可互相引用 (many units: all are created, or none; they may name one another)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUnits)]
pub struct ManyNewUnits {
    /// 责任单位 (the units)
    pub units: Vec<NewUnit>,
}

// Not untagged: what is wrong with one unit keeps its place.
impl<'de> Deserialize<'de> for NewUnits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = NewUnits;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NewUnits, A::Error> {
                let first = map.next_key::<String>()?;
                let is_many = first.as_deref() == Some("units");
                let whole = MapAccessDeserializer::new(Begun { first, rest: map });
                if is_many {
                    ManyNewUnits::deserialize(whole).map(NewUnits::Many)
                } else {
                    NewUnit::deserialize(whole).map(|one| NewUnits::One(Box::new(one)))
                }
            }
        }
        deserializer.deserialize_map(Either)
    }
}

/// A map of which the first key was read.
struct Begun<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// 新建的责任单位 (what was created)
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum CreatedView {
    /// 一个 (one)
    One(Box<UnitView>),
    /// 多个 (many)
    Many(ManyCreatedView),
}

/// The schema of either of two things that nothing in them tells apart but their members.
macro_rules! either {
    ($type:ty, $name:literal, $described:literal, $one:ty, $many:ty) => {
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                AnyOfBuilder::new()
                    .description(Some($described))
                    .item(Ref::from_schema_name(<$one>::name()))
                    .item(Ref::from_schema_name(<$many>::name()))
                    .into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                for (name, schema) in [
                    (<$one>::name(), <$one>::schema()),
                    (<$many>::name(), <$many>::schema()),
                ] {
                    schemas.push((name.into_owned(), schema));
                }
                <$one>::schemas(schemas);
                <$many>::schemas(schemas);
            }
        }
    };
}

either!(
    NewUnits,
    "NewUnitOrUnits",
    "一个责任单位，或一次多个 (a unit, or many at once)",
    NewUnit,
    ManyNewUnits
);
either!(
    CreatedView,
    "CreatedUnitOrUnits",
    "新建的责任单位，一个或多个 (the unit or units that were created)",
    UnitView,
    ManyCreatedView
);

/// 新建的多个责任单位 (the units that were created)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedUnits)]
pub struct ManyCreatedView {
    /// 责任单位 (the units)
    units: Vec<UnitView>,
}

impl CreatedView {
    /// One unit, as others see it.
    pub fn one(unit: &Unit, units: &UnitDirectory) -> Self {
        Self::One(Box::new(UnitView::new(unit, units, &Embed::default())))
    }

    /// Many of them.
    pub fn many(created: &[Unit], units: &UnitDirectory) -> Self {
        let view = |unit| UnitView::new(unit, units, &Embed::default());
        Self::Many(ManyCreatedView {
            units: created.iter().map(view).collect(),
        })
    }
}
