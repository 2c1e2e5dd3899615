//! An example of an assessment, computed by the code that computes assessments.

use serde_json::{Value, json};

use crate::{
    domain::{
        assessment::{Assessment, FactKind, Owed, Tally, UnitFacts},
        obligation::Timeliness,
        person::Person,
        plan::AssessmentSettings,
        scope::Scope,
        step::Step,
        unit::UnitKind,
    },
    http::plans::AssessmentView,
    service::assessments::Assessed,
};

/// What replies look like: 市环保局 on 2017-06-30, with a late report, one that was returned and a blue notice.
pub fn replies() -> anyhow::Result<Value> {
    let tally = |count: i64, id: &str| Tally {
        count,
        ids: vec![id.to_owned()],
    };
    let as_of = "2017-06-30".parse()?;
    let mut unit = UnitFacts::new("hbj".parse()?, "市环保局".into(), UnitKind::Department);
    for (fulfilled, timeliness, count, id) in [
        (true, Timeliness::OnTime, 17, "dg-2017.17.3.d2.hbj.2017Q1"),
        (true, Timeliness::Late, 2, "dg-2017.17.3.d2.hbj.2017Q2"),
        (false, Timeliness::Missing, 1, "dg-2017.19.7.d2.hbj.2017Q1"),
    ] {
        unit.owed(&Owed {
            fulfilled,
            timeliness,
            tally: tally(count, id),
        });
    }
    unit.note(FactKind::Returned, &tally(1, "019a1b2c-3d4e-7f00-8000-000000000002"));
    unit.note(FactKind::Blue, &tally(1, "019a1b2c-3d4e-7f00-8000-000000000004"));
    let settings = AssessmentSettings::default();
    let at = "2017-06-30T10:00:00Z".parse()?;
    let assessment = Assessment {
        plan: "dg-2017".parse()?,
        as_of,
        settings,
        scores: settings.assess(vec![unit], &Scope::system()),
        frozen: Some(Step {
            by: Person::plain("zhao"),
            at,
        }),
    };
    let frozen = Assessed::frozen(assessment, as_of, vec![(as_of, at)]);
    let view = serde_json::to_value(AssessmentView::new(&frozen, |_| true))?;
    Ok(json!({"Assessment": view}))
}
