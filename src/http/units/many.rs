//! `POST /units`: one unit, or many at once

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
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
#[derive(Debug, Deserialize)]
#[serde(untagged)]
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
