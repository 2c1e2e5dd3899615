//! What a Word document has beside its paragraphs and tables: comments, notes, the tops and bottoms of its pages, and what was
//! changed in it.

use std::collections::BTreeMap;

use super::{FileRefusal, notes, package::Package, running};
use crate::domain::{
    import::{Beside, BesideKind, Place},
    text,
};

/// Parts for the tops and bottoms of pages that are looked for.
const MOST_PARTS: u32 = 20;

/// What was read of it, and where it was met.
#[derive(Debug, Default)]
pub struct Margin {
    comments: BTreeMap<String, String>,
    footnotes: BTreeMap<String, String>,
    endnotes: BTreeMap<String, String>,
    running: Vec<String>,
    found: Vec<Beside>,
    changes: Count,
    pictures: Count,
}

/// How many, and where the first is.
#[derive(Debug, Default)]
struct Count(u32, Option<Place>);

impl Count {
    fn one(&mut self, at: Place) {
        self.0 = self.0.saturating_add(1);
        self.1.get_or_insert(at);
    }

    fn told(self, kind: impl FnOnce(u32) -> BesideKind) -> Option<Beside> {
        self.1.map(|at| Beside {
            kind: kind(self.0),
            place: Some(at),
            text: String::new(),
        })
    }
}

impl Margin {
    /// What is kept in parts of its own.
    pub fn read(package: &mut Package<'_>) -> Result<Self, FileRefusal> {
        let mut notes = |part: &str, element: &str| {
            let text = package.part(&format!("word/{part}.xml"))?;
            let notes = text.map(|text| notes::of_word(&text, element)).transpose()?;
            Ok::<_, FileRefusal>(notes.unwrap_or_default())
        };
        let (comments, footnotes) = (notes("comments", "comment")?, notes("footnotes", "footnote")?);
        let endnotes = notes("endnotes", "endnote")?;
        let mut running: Vec<String> = Vec::new();
        for number in 1..=MOST_PARTS {
            for part in ["header", "footer"] {
                let Some(text) = package.part(&format!("word/{part}{number}.xml"))? else {
                    continue;
                };
                let said = running::of_word(&text)?;
                running.extend(said.filter(|said| !running.contains(said)));
            }
        }
        Ok(Self {
            comments,
            footnotes,
            endnotes,
            running,
            ..Self::default()
        })
    }

    /// Something stands at `at`.
    pub fn add(&mut self, kind: BesideKind, at: Place, text: &str) {
        self.found.push(Beside {
            kind,
            place: Some(at),
            text: text.trim().to_owned(),
        });
    }

    /// The comment of this id, once.
    pub fn comment(&mut self, id: &str) -> Option<String> {
        self.comments.remove(id)
    }

    /// A note is referred to at `at`.
    pub fn note(&mut self, at_end: bool, id: &str, at: Place) {
        let (notes, kind) = if at_end {
            (&mut self.endnotes, BesideKind::Endnote)
        } else {
            (&mut self.footnotes, BesideKind::Footnote)
        };
        if let Some(note) = notes.remove(id) {
            self.add(kind, at, &note);
        }
    }

    /// Something was changed at `at`.
    pub fn changed(&mut self, at: Place) {
        self.changes.one(at);
    }

    /// A picture stands at `at`.
    pub fn pictured(&mut self, at: Place) {
        self.pictures.one(at);
    }

    /// All of it; what is referred to nowhere too.
    pub fn whole(self) -> Vec<Beside> {
        let mut all = self.found;
        let without_place = |kind, texts: Vec<String>| {
            let texts = texts.into_iter().filter(|text| !text::is_blank(text));
            texts.map(move |text| Beside {
                kind,
                place: None,
                text,
            })
        };
        let texts = |notes: BTreeMap<String, String>| notes.into_values().collect::<Vec<_>>();
        all.extend(without_place(BesideKind::Comment, texts(self.comments)));
        all.extend(without_place(BesideKind::Footnote, texts(self.footnotes)));
        all.extend(without_place(BesideKind::Endnote, texts(self.endnotes)));
        all.extend(without_place(BesideKind::Running, self.running));
        all.extend(self.changes.told(BesideKind::Changes));
        all.extend(self.pictures.told(BesideKind::Pictures));
        all
    }
}
