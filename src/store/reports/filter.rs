//! Which reports are wanted, and which of them the caller may see, in SQL.

use sqlx::Result;

use crate::{
    db::{Statement, Value, Words},
    domain::{
        changes::Changes,
        ledger::BriefFilter,
        order::Window,
        report::{Publication, Report, Visibility},
        scope::{Owners, Scope},
        search::Terms,
        time::{Day, Instant, end_of, start_of},
    },
    memory::CachedLedgers,
    store::{
        changes::{Followable, among},
        filter::Filter,
        ledger::Asked,
        page::page,
        reports::returned,
        row::{IDS, names, texts},
        scope::{Seen, owned_by, shown_by},
    },
};

/// Reports that are looked into without an index of words, before one is asked.
const NEAR: i64 = 2000;

/// Which reports are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Default)]
pub struct ReportFilter {
    /// What the ledgers in memory know of them as well.
    pub brief: BriefFilter,
    /// With one of these outcomes of the secrecy review.
    pub publications: Vec<Publication>,
    /// Claiming completion, or not.
    pub claims_completion: Option<bool>,
    /// Cleared on this day or later, and public.
    pub cleared_from: Option<Day>,
    /// Cleared on this day or earlier, and public.
    pub cleared_to: Option<Day>,
    /// Submitted at this instant or later.
    pub submitted_since: Option<Instant>,
    /// Returned at least once, or not.
    pub returned: Option<bool>,
    /// With these words.
    pub words: Terms,
    /// For an earlier day: as they were just before this instant.
    pub known_before: Option<Instant>,
    /// Among those that wait for something.
    pub waiting: Option<Waiting>,
    /// The ledgers in memory, to ask them first.
    pub memory: Option<CachedLedgers>,
}

/// Reports that wait for something. In words that the indexes have, so that both engines find them there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// For anything but the secrecy review.
    Unfinished,
    /// For the secrecy review.
    Unjudged,
}

/// SQL for what [`Scope::depth`] gives: a report of which the caller sees something.
fn seen(visibility: &Visibility) -> Statement {
    let sql = Statement::new("(is_public");
    or_whole(sql, visibility).push(")")
}

/// SQL for what [`Scope::depth`] gives: a report of which the caller sees all. For filters by how a report came to be,
/// which is not shown of what is only public.
fn seen_whole(visibility: &Visibility) -> Statement {
    let sql = Statement::new(" and (1 = 0");
    or_whole(sql, visibility).push(")")
}

fn or_whole(mut sql: Statement, visibility: &Visibility) -> Statement {
    if visibility.own != Owners::Nobodys {
        sql = sql.push(" or ").append(&owned_by("unit", &visibility.own));
    }
    if visibility.submitted {
        sql = sql.push(" or status in ('submitted', 'returned', 'accepted')");
    }
    if visibility.accepted != Owners::Nobodys {
        sql = sql
            .push(" or (status = 'accepted' and ")
            .append(&owned_by("unit", &visibility.accepted))
            .push(")");
    }
    sql
}

/// What a report says, the same in both tables, but for whether it is public.
pub(super) const FACTS: &str = "id, obligation_id, plan_id, task_id, requirement_id, unit, period, status,
                     publication, revision, content, claims_completion, search_text, authors, created_by, created_at,
                     submitted_by, submitted_at, signed_by, signed_at, reviewed_by, reviewed_at, review, judged_by,
                     judged_at, judgement, reported_on, claimed_on, version";

impl ReportFilter {
    /// This filter for the ledgers in memory; `None` where they do not know all that is asked.
    fn for_memory(&self) -> Option<BriefFilter> {
        // All of it is named: what is asked for one day besides, memory does not know by itself.
        let Self {
            brief,
            publications,
            claims_completion: None,
            cleared_from: None,
            cleared_to: None,
            submitted_since: None,
            returned: None,
            words,
            known_before: None,
            waiting: None,
            memory: _,
        } = self
        else {
            return None;
        };
        (publications.is_empty() && words.is_empty()).then(|| brief.clone())
    }

    /// What memory is asked, if it knows all that is wanted, and memory itself.
    pub(super) fn asks<'q>(
        &'q self,
        scope: &'q Scope<Report>,
        window: &'q Window,
    ) -> Option<(Asked<'q>, &'q CachedLedgers)> {
        let asked = Asked {
            filter: self.for_memory()?,
            scope,
            window,
            is_wide: self.scans(scope),
        };
        Some((asked, self.memory.as_ref()?))
    }

    /// ` from … where …`: the reports that are wanted, within what `scope` shows.
    pub(super) fn matching(&self, scope: &Scope<Report>) -> Result<Statement<Seen>> {
        let visibility = scope.visibility();
        let public_only = *visibility == Visibility::default();
        let sql = match self.known_before {
            Some(instant) => self.earlier(instant).within(&shown_by(scope, seen)),
            None if self.words.is_empty() => {
                Statement::new(" from progress_report where ").within(&shown_by(scope, seen))
            }
            None if public_only => shown_by(scope, |_| self.saying(true)),
            None => self.saying(false).push(" and ").within(&shown_by(scope, seen)),
        };
        Ok(sql.append(&self.conditions(visibility)?))
    }

    /// ` from … where …`: those that are wanted among the reports that come next at `place`, whatever they say.
    /// No index of words is needed for so few.
    pub(super) fn near(&self, scope: &Scope<Report>, window: &Window) -> Result<Statement<Seen>> {
        let visibility = scope.visibility();
        let next = Statement::new(" from (select * from progress_report where ").push(
            if *visibility == Visibility::default() {
                "is_public"
            } else {
                "true"
            },
        );
        let few = Window {
            rows: NEAR,
            ..window.clone()
        };
        let mut sql = page(next, &few, Self::SORTS)
            .push(") as progress_report where ")
            .within(&shown_by(scope, seen));
        for word in self.words.iter() {
            sql = sql.push(" and search_text like ").containing(word);
        }
        Ok(sql.append(&self.conditions(visibility)?))
    }

    fn saying(&self, public_only: bool) -> Statement {
        let words = self.words.iter().map(str::to_owned).collect();
        Statement::default().reports_saying(Words { words, public_only })
    }

    /// ` from … where `: reports as they were just before an instant. What was public once and is not any
    /// more, is not public as of an earlier day either.
    fn earlier(&self, instant: Instant) -> Statement {
        // A report is on one obligation for good: what it was is found by that too.
        let on = Statement::default().any_of("obligation_id", texts(&self.brief.obligations));
        let sql = Statement::new(" from (select is_public, ").push(FACTS);
        let sql = if self.words.is_empty() {
            sql.push(" from progress_report where true")
        } else {
            sql.append(&self.saying(false))
        };
        let mut sql = sql
            .append(&on)
            .push(" and created_at < ")
            .bind(Value::Instant(instant))
            .push(
                " and not exists (select 1 from progress_report_past as later
                                  where later.id = progress_report.id and later.until_at >= ",
            )
            .bind(Value::Instant(instant))
            .push(") union all select false as is_public, ")
            .push(FACTS)
            .push(" from (select ")
            .push(FACTS)
            .push(
                ", row_number() over (partition by id order by until_at, version) as place
                   from progress_report_past where until_at >= ",
            )
            .bind(Value::Instant(instant))
            .push(" and created_at < ")
            .bind(Value::Instant(instant))
            .append(&on)
            .push(") as past where place = 1");
        for word in self.words.iter() {
            sql = sql.push(" and search_text like ").containing(word);
        }
        sql.push(") as progress_report where ")
    }

    /// ` and …`: everything but the words.
    fn conditions(&self, visibility: &Visibility) -> Result<Statement> {
        let brief = &self.brief;
        let mut sql = Statement::default()
            .any_of("plan_id", texts(&brief.plans))
            .any_of("task_id", texts(&brief.tasks))
            .any_of("requirement_id", texts(&brief.requirements))
            .any_of("obligation_id", texts(&brief.obligations))
            .any_of_some("unit", brief.units.as_deref().map(texts))
            .any_of("period", texts(&brief.periods))
            .any_of("status", names(&brief.statuses)?)
            .any_of("publication", names(&self.publications)?)
            .compared(" and reported_on >= ", brief.reported_from.map(Value::Day))
            .compared(" and reported_on <= ", brief.reported_to.map(Value::Day));
        if self.cleared_from.is_some() || self.cleared_to.is_some() {
            // Of what is public now an index knows; of what was, the words do.
            sql = sql
                .push(if self.known_before.is_some() {
                    " and status = 'accepted' and publication = 'cleared'"
                } else {
                    " and is_public"
                })
                .compared(
                    " and judged_at >= ",
                    self.cleared_from.map(|day| Value::Instant(start_of(day))),
                )
                .compared(
                    " and judged_at < ",
                    self.cleared_to.map(|day| Value::Instant(end_of(day))),
                );
        }
        sql = match self.waiting {
            None => sql,
            Some(Waiting::Unfinished) => sql.push(" and status <> 'accepted'"),
            Some(Waiting::Unjudged) => sql.push(" and status = 'accepted' and publication = 'pending'"),
        };
        if let Some(claims) = self.claims_completion {
            sql = sql.push(if claims {
                " and claims_completion"
            } else {
                " and not claims_completion"
            });
        }
        if let Some(since) = self.submitted_since {
            sql = sql
                .append(&seen_whole(visibility))
                .push(" and submitted_at >= ")
                .bind(Value::Instant(since));
        }
        if let Some(wanted) = self.returned {
            let before = self.known_before.unwrap_or_else(|| start_of(Day::MAX));
            sql = sql
                .append(&seen_whole(visibility))
                .push(if wanted { " and id in (" } else { " and id not in (" })
                .push(IDS)
                .append(&returned(before))
                .push(")");
        }
        Ok(sql)
    }
}

impl Followable for ReportFilter {
    fn any(&self) -> Self {
        Self::default()
    }

    fn concerned(&self, _: &Scope<Report>, changes: &Changes) -> Vec<Statement> {
        let mut concerned = among("obligation_id", texts(&changes.obligations));
        concerned.extend(among("requirement_id", texts(&changes.requirements)));
        concerned
    }
}
