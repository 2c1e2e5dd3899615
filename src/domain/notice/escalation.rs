//! 蓝 → 黄 → 红: which level a notice may have, and when it may follow another.

use super::{Addressee, Notice, NoticeKind, NoticeLevel, NoticeStatus, Refusal, draft::fault};
use crate::{
    domain::{
        fault::{Checker, Fault},
        time::Day,
    },
    say,
};

/// A level for what urges, and none for the others; above blue by escalation, or with a reason.
pub(super) fn check_level(notice: &Notice, check: &mut Checker, follows: bool, earlier: Option<&Notice>) {
    let level = match (notice.level, notice.kind.urges()) {
        (Some(level), true) => level,
        (None, true) => {
            return fault(
                check,
                "level",
                Fault::Required,
                say!("催办、督办须写明级别", "say its level"),
            );
        }
        (given, false) => {
            if given.is_some() {
                fault(
                    check,
                    "level",
                    Fault::Conflict,
                    say!("通报不分级别", "this kind has no level"),
                );
            }
            if follows {
                fault(
                    check,
                    "follows",
                    Fault::Conflict,
                    say!("通报不升级督办单", "this kind escalates nothing"),
                );
            }
            return;
        }
    };
    match (follows, earlier) {
        (false, _) if level > NoticeLevel::Blue && notice.urgent_reason.is_none() => {
            let detail = say!(
                "应先发蓝单再逐级升级 (follows)；直接签发须写明紧急事由",
                "begin with blue and escalate (follows), or say why it is urgent"
            );
            fault(check, "urgent_reason", Fault::Required, detail);
        }
        (false, _) => {}
        (true, None) => {
            let detail = say!("本方案没有这份督办单", "the plan has no such notice");
            fault(check, "follows", Fault::NotFound, detail);
        }
        (true, Some(earlier)) => check_escalation(notice, check, level, earlier),
    }
}

/// One level up, and only for those who let the earlier one's day pass.
fn check_escalation(notice: &Notice, check: &mut Checker, level: NoticeLevel, earlier: &Notice) {
    let from_reminder = (earlier.kind, notice.kind) == (NoticeKind::Reminder, NoticeKind::Supervision);
    if earlier.kind != notice.kind && !from_reminder {
        let detail = say!(
            "督办单不能由这一类升级而来",
            "a notice of that kind does not become one of this kind"
        );
        fault(check, "follows", Fault::Conflict, detail);
    } else if earlier.level.and_then(NoticeLevel::next) != Some(level) {
        let detail = say!(
            "只能升一级：蓝、黄、红",
            "escalation goes one level up: blue, yellow, red"
        );
        fault(check, "level", Fault::Conflict, detail);
    }
    let late = |one: &Addressee| one.lifted.is_none() && !earlier.answered_in_time(one);
    let others = notice
        .units
        .iter()
        .filter(|one| !earlier.addressee(&one.unit).is_some_and(late));
    let others: Vec<&str> = others.map(|one| one.unit.as_str()).collect();
    if !others.is_empty() {
        let others = others.join(", ");
        let detail = say!(
            "{others} 不在前一份督办单的主送单位之列，或已按期答复",
            "{others}: not addressed by the earlier notice, or answered in time"
        );
        fault(check, "units", Fault::Conflict, detail);
    }
}

/// Escalation waits until the earlier notice's day has passed.
pub(super) fn check_order(earlier: &Notice, today: Day) -> Result<(), Refusal> {
    if earlier.status != NoticeStatus::Issued {
        return Err(Refusal::FollowsNothing(earlier.id));
    }
    match earlier.reply_by {
        Some(last) if today <= last => Err(Refusal::TooEarly(earlier.id, last)),
        _ => Ok(()),
    }
}
