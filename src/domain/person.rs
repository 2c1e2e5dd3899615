//! The identity of a person: what an issuer of tokens calls them. Two issuers may give the same name to two people.

use serde::{Deserialize, Serialize};

/// A person, as a token names them.
///
/// Stored and logged as JSON; somebody without an issuer is plain text, as everybody was before issuers were
/// kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Person {
    issuer: Option<String>,
    subject: String,
    name: Option<String>,
    /// Whether the issuer is the one that people without an issuer are of. Known of callers only.
    first: bool,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Plain(String),
    Issued {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<String>,
        subject: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

impl From<Stored> for Person {
    fn from(stored: Stored) -> Self {
        let (issuer, subject, name) = match stored {
            Stored::Plain(subject) => (None, subject, None),
            Stored::Issued { issuer, subject, name } => (issuer, subject, name),
        };
        Self::stored(issuer, subject, name)
    }
}

impl From<Person> for Stored {
    fn from(person: Person) -> Self {
        match person {
            Person {
                issuer: None,
                subject,
                name: None,
                ..
            } => Self::Plain(subject),
            Person {
                issuer, subject, name, ..
            } => Self::Issued { issuer, subject, name },
        }
    }
}

impl Person {
    /// Whom `issuer` calls `subject`, and people `name`. With `first`, whoever was called so before issuers
    /// were kept is the same.
    pub fn of_token(issuer: impl Into<String>, subject: impl Into<String>, name: Option<String>, first: bool) -> Self {
        Self {
            issuer: Some(issuer.into()),
            subject: subject.into(),
            name,
            first,
        }
    }

    /// As the database keeps them in columns of their own.
    pub fn stored(issuer: Option<String>, subject: String, name: Option<String>) -> Self {
        Self {
            issuer,
            subject,
            name,
            first: false,
        }
    }

    /// A person without an issuer: the service itself, or a caller without a token.
    pub fn plain(subject: impl Into<String>) -> Self {
        Self::stored(None, subject.into(), None)
    }

    /// As [`Person::text`] wrote it.
    pub fn parse(text: &str) -> Self {
        let issued = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
        issued.unwrap_or_else(|| Self::plain(text))
    }

    /// One text for a column.
    pub fn text(&self) -> String {
        match &self.issuer {
            None if self.name.is_none() => self.subject.clone(),
            _ => serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Who it is without what they are called now: the same text for the same person.
    pub fn key(&self) -> String {
        let nameless = Self {
            name: None,
            ..self.clone()
        };
        nameless.text()
    }

    /// Whether both are one person.
    pub fn is(&self, other: &Self) -> bool {
        self.subject == other.subject
            && match (&self.issuer, &other.issuer) {
                (Some(one), Some(other)) => one == other,
                (None, None) => true,
                (Some(_), None) => self.first,
                (None, Some(_)) => other.first,
            }
    }

    /// Whether they are one of `people`.
    pub fn is_among<'p>(&self, people: impl IntoIterator<Item = &'p Self>) -> bool {
        people.into_iter().any(|other| self.is(other))
    }

    /// `iss`; `None`: the service itself, or written before issuers were kept.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// `sub`: unique within its issuer.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What people call them.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_belongs_to_its_issuer() {
        let first = Person::of_token("a", "zhang", Some("张三".into()), true);
        let renamed = Person::of_token("a", "zhang", None, true);
        let other = Person::of_token("b", "zhang", None, false);
        let earlier = Person::plain("zhang");
        assert!(first.is(&renamed) && renamed.is(&first));
        assert!(first.is(&earlier) && earlier.is(&first));
        assert!(!other.is(&first) && !other.is(&earlier) && !earlier.is(&other));
    }

    #[test]
    fn who_is_stored_is_read_back() {
        for person in [
            Person::of_token("https://sso.example", "zhang", Some("张三".into()), false),
            Person::of_token("https://sso.example", r#"{"subject":"a"}"#, None, false),
            Person::plain("zhang"),
        ] {
            assert_eq!(Person::parse(&person.text()), person);
            let json = serde_json::to_string(&person).unwrap();
            assert_eq!(serde_json::from_str::<Person>(&json).unwrap(), person);
        }
        assert_eq!(Person::parse("{zhang").subject(), "{zhang");
    }
}
