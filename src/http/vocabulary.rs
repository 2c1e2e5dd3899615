//! `/vocabulary`: every enumeration of the API, with what people call its words

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        amendment::AppliesTo,
        assessment::{FactKind, PartKind},
        deadline::{DueKind, Every, RuleKind, Source, SpanUnit},
        extension::{ExtensionAction, ExtensionStatus},
        fault::Fault,
        feedback::{FeedbackAction, FeedbackStatus},
        import::{EmptyCells, FindingCode, Format as ImportFormat, ImportAction, ImportStatus, Meaning, Severity},
        indicator::Comparator,
        notice::{NoticeAction, NoticeKind, NoticeLevel, NoticeStatus},
        obligation::{GroupBy, Light, ObligationAction, State, Timeliness},
        open_question::OpenKind,
        plan::{Interval, PlanAction, PlanStatus, PublicFigures},
        policy::{Action, DoubtKind, Reach, Role, TokenScope},
        report::{Decision, Judgement, Publication, ReportAction, ReportStatus},
        requirement::UnitRole,
        schedule::Rollover,
        second_review::{SecondReviewAction, SecondReviewStatus, SubjectKind},
        thing::ThingKind,
        todo::TodoKind,
        unit::{MembershipKind, UnitKind},
        vocabulary::{Term, Vocabulary},
    },
    error::{Code, Result},
    http::{
        caller::{Caller, may},
        list::Headers,
        reply::{
            format::{Format, PlanFormat},
            json,
        },
    },
};

/// 词表 (the vocabulary)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Vocabulary)]
pub struct VocabularyView {
    /// 各枚举，按名称排列 (the enumerations, by name)
    pub enumerations: Vec<Enumeration>,
}

/// 一种枚举 (an enumeration)
#[derive(Debug, Serialize, ToSchema)]
pub struct Enumeration {
    /// 名称，即接口文档中的模式名 (its name: that of its schema in the OpenAPI document)
    #[schema(example = "PlanStatus")]
    pub name: String,
    /// 各值及其名称 (its words)
    pub terms: &'static [Term],
}

fn of<T: Vocabulary + ToSchema>() -> Enumeration {
    forms::<T>(&T::name())
}

/// The forms of a union.
fn forms<T: Vocabulary>(union: &str) -> Enumeration {
    Enumeration {
        name: union.to_owned(),
        terms: T::TERMS,
    }
}

/// Every enumeration of the document. One that is missing here has no labels there, which a test finds.
pub fn vocabulary() -> VocabularyView {
    let mut enumerations = vec![
        forms::<DueKind>("Due"),
        forms::<MembershipKind>("Membership"),
        forms::<MembershipKind>("UnitMembership"),
        forms::<RuleKind>("Rule"),
        of::<AppliesTo>(),
        of::<Action>(),
        of::<Code>(),
        of::<Comparator>(),
        of::<Decision>(),
        of::<Judgement>(),
        of::<DoubtKind>(),
        of::<EmptyCells>(),
        of::<Every>(),
        of::<ExtensionAction>(),
        of::<ExtensionStatus>(),
        of::<FactKind>(),
        of::<Fault>(),
        of::<FeedbackAction>(),
        of::<FeedbackStatus>(),
        of::<FindingCode>(),
        of::<Format>(),
        of::<PlanFormat>(),
        of::<GroupBy>(),
        of::<Headers>(),
        of::<Interval>(),
        of::<ImportAction>(),
        of::<ImportFormat>(),
        of::<ImportStatus>(),
        of::<Light>(),
        of::<Meaning>(),
        of::<NoticeAction>(),
        of::<NoticeKind>(),
        of::<NoticeLevel>(),
        of::<NoticeStatus>(),
        of::<ObligationAction>(),
        of::<OpenKind>(),
        of::<PartKind>(),
        of::<PlanAction>(),
        of::<PlanStatus>(),
        of::<PublicFigures>(),
        of::<Publication>(),
        of::<Reach>(),
        of::<ReportAction>(),
        of::<ReportStatus>(),
        of::<Role>(),
        of::<Rollover>(),
        of::<RuleKind>(),
        of::<TokenScope>(),
        of::<SecondReviewAction>(),
        of::<SecondReviewStatus>(),
        of::<Severity>(),
        of::<Source>(),
        of::<SpanUnit>(),
        of::<State>(),
        of::<SubjectKind>(),
        of::<ThingKind>(),
        of::<Timeliness>(),
        of::<TodoKind>(),
        of::<UnitKind>(),
        of::<UnitRole>(),
    ];
    enumerations.sort_by(|a, b| a.name.cmp(&b.name));
    VocabularyView { enumerations }
}

/// 词表：各枚举的中英文名称 (the vocabulary)
///
/// 接口中各枚举的每个值，及其中文和英文名称；接口文档的 `x-enum-labels` 与此一致。
/// Each enumeration with its words, and what people call them; `x-enum-labels` of the document says the same.
#[utoipa::path(tag = "operations", responses((status = 200, description = "词表 (the vocabulary)", body = VocabularyView), Caller<may::ReadPublished>))]
#[get("/vocabulary")]
pub async fn get_vocabulary(caller: Caller<may::ReadPublished>) -> Result<HttpResponse> {
    caller.serve(&[Format::Json], async |_| json(&vocabulary(), None)).await
}
