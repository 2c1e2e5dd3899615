//! Reports by the words they say. Each engine has an index of its own for that (migrations 0008 and 0033), and they
//! find the same: whatever contains all the words, however short those are.

use sqlx::Result;

use super::{
    Tx,
    statement::{Piece, Statement, Value},
};

/// Words that must all occur.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// In the form in which texts are searched.
    pub words: Vec<String>,
    /// Only among reports that are public.
    pub public_only: bool,
}

impl Words {
    /// ` from … where …` on SQLite: all that is needed is in the index, but for other conditions.
    pub(super) fn on_sqlite(&self) -> Vec<Piece> {
        let phrases: Vec<String> = self.words.iter().map(|word| phrase(word)).collect();
        let mut wanted = format!("said : ({})", phrases.join(" AND "));
        if self.public_only {
            wanted = format!("seen : pub AND {wanted}");
        }
        Statement::new(
            " from report_search cross join report_search_row on n = report_search.rowid
              left join progress_report using (id) where report_search match ",
        )
        .bind(Value::Text(wanted))
        .into_pieces()
    }

    /// The search on PostgreSQL, whose index knows pairs of characters: of longer words it says only which reports may
    /// have them.
    pub(super) fn on_postgres(&self) -> Vec<Piece> {
        let mut grams: Vec<i64> = self.words.iter().flat_map(|word| grams(word)).collect();
        grams.sort_unstable();
        grams.dedup();
        let mut sql = Statement::new(" from report_search join progress_report using (id) where grams @> ")
            .bind(Value::Ints(grams));
        for word in self.words.iter().filter(|word| word.chars().count() > 2) {
            sql = sql.push(" and search_text like ").containing(word);
        }
        if self.public_only {
            sql = sql.push(" and is_public");
        }
        sql.into_pieces()
    }
}

impl Tx {
    /// Gets ready to search, until the transaction ends. With its usual memory PostgreSQL soon remembers only
    /// on which pages words were found, and looks through all grams of all reports there.
    pub async fn prepare_search(&mut self) -> Result<()> {
        self.on_postgres("select set_config('work_mem', $1, true)", "128MB")
            .await
    }
}

/// The word as it is spelt in the index; a single character with a mark on either side.
fn phrase(word: &str) -> String {
    let letters: Vec<String> = word.chars().map(String::from).collect();
    let spelt = letters.join("\u{1f}");
    let spelt = if letters.len() == 1 {
        format!("\u{1f}{spelt}\u{1f}")
    } else {
        spelt
    };
    format!("\"{}\"", spelt.replace('"', "\"\""))
}

/// The least that says which pairs of characters a word has: the character itself, where it is the only one.
fn grams(word: &str) -> Vec<i64> {
    let letters: Vec<i64> = word.chars().map(|letter| i64::from(u32::from(letter))).collect();
    match letters.as_slice() {
        [only] => vec![*only],
        _ => letters.windows(2).map(|pair| pair[0] << 21 | pair[1]).collect(),
    }
}
