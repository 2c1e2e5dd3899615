//! Tells utoipa's macros what our names for dates and ids mean, and cargo what the binary embeds.

fn main() {
    // A new migration file alone does not make cargo rebuild the crate that embeds it.
    println!("cargo:rerun-if-changed=migrations");
    let aliases = utoipa_config::Config::new()
        .alias_for("Day", "chrono::NaiveDate")
        .alias_for("Instant", "chrono::DateTime<chrono::Utc>");
    let ids = [
        "AttachmentId",
        "EntryId",
        "ExtensionId",
        "FeedbackId",
        "NoticeId",
        "OccurrenceId",
        "ReportId",
        "SecondReviewId",
    ];
    ids.iter()
        .fold(aliases, |aliases, id| aliases.alias_for(*id, "uuid::Uuid"))
        .write_to_file();
}
