//! What an import did with each row of its source.

use std::collections::BTreeMap;
use std::fmt;

use strum::IntoEnumIterator;

/// The tables of the old database; of the JSON store the first and the third.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum Table {
    Users,
    TrainingUsers,
    BotSessions,
    UserBadges,
    Subscriptions,
    FreeTrainings,
    TrainingHistory,
    Payments,
    Promocodes,
    PromocodeUsage,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Written,
    /// The target has it, from an earlier run or by its own doing, and keeps it.
    AlreadyThere,
    /// Became part of another row.
    Merged,
    Skipped,
}

impl Outcome {
    /// Of a row that was inserted unless it was there.
    pub(super) fn of(inserted: bool) -> Self {
        if inserted { Self::Written } else { Self::AlreadyThere }
    }
}

/// Rows of one table: `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub read: u64,
    pub written: u64,
    pub already_there: u64,
    pub merged: u64,
    pub skipped: u64,
}

/// What is to be said about a row, in the order in which a report says it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::EnumIter, strum::IntoStaticStr,
)]
pub enum Remark {
    #[strum(serialize = "Skipped")]
    Skipped,
    #[strum(serialize = "Merged")]
    Merged,
    #[strum(serialize = "Changed to what can be stored")]
    Changed,
    #[strum(serialize = "Switched off by the old bot although paid for; active again")]
    Reactivated,
    #[strum(serialize = "Totals that differ")]
    Differs,
}

/// A remark on the row with this id in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub remark: Remark,
    pub table: Table,
    pub row: String,
    pub text: String,
}

/// The account of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub dry_run: bool,
    pub tables: BTreeMap<Table, Tally>,
    pub notes: Vec<Note>,
}

impl Report {
    pub(super) fn read(&mut self, table: Table, rows: usize) {
        self.tables.entry(table).or_default().read += rows as u64;
    }

    pub(super) fn count(&mut self, table: Table, outcome: Outcome) {
        let tally = self.tables.entry(table).or_default();
        *match outcome {
            Outcome::Written => &mut tally.written,
            Outcome::AlreadyThere => &mut tally.already_there,
            Outcome::Merged => &mut tally.merged,
            Outcome::Skipped => &mut tally.skipped,
        } += 1;
    }

    pub(super) fn note(
        &mut self,
        remark: Remark,
        table: Table,
        row: &str,
        text: impl Into<String>,
    ) {
        self.notes.push(Note { remark, table, row: row.to_owned(), text: text.into() });
    }

    pub(super) fn skip(&mut self, table: Table, row: &str, reason: impl Into<String>) {
        self.count(table, Outcome::Skipped);
        self.note(Remark::Skipped, table, row, reason);
    }

    pub(super) fn merge(&mut self, table: Table, row: &str, into: impl Into<String>) {
        self.count(table, Outcome::Merged);
        self.note(Remark::Merged, table, row, into);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(f, "Dry run: nothing was written. An import would do this:")?;
        }
        writeln!(f, "table                 read  written  already there   merged  skipped")?;
        for (table, tally) in &self.tables {
            let Tally { read, written, already_there, merged, skipped } = tally;
            let name: &str = table.into();
            writeln!(
                f,
                "{name:<16} {read:>9} {written:>8} {already_there:>14} {merged:>8} {skipped:>8}"
            )?;
        }
        for remark in Remark::iter() {
            let notes: Vec<_> = self.notes.iter().filter(|note| note.remark == remark).collect();
            if !notes.is_empty() {
                let heading: &str = remark.into();
                writeln!(f, "\n{heading} ({}):", notes.len())?;
            }
            for Note { table, row, text, .. } in notes {
                writeln!(f, "  {table} {row}: {text}")?;
            }
        }
        Ok(())
    }
}
