//! Where the next page of what waits begins, in the lists that it is put together from.

use std::cmp::Ordering;

use uuid::Uuid;

use crate::{
    domain::{
        order::{By, Order, SortKey, Window},
        time::no_day,
        todo::TodoKind,
    },
    store::page::Sorts,
};

/// The window in a list of what waits for one reason, which is sorted by `until`, if it has a day, and by its own id;
/// `None`: nothing of it lies behind.
pub fn after(window: &Window, kind: TodoKind, until: Option<&'static str>, sorts: Sorts) -> Option<Window> {
    let (mut fields, mut keys, mut given) = (Vec::new(), Vec::new(), window.after.as_ref().map(|keys| keys.iter()));
    for by in window.order.fields() {
        let key = given.as_mut().and_then(Iterator::next);
        if by.field != "until_on" {
            fields.push(By { field: "id", ..*by });
            keys.extend(key.map(|key| own_id(key, kind, sorts)));
            break;
        }
        match (until, key) {
            (Some(field), key) => {
                fields.push(By { field, ..*by });
                keys.extend(key.cloned());
            }
            // All of it has no day: what has one comes before, or behind.
            (None, Some(SortKey::Day(day))) if *day != no_day() => {
                if by.descending {
                    return None;
                }
                given = None;
            }
            (None, _) => {}
        }
    }
    Some(Window {
        order: Order::new(fields),
        after: (!keys.is_empty()).then_some(keys),
        rows: window.rows,
    })
}

/// The id that stands for a name of the whole list among those of `kind`: itself; else what is greater or less than
/// all, as the kinds are.
fn own_id(name: &SortKey, kind: TodoKind, sorts: Sorts) -> SortKey {
    let SortKey::Text(name) = name else { return name.clone() };
    let (of, id) = name.split_once(':').unwrap_or((name, ""));
    let is_uuid = sorts
        .iter()
        .any(|sort| sort.field == "id" && sort.compares(&SortKey::Uuid(Uuid::nil())));
    let (least, greatest) = if is_uuid {
        (SortKey::Uuid(Uuid::nil()), SortKey::Uuid(Uuid::max()))
    } else {
        (SortKey::Text(String::new()), SortKey::Text("~".into()))
    };
    match kind.as_str().cmp(of) {
        Ordering::Equal if is_uuid => id.parse().map_or(least, SortKey::Uuid),
        Ordering::Equal => SortKey::Text(id.to_owned()),
        Ordering::Greater => least,
        Ordering::Less => greatest,
    }
}
