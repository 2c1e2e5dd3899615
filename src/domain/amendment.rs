//! What an amendment of a published plan says beside what it changes.

use super::vocabulary::vocabulary;

vocabulary! {
    /// 修订适用于哪些应办事项 (which obligations an amendment applies to)
    #[derive(Default)]
    pub enum AppliesTo {
        /// Those that are not due yet.
        #[default]
        Upcoming = "upcoming": "尚未到期的", "not due yet";
        /// All that are not done, those that are due already as well.
        Unfinished = "unfinished": "未办结的，含已到期的", "not done, due or not";
    }
}
