//! Tells utoipa's macros what our names for dates and ids mean, and cargo what the binary embeds.

fn main() {
    // A new migration file alone does not make cargo rebuild the crate that embeds it.
    println!("cargo:rerun-if-changed=migrations");
    let aliases = utoipa_config::Config::new()
        .alias_for("Day", "chrono::NaiveDate")
        .alias_for("Instant", "chrono::DateTime<chrono::Utc>");
    println!("cargo:rerun-if-changed=src/domain");
    let names: Vec<String> = std::fs::read_dir("src/domain")
        .expect("src/domain is there")
        .filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok())
        .flat_map(|source| unique_ids(&source))
        .collect();
    names
        .iter()
        .fold(aliases, |aliases, id| aliases.alias_for(id, "uuid::Uuid"))
        .write_to_file();
}

/// The names in the lists `unique! { … }` of a file.
fn unique_ids(source: &str) -> Vec<String> {
    let lists = source.split("unique! {\n").skip(1);
    let lines = lists.flat_map(|list| list.split("\n}").next().unwrap_or_default().lines());
    lines
        .map(|line| line.trim().trim_end_matches(','))
        .filter(|line| !line.starts_with("///"))
        .map(str::to_owned)
        .collect()
}
