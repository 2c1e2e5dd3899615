//! What transactions wait for, and what they tell one another.

use sqlx::Result;

use super::Tx;

impl Tx {
    /// Waits until no other transaction holds `thing`, and holds it until this one ends.
    /// SQLite has one writer at a time anyway.
    pub async fn lock(&mut self, thing: &str) -> Result<()> {
        self.on_postgres("select pg_advisory_xact_lock(hashtextextended($1, 0))", thing)
            .await
    }

    /// Like [`Tx::lock`], for those who only need that `thing` stays as it is: they do not wait for
    /// one another.
    pub async fn lock_shared(&mut self, thing: &str) -> Result<()> {
        self.on_postgres("select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", thing)
            .await
    }

    /// Both: `whole` is only to stay as it is, while `part` of it changes.
    pub async fn lock_within(&mut self, whole: &str, part: &str) -> Result<()> {
        // The columns are worked out from left to right.
        let both = "select pg_advisory_xact_lock_shared(hashtextextended($1, 0)),
                           pg_advisory_xact_lock(hashtextextended($2, 0))";
        if self.is_postgres() {
            self.query(both).bind(whole).bind(part).execute().await?;
        }
        Ok(())
    }

    pub(in crate::db) async fn on_postgres(&mut self, sql: &'static str, thing: &str) -> Result<()> {
        if self.is_postgres() {
            self.query(sql).bind(thing).execute().await?;
        }
        Ok(())
    }

    /// Like [`Tx::lock`], but `false` at once when another transaction holds it.
    pub async fn try_lock(&mut self, thing: &str) -> Result<bool> {
        if !self.is_postgres() {
            return Ok(true);
        }
        let lock = "select pg_try_advisory_xact_lock(hashtextextended($1, 0))";
        let (held,): (bool,) = self.query(lock).bind(thing).one().await?;
        Ok(held)
    }

    /// Tells the listeners on `channel`, if this commits.
    pub async fn notify(&mut self, channel: &str, payload: &str) -> Result<()> {
        if self.is_postgres() {
            let notify = "select pg_notify($1, $2)";
            self.query(notify).bind(channel).bind(payload).execute().await?;
        }
        Ok(())
    }
}
