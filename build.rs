//! Tells utoipa's macros what our names for dates mean, and cargo what the binary embeds.

fn main() {
    // A new migration file alone does not make cargo rebuild the crate that embeds it.
    println!("cargo:rerun-if-changed=migrations");
    utoipa_config::Config::new()
        .alias_for("Day", "chrono::NaiveDate")
        .alias_for("Instant", "chrono::DateTime<chrono::Utc>")
        .write_to_file();
}
