//! Figures by the headings under which tasks stand.

use std::collections::BTreeMap;

use super::{
    catalog::Catalog,
    id::TaskId,
    obligation::{GroupBy, GroupCounts, NO_GROUP},
    scope::Scope,
};

/// `rows` as they are wanted: by heading, what was counted by task is put together by the outermost heading of each task,
/// in the document's order.
pub fn grouped(rows: Vec<GroupCounts>, by: GroupBy, catalog: &Catalog) -> Vec<GroupCounts> {
    if by != GroupBy::Heading {
        return rows;
    }
    let by_task: BTreeMap<Option<TaskId>, GroupCounts> =
        rows.into_iter().map(|row| (row.key.parse().ok(), row)).collect();
    let mut groups: Vec<GroupCounts> = Vec::new();
    for (id, row) in by_task {
        let task = id.as_ref().and_then(|id| catalog.task(id, &Scope::system()));
        let heading = task.and_then(|(_, task)| task.headings.first());
        let key = heading.map_or(NO_GROUP, String::as_str);
        if let Some(group) = groups.iter_mut().find(|group| group.key == key) {
            group.add(&row);
        } else {
            let key = key.to_owned();
            groups.push(GroupCounts { key, ..row });
        }
    }
    groups
}
