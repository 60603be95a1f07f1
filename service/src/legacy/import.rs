//! A running import: it writes a user at a time, and keeps the account.

use std::collections::{BTreeSet, HashSet};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};

use super::report::{Outcome, Remark, Report, Table};
use super::write::{IMPORT, Written, write};
use super::{ImportError, ImportOptions};
use crate::domain::Actor;
use crate::domain::badge::Badge;
use crate::domain::bounds::{BotName, TelegramId};
use crate::domain::free_training::FreeTrainings;
use crate::domain::payment::PaymentRow;
use crate::domain::promocode::Promocode;
use crate::domain::session::Session;
use crate::domain::subscription::Subscription;
use crate::domain::time::Timestamp;
use crate::domain::training::TrainingWithSnapshot;
use crate::domain::user::User;
use crate::error::{DatabaseFailure, Error};
use crate::store::{self, Operation, Store, Tx};

/// A user with all that a source holds of them.
pub(super) struct LegacyUser {
    pub(super) telegram_id: TelegramId,
    /// The row that says who they are.
    pub(super) table: Table,
    pub(super) row: String,
    pub(super) user: User,
    pub(super) sessions: Vec<Session>,
    pub(super) badges: Vec<Badge>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) free_trainings: Vec<FreeTrainings>,
    pub(super) trainings: Vec<TrainingWithSnapshot>,
    pub(super) payments: Vec<PaymentRow>,
    /// Codes that they used, and when.
    pub(super) promocodes: Vec<(String, Timestamp)>,
}

impl LegacyUser {
    pub(super) fn new(telegram_id: TelegramId, user: User, table: Table, row: &str) -> Self {
        Self {
            telegram_id,
            table,
            row: row.to_owned(),
            user,
            sessions: Vec::new(),
            badges: Vec::new(),
            subscriptions: Vec::new(),
            free_trainings: Vec::new(),
            trainings: Vec::new(),
            payments: Vec::new(),
            promocodes: Vec::new(),
        }
    }

    /// The rows of the source that this is made of.
    fn rows(&self) -> impl Iterator<Item = Table> {
        // The session of a row of training_users is part of that row.
        let sessions = if self.table == Table::Users { self.sessions.len() } else { 0 };
        [
            (self.table, 1),
            (Table::BotSessions, sessions),
            (Table::UserBadges, self.badges.len()),
            (Table::Subscriptions, self.subscriptions.len()),
            (Table::FreeTrainings, self.free_trainings.len()),
            (Table::TrainingHistory, self.trainings.len()),
            (Table::Payments, self.payments.len()),
            (Table::PromocodeUsage, self.promocodes.len()),
        ]
        .into_iter()
        .flat_map(|(table, rows)| std::iter::repeat_n(table, rows))
    }

    fn bots(&self) -> impl Iterator<Item = BotName> {
        let sessions = self.sessions.iter().map(|session| session.bot_name.as_str());
        let badges = self.badges.iter().filter_map(|badge| badge.earned_in_bot.as_deref());
        sessions.chain(badges).filter_map(|name| BotName::new(name).ok())
    }
}

/// A running import.
pub(super) struct Import<'a> {
    store: &'a Store,
    pub(super) options: &'a ImportOptions,
    pub(super) now: Timestamp,
    pub(super) report: Report,
    pub(super) progress: ProgressBar,
    actor: Actor,
    /// Bots that are known to be there.
    bots: BTreeSet<BotName>,
    seen: HashSet<i64>,
}

impl<'a> Import<'a> {
    pub(super) async fn start(
        store: &'a Store,
        options: &'a ImportOptions,
    ) -> Result<Self, ImportError> {
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} users, {eta} left");
        let progress = ProgressBar::new(0);
        let import = Self {
            store,
            options,
            now: store.clock().now(),
            report: Report { dry_run: options.dry_run, ..Report::default() },
            progress: match style {
                Ok(style) => progress.with_style(style),
                Err(_) => progress,
            },
            actor: Actor { bot_name: Some(options.bot_name.clone()), key: IMPORT.to_owned() },
            bots: BTreeSet::from([options.bot_name.clone()]),
            seen: HashSet::new(),
        };
        import.transact(|tx| Box::pin(store::bots::ensure(tx, &options.bot_name))).await?;
        Ok(import)
    }

    pub(super) fn finish(self) -> Report {
        self.progress.finish_and_clear();
        self.report
    }

    /// Whether this user came up in this import before.
    pub(super) fn has_seen(&self, old: &LegacyUser) -> bool {
        self.seen.contains(&old.user.telegram_id)
    }

    pub(super) async fn promocode(&mut self, promocode: &Promocode) -> Result<(), ImportError> {
        let written =
            self.transact(|tx| Box::pin(store::promocodes::insert(tx, promocode))).await?;
        self.report.count(Table::Promocodes, Outcome::of(written));
        Ok(())
    }

    /// Imports the user in one transaction. What the database refuses is skipped; only a database
    /// that is out of reach ends the import.
    pub(super) async fn user(&mut self, old: LegacyUser) -> Result<(), ImportError> {
        self.progress.inc(1);
        self.seen.insert(old.user.telegram_id);
        let new_bots: Vec<_> = old.bots().filter(|bot| !self.bots.contains(bot)).collect();
        let actor = &self.actor;
        let written = self.transact(|tx| Box::pin(write(tx, &old, &new_bots, actor))).await;
        let reason = match written {
            Ok(Some(Written { balance, remark, outcomes })) => {
                self.bots.extend(new_bots);
                if let Some(text) = remark {
                    self.report.note(Remark::Differs, old.table, &old.row, text);
                }
                for (table, outcome) in old.rows().zip([balance].into_iter().chain(outcomes)) {
                    self.report.count(table, outcome);
                }
                return Ok(());
            }
            Ok(None) => "the user was erased".to_owned(),
            Err(Error::Database(error))
                if DatabaseFailure::of(&error) == DatabaseFailure::Defect =>
            {
                format!("the database refuses this user: {error}")
            }
            Err(error) => return Err(error.into()),
        };
        for table in old.rows() {
            let id = old.user.telegram_id;
            self.report.skip(table, &old.row, format!("of telegram_id {id}: {reason}"));
        }
        Ok(())
    }

    /// Takes XP, level and trainings from a bot's stats, as far as they are there.
    pub(super) fn take_stats(
        &mut self,
        user: &mut User,
        stats: &Map<String, Value>,
        table: Table,
        row: &str,
    ) {
        for (total, name, least) in [
            (&mut user.total_xp, "total_xp", 0),
            (&mut user.level, "current_level", 1),
            (&mut user.total_trainings, "total_trainings", 0),
            (&mut user.total_score, "total_score", 0),
        ] {
            match stats.get(name).filter(|value| !value.is_null()) {
                None => {}
                Some(value) => match value.as_i64().filter(|value| *value >= least) {
                    Some(value) => *total = value,
                    None => {
                        let text = format!("{name} of the stats was {value}, {total} was taken");
                        self.report.note(Remark::Changed, table, row, text);
                    }
                },
            }
        }
    }

    async fn transact<'env, T>(
        &self,
        operation: impl for<'c> Fn(&'c mut Tx<'env>) -> Operation<'c, T>,
    ) -> Result<T, Error> {
        if self.options.dry_run {
            self.store.rehearse(operation).await
        } else {
            self.store.write(operation).await
        }
    }
}
