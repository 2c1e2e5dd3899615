//! Tells utoipa's macros what our names for dates and ids mean, and cargo what the binary embeds.

fn main() {
    // A new migration file alone does not make cargo rebuild the crate that embeds it.
    println!("cargo:rerun-if-changed=migrations");
    let aliases = utoipa_config::Config::new()
        .alias_for("Day", "chrono::NaiveDate")
        .alias_for("Instant", "chrono::DateTime<chrono::Utc>");
    println!("cargo:rerun-if-changed=src/domain/id.rs");
    let ids = std::fs::read_to_string("src/domain/id.rs").expect("src/domain/id.rs is there");
    let unique = ids.split("\nunique! {").nth(1).expect("it has a list of unique ids");
    let unique = unique.split("\n}").next().unwrap_or_default().lines();
    unique
        .filter_map(|line| line.trim().strip_suffix(','))
        .fold(aliases, |aliases, id| aliases.alias_for(id, "uuid::Uuid"))
        .write_to_file();
}
