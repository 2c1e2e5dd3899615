//! Creating and changing units, and who belongs to a collective.

use super::{
    obligations::settle_naming,
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        event::Event,
        fault::{Bilingual, Checker, Fault},
        id::UnitCode,
        obligation::ObligationId,
        policy::Action,
        thing::{Thing, ThingKind},
        time::{Day, Period, day_of},
        unit::{self, Member, MemberPeriods, Membership, NewUnit, Unit, UnitDirectory, UnitKind, UnitPatch},
    },
    error::{Code, Error, Result},
    say,
    store::{self, revisions, units::OpenWork},
};

/// Locks the units against other changes and reads them all: names are unique among them.
async fn open(work: &mut Work<'_>) -> Result<UnitDirectory> {
    work.authorize(Action::ManageUnits)?;
    work.tx.lock(revisions::UNITS).await?;
    Ok(store::units::all(work.tx).await?)
}

/// Units cannot be changed by others before this command ends. To be called before a plan is locked: who changes units
/// locks the plans afterwards, to bring their ledgers up to date.
pub async fn keep(work: &mut Work<'_>) -> Result<()> {
    Ok(work.tx.lock_shared(revisions::UNITS).await?)
}

fn find(units: &UnitDirectory, code: &UnitCode) -> Result<Unit> {
    units.get(code).cloned().ok_or_else(Error::not_found)
}

/// The unit that was written, with all units as they were before.
pub type Written = (Unit, UnitDirectory);

/// Creates a unit.
pub async fn create_unit(work: &mut Work<'_>, new: NewUnit) -> Result<Written> {
    let units = open(work).await?;
    let code = &new.code;
    if let Some(there) = units.get(code) {
        return Err(Error::new(Code::AlreadyExists, taken(there)).because_of(ThingKind::Unit, code));
    }
    let with_it = units.with_new(std::slice::from_ref(&new));
    let unit = new.checked(&with_it).map_err(Error::body)?;
    add(work, &unit, &with_it).await?;
    Ok((unit, units))
}

fn taken(there: &Unit) -> Bilingual {
    let (code, name) = (&there.code, &there.name);
    say!("单位 {code} 已存在：{name}", "there is already a unit {code}: {name}")
}

/// Creates all of these units, which may name one another, or none; with all units as they are then.
pub async fn create_units(work: &mut Work<'_>, new: Vec<NewUnit>) -> Result<(Vec<Unit>, UnitDirectory)> {
    let before = open(work).await?;
    let all = before.with_new(&new);
    let mut units = Vec::new();
    let mut check = Checker::default();
    check.at("units", |check| {
        if new.is_empty() {
            check.fault(Fault::Required, say!("至少一个单位", "at least one unit"));
        }
        for (index, unit) in new.iter().enumerate() {
            let code = &unit.code;
            check.at(index, |check| {
                if let Some(there) = before.get(code) {
                    check.at("code", |check| check.fault(Fault::Duplicate, taken(there)));
                } else if new[..index].iter().any(|other| &other.code == code) {
                    let why = say!("{code} 重复", "{code} is given twice");
                    check.at("code", |check| check.fault(Fault::Duplicate, why));
                } else {
                    match unit.checked(&all) {
                        Ok(unit) => units.push(unit),
                        Err(faults) => check.below(Err(faults)),
                    }
                }
            });
        }
    });
    check.finish().map_err(Error::body)?;
    // Who is named by others comes before them.
    let mut left: Vec<&Unit> = units.iter().collect();
    while !left.is_empty() {
        let waits = |unit: &&Unit| left.iter().any(|other| unit.refers_to(&other.code));
        let (later, now): (Vec<&Unit>, Vec<&Unit>) = left.iter().copied().partition(waits);
        // There are no circles: `check` saw to that.
        let (now, later) = if now.is_empty() { (later, now) } else { (now, later) };
        for unit in now {
            add(work, unit, &all).await?;
        }
        left = later;
    }
    Ok((units, all))
}

/// Adds a unit that was checked, and what is owed through collectives that take it in.
async fn add(work: &mut Work<'_>, unit: &Unit, with_it: &UnitDirectory) -> Result<()> {
    let code = &unit.code;
    store::units::insert(work.tx, unit).await?;
    let created = LogRecord {
        event: Event::UNIT_CREATED,
        subject: code,
        plan: None,
        reason: None,
        before: None,
        after: Some(unit),
    };
    work.record(created).await?;
    work.units_changed().await?;
    // Nobody names it yet. It owes something only if a collective's rule takes it in.
    let takes_it = |collective: &Unit| {
        let members = with_it.expand_during(collective, Period::EVER);
        collective.membership.is_some() && members.iter().any(|member| member.code == unit.code)
    };
    if with_it.iter().any(takes_it) {
        settle_naming(work, &with_it.leading_to(code), None).await?;
    }
    Ok(())
}

/// 409 when the change leaves unfinished work without a unit that had one before. A unit that acts for another today
/// and on the day on which the work is due has it. What the unit itself owes `before` a day is not looked at.
async fn leave_nothing_behind(
    work: &mut Work<'_>,
    units: &UnitDirectory,
    after: &Unit,
    before: Option<Day>,
) -> Result<()> {
    let (today, code) = (day_of(work.now), &after.code);
    let changed = units.with(after);
    let has_owner = |directory: &UnitDirectory, left: &OpenWork| {
        let unit = directory.get(&left.unit);
        unit.is_some_and(|unit| !directory.acting(unit, left.day.max(today)).is_empty())
    };
    let unfinished = store::units::open_work(work.tx).await?;
    let mut left: Vec<OpenWork> = unfinished
        .into_iter()
        .filter(|left| &left.unit != code || before.is_none_or(|day| left.day >= day))
        .filter(|left| has_owner(units, left) && !has_owner(&changed, left))
        .collect();
    // What others owe in its place, they owe because it named them.
    let acting = |directory: &UnitDirectory, day: Day| -> Vec<UnitCode> {
        let unit = directory.get(code);
        let acting = unit.into_iter().flat_map(|unit| directory.acting(unit, day));
        acting.map(|unit| unit.code.clone()).collect()
    };
    let instead = store::units::open_work_naming(work.tx, code).await?;
    left.extend(instead.into_iter().filter(|left| {
        let day = left.day.max(today);
        let in_its_place = acting(units, day)
            .iter()
            .any(|acting| *acting == left.unit && acting != code);
        in_its_place && acting(&changed, day).is_empty()
    }));
    if left.is_empty() {
        return Ok(());
    }
    let count: i64 = left.iter().map(|left| left.count).sum();

    let some: Vec<&str> = left.iter().take(5).map(|left| left.first.as_str()).collect();
    let some = some.join(", ");
    let detail = say!(
        "{code} 仍有 {count} 项未办结的事项或督办单无人承接：{some} 等；请写明承接单位 (successors)，或先免办、改由其他单位承担",
        "{count} unfinished obligations or notices would be left to nobody: {some}, …; name who takes over from {code} (successors), or exempt them or give them to others first"
    );
    let error = Error::new(Code::InUse, detail);
    Err(left
        .iter()
        .take(5)
        .fold(error, |error, left| because_of_work(error, &left.first)))
}

/// With the obligation that is in the way; a notice is known by its subject here, which leads nowhere.
fn because_of_work(error: Error, first: &str) -> Error {
    match first.parse::<ObligationId>() {
        Ok(id) => error.because_of(ThingKind::Obligation, &id),
        Err(_) => error,
    }
}

async fn save(work: &mut Work<'_>, units: &UnitDirectory, before: &Unit, mut after: Unit) -> Result<Unit> {
    if &after != before {
        let days = |unit: &Unit| (unit.valid_from, unit.valid_to, unit.successors.clone());
        let begins = after.valid_from.filter(|_| after.valid_from > before.valid_from);
        if days(&after) != days(before) {
            leave_nothing_behind(work, units, &after, begins).await?;
        }
        after.version += 1;
        store::units::save(work.tx, &after).await?;
        if after.kind != before.kind {
            store::obligations::file_under_unit(work.tx, &after.code, after.kind).await?;
        }
        let subject = &after.code;
        let updated = LogRecord {
            event: Event::UNIT_UPDATED,
            subject,
            plan: None,
            reason: None,
            before: Some(before),
            after: Some(&after),
        };
        work.record(updated).await?;
        work.units_changed().await?;
        if !after.owes_like(before) {
            let mut concerned = units.leading_to(&after.code);
            concerned.extend(units.with(&after).leading_to(&after.code));
            let untried = store::units::work_of(work.tx, &after.code, false).await?.is_none();
            let mistaken = after.corrects(before, untried).then_some(&after.code);
            settle_naming(work, &concerned, mistaken).await?;
            if begins.is_some() {
                // What is left of the time before, somebody has begun.
                leave_nothing_behind(work, units, &after, None).await?;
            }
        }
    }
    Ok(after)
}

/// Changes a unit.
pub async fn update_unit(
    work: &mut Work<'_>,
    code: &UnitCode,
    expected: &Expected,
    patch: UnitPatch,
) -> Result<Written> {
    let units = open(work).await?;
    let before = find(&units, code)?;
    expected.check(before.version)?;
    let after = before.clone().patched(patch, &units).map_err(Error::body)?;
    let after = after.renamed(&before, day_of(work.now));
    Ok((save(work, &units, &before, after).await?, units))
}

/// A copy of the collective and its listed members, or why it has none.
fn listed(collective: &Unit) -> Result<Vec<Member>> {
    let code = &collective.code;
    match &collective.membership {
        Some(Membership::List { members }) => Ok(members.clone()),
        Some(Membership::Rule { .. }) => {
            let detail = say!(
                "{code} 的成员由规则确定，请修改规则或单位的存续期间",
                "the members of {code} follow from its rule; change the rule or the days a unit exists"
            );
            Err(Error::new(Code::WrongState, detail))
        }
        Some(Membership::Open) => {
            let detail = say!(
                "{code} 的成员待定，请在各项要求中写明 (members)",
                "who {code} means is open; say so in each requirement (members)"
            );
            Err(Error::new(Code::WrongState, detail))
        }
        None => Err(Error::new(
            Code::WrongState,
            say!("{code} 不是集合单位", "{code} is not a collective"),
        )),
    }
}

/// Sets the days on which `member` belongs to the collective `code`.
pub async fn set_member(
    work: &mut Work<'_>,
    code: &UnitCode,
    expected: &Expected,
    member: &UnitCode,
    periods: MemberPeriods,
) -> Result<Written> {
    let units = open(work).await?;
    let before = find(&units, code)?;
    expected.check(before.version)?;
    let mut members = listed(&before)?;
    if find(&units, member)?.kind == UnitKind::Collective {
        let detail = say!(
            "{member} 是集合单位，不能作为成员",
            "{member} is a collective and cannot be a member"
        );
        return Err(Error::new(Code::WrongState, detail));
    }
    // Which of the caller's periods a fault in the list belongs to.
    let place = members
        .iter()
        .position(|listed| &listed.code == member)
        .unwrap_or(members.len());
    members.retain(|listed| &listed.code != member);
    if periods.periods.is_empty() {
        return Err(Error::field(
            "/periods",
            Fault::Required,
            say!("至少一个期间", "at least one period"),
        ));
    }
    let place = place.min(members.len());
    let new = periods.periods.into_iter().map(|period| Member {
        code: member.clone(),
        valid_from: period.valid_from,
        valid_to: period.valid_to,
    });
    members.splice(place..place, new);
    let after = Unit {
        membership: Some(Membership::List { members }),
        ..before.clone()
    };
    unit::check(&after, &units).map_err(|mut faults| {
        for fault in &mut faults {
            let below = fault
                .pointer
                .strip_prefix("/membership/members/")
                .and_then(|rest| rest.split_once('/').or(Some((rest, ""))));
            if let Some((index, rest)) = below {
                let index = index.parse::<usize>().unwrap_or(place).saturating_sub(place);
                let below = if rest.is_empty() {
                    String::new()
                } else {
                    format!("/{rest}")
                };
                fault.pointer = format!("/periods/{index}{below}");
            }
        }
        Error::body(faults)
    })?;
    Ok((save(work, &units, &before, after).await?, units))
}

/// Removes `member` from the collective `code` as if it had never belonged: for mistakes.
pub async fn remove_member(work: &mut Work<'_>, code: &UnitCode, expected: &Expected, member: &UnitCode) -> Result<()> {
    let units = open(work).await?;
    let before = find(&units, code)?;
    expected.check(before.version)?;
    let mut members = listed(&before)?;
    let count = members.len();
    members.retain(|listed| &listed.code != member);
    if members.len() == count {
        return Err(Error::not_found());
    }
    let after = Unit {
        membership: Some(Membership::List { members }),
        ..before.clone()
    };
    save(work, &units, &before, after).await.map(drop)
}

/// Removes a unit that nothing refers to.
pub async fn delete_unit(work: &mut Work<'_>, code: &UnitCode, expected: &Expected) -> Result<()> {
    let units = open(work).await?;
    let unit = find(&units, code)?;
    expected.check(unit.version)?;
    let naming = units.naming(code);
    let requirements = store::units::requirements_naming(work.tx, code).await?;
    let issued = store::units::plans_issued(work.tx, code).await?;
    if !(naming.is_empty() && requirements.is_empty() && issued.is_empty()) {
        let units = naming.iter().map(|unit| Thing::new(ThingKind::Unit, &unit.code));
        let plans = issued.iter().map(|id| Thing::new(ThingKind::Plan, id));
        let requirements = requirements.iter().map(|id| Thing::new(ThingKind::Requirement, id));
        let mut conflicts: Vec<Thing> = units.chain(plans).chain(requirements).collect();
        let count = conflicts.len();
        conflicts.truncate(5);
        let some: Vec<&str> = conflicts.iter().map(|thing| thing.id.as_str()).collect();
        let some = some.join(", ");
        let detail = say!(
            "单位 {code} 仍被 {count} 处引用：{some} 等；撤销的单位请设置 valid_to",
            "unit {code} is still referred to in {count} places: {some}, …; set valid_to for a unit that was dissolved"
        );
        let mut error = Error::new(Code::InUse, detail);
        error.conflicts = conflicts;
        return Err(error);
    }
    store::units::delete(work.tx, code).await?;
    let deleted = LogRecord {
        event: Event::UNIT_DELETED,
        subject: code,
        plan: None,
        reason: None,
        before: Some(&unit),
        after: None,
    };
    work.record(deleted).await?;
    work.units_changed().await?;
    // What a collective's rule gave it, and nobody has begun, goes with it, however long ago it was due.
    if store::units::work_of(work.tx, code, true).await?.is_some() {
        settle_naming(work, &units.leading_to(code), Some(code)).await?;
    }
    let Some(first) = store::units::work_of(work.tx, code, true).await? else {
        return Ok(());
    };
    let detail = say!(
        "单位 {code} 已有办理记录（事项、报告、延期、督办单或群众意见，{first} 等）；撤销的单位请设置 valid_to",
        "something has been done with unit {code} (obligations, reports, extensions, notices, feedback: {first}, …); set valid_to for a unit that was dissolved"
    );
    Err(because_of_work(Error::new(Code::InUse, detail), &first))
}
