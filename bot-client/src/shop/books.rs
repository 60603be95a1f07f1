//! The books: what Telegram says of Stars against what the service has recorded. Telegram's side is
//! right: what was missed is recorded, and what does not match is reported.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bot::Bot;
use crate::failure::Failure;
use crate::service_api::Client;
use crate::service_api::types::{PagePayment, Payment, PaymentStatus};
use crate::shop::payment::{self, Charge, Recorded};
use crate::shop::renewal;
use crate::telegram::CallError;
use crate::texts::{Language, Texts, escape};

/// The most that one call of either side gives.
const PAGE: i64 = 100;
/// Charges that a report names of each kind.
const NAMED: usize = 10;

/// Whose charge, and which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    telegram_id: i64,
    charge: String,
}

impl From<&Charge> for Id {
    fn from(charge: &Charge) -> Self {
        Self { telegram_id: charge.telegram_id, charge: charge.id.clone() }
    }
}

impl From<&Payment> for Id {
    fn from(payment: &Payment) -> Self {
        Self { telegram_id: payment.telegram_id, charge: payment.charge_id.clone() }
    }
}

/// What came of comparing.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Transactions that Telegram lists, of all kinds.
    read: usize,
    /// Charges recorded only now.
    charges: Vec<Id>,
    /// Those of them that are not as their tariff says.
    unmatched: Vec<Id>,
    /// Refunds recorded only now.
    refunds: Vec<Id>,
    /// Recorded with another amount than Telegram says.
    other_amount: Vec<Id>,
    /// Refunded in the service, but not at Telegram.
    not_refunded: Vec<Id>,
    /// Recorded in the service, but unknown to Telegram: only with an operator's key.
    unknown: Vec<Id>,
    /// Could not be recorded; the log says why.
    failed: Vec<Id>,
}

impl Report {
    fn lists(&self) -> [(&'static str, &[Id]); 7] {
        [
            ("books-charges", &self.charges),
            ("books-unmatched", &self.unmatched),
            ("books-refunds", &self.refunds),
            ("books-other-amount", &self.other_amount),
            ("books-not-refunded", &self.not_refunded),
            ("books-unknown", &self.unknown),
            ("books-failed", &self.failed),
        ]
    }

    /// Whether nothing was missed, and all matches.
    pub(crate) fn is_clean(&self) -> bool {
        self.lists().iter().all(|(_, ids)| ids.is_empty())
    }

    /// How many there are of each kind, for the log.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, usize> {
        let counts = self.lists().into_iter().map(|(key, ids)| (key, ids.len()));
        counts.filter(|(_, count)| *count > 0).chain([("books-read", self.read)]).collect()
    }

    /// In an administrator's words: each charge by its user and its id.
    pub(crate) fn explained(&self, texts: &Texts, language: Language) -> String {
        let counted = |key, count: usize| texts.get(language, key, &[("count", count.into())]);
        let mut lines = vec![counted("books-read", self.read)];
        if self.is_clean() {
            lines.push(texts.get(language, "books-clean", &[]));
        }
        for (key, ids) in self.lists().into_iter().filter(|(_, ids)| !ids.is_empty()) {
            lines.push(String::new());
            lines.push(counted(key, ids.len()));
            let named = ids.iter().take(NAMED);
            lines.extend(named.map(|Id { telegram_id, charge }| {
                format!("{telegram_id}: <code>{}</code>", escape(charge))
            }));
            if ids.len() > NAMED {
                lines.push(counted("books-more", ids.len() - NAMED));
            }
        }
        lines.join("\n")
    }
}

/// Reads all of the bot's Star transactions and records what the service lacks. Done again, it
/// changes nothing; what is recorded already is not written again.
///
/// # Errors
/// One of the two sides cannot be read to its end. What cannot be written stands in the report.
pub(crate) async fn reconcile(bot: &Bot) -> Result<Report, Failure> {
    let listed = Listed::read(bot, 0).await?;
    let mut known = match &bot.operator {
        Some(operator) => recorded(bot, operator).await?,
        None => recorded_of(bot, listed.users()).await?,
    };
    // What has happened while the service was asked is not missed there: it is on its way.
    let since = Listed::read(bot, listed.transactions).await?;
    let mut report = Report { read: listed.transactions, ..Report::default() };
    // The oldest first: plans follow one another as they were paid.
    for entry in &listed.entries {
        let id = Id::from(&entry.charge);
        let payment = known.remove(&id);
        if let Err(failure) = settle(bot, entry, payment, &mut report).await {
            tracing::warn!(charge_id = id.charge, %failure, "a charge could not be recorded");
            report.failed.push(id);
        }
    }
    for Entry { charge, .. } in &since.entries {
        known.remove(&Id::from(charge));
        report.not_refunded.retain(|id| *id != Id::from(charge));
    }
    if bot.operator.is_some() {
        known.retain(|_, payment| has_happened(payment));
        report.unknown = known.into_keys().collect();
    }
    Ok(report)
}

/// Payments of other states were imported.
fn has_happened(payment: &Payment) -> bool {
    matches!(payment.status, PaymentStatus::Completed | PaymentStatus::Refunded)
}

/// Makes the service's record of one charge what Telegram says of it.
async fn settle(
    bot: &Bot,
    entry: &Entry,
    known: Option<Payment>,
    report: &mut Report,
) -> Result<(), Failure> {
    let charge = &entry.charge;
    let key = format!("stars:{}", charge.id);
    let Recorded { payment, is_new } = match known {
        Some(payment) => Recorded { payment, is_new: false },
        // The charges of erased users are listed nowhere, but known when they are recorded again.
        None => charge.record(bot, &format!("{key}:payment")).await?,
    };
    let id = Id::from(charge);
    if is_new {
        if charge.is_renewal == Some(false) {
            renewal::keep_newest(bot, charge.telegram_id).await?;
        }
        report.charges.push(id.clone());
        if !payment.mismatches.is_empty() {
            report.unmatched.push(id.clone());
        }
    }
    if payment.amount != i64::from(charge.stars) {
        report.other_amount.push(id.clone());
    }
    match (entry.is_refunded, payment.status) {
        (true, PaymentStatus::Completed) => {
            if payment.is_recurring {
                renewal::end(bot, &payment, &key).await?;
            }
            payment::record_refund(bot, charge, &key).await?;
            report.refunds.push(id);
        }
        (false, PaymentStatus::Refunded) => report.not_refunded.push(id),
        // What nobody here can place may be years old: it is the administrators' matter.
        (false, _) if is_new && payment.grant.is_some() => tell(bot, &payment).await,
        _ => {}
    }
    Ok(())
}

/// Tells the user of a charge that was recorded only now, if that can be.
async fn tell(bot: &Bot, payment: &Payment) {
    let told = async {
        let user = bot.service.get_user(payment.telegram_id).await?;
        payment::tell_charged(bot, user.language_code.as_deref(), payment, false).await
    };
    match told.await {
        Ok(()) | Err(Failure::Gone) => {}
        Err(failure) => tracing::warn!(%failure, "a user could not be told of a charge"),
    }
}

/// What the service has recorded, by charge.
type Known = BTreeMap<Id, Payment>;

/// What the service has recorded of everybody, as an operator may ask.
async fn recorded(bot: &Bot, operator: &Client) -> Result<Known, Failure> {
    let mut known = Known::new();
    let mut cursor: Option<String> = None;
    loop {
        let after = cursor.as_deref();
        let page = operator.list_payments(Some(&bot.name), after, None, Some(PAGE), None).await?;
        let PagePayment { items, next_cursor } = page.into_inner();
        let ours = items.into_iter().filter(|payment| payment::is_ours(bot, payment));
        known.extend(ours.map(|payment| (Id::from(&payment), payment)));
        cursor = next_cursor;
        if cursor.is_none() {
            return Ok(known);
        }
    }
}

/// What it has recorded of each of these users.
async fn recorded_of(bot: &Bot, users: BTreeSet<i64>) -> Result<Known, Failure> {
    let mut known = Known::new();
    for user in users {
        let payments = payment::of(bot, user).await?;
        known.extend(payments.into_iter().map(|payment| (Id::from(&payment), payment)));
    }
    Ok(known)
}

/// A charge as Telegram lists it.
#[derive(Debug)]
struct Entry {
    charge: Charge,
    /// Unix time.
    date: i64,
    is_refunded: bool,
}

/// Telegram's side of the books.
#[derive(Debug, Default)]
struct Listed {
    transactions: usize,
    /// The oldest first.
    entries: Vec<Entry>,
    /// Where each charge stands among them.
    places: BTreeMap<Id, usize>,
    /// When each user was charged for subscriptions, in Unix time.
    recurring: BTreeMap<i64, Vec<i64>>,
}

impl Listed {
    /// All but so many of the oldest transactions.
    async fn read(bot: &Bot, offset: usize) -> Result<Self, CallError> {
        #[derive(Deserialize)]
        struct Page {
            transactions: Vec<Value>,
        }
        let mut listed = Self::default();
        loop {
            let asked = json!({"offset": offset + listed.transactions, "limit": PAGE});
            let page: Page = bot.telegram.call("getStarTransactions", &asked).await?;
            if page.transactions.is_empty() {
                return Ok(listed);
            }
            for transaction in &page.transactions {
                listed.add(transaction);
            }
        }
    }

    fn add(&mut self, transaction: &Value) {
        self.transactions += 1;
        let Some(mut entry) =
            Transaction::deserialize(transaction).ok().and_then(Transaction::entry)
        else {
            tracing::debug!(id = %transaction["id"], "a transaction in Stars that is no sale");
            return;
        };
        match self.places.get(&Id::from(&entry.charge)) {
            None => {
                if entry.charge.is_recurring {
                    entry.charge.is_renewal = Some(self.is_renewal(&entry));
                }
                self.places.insert(Id::from(&entry.charge), self.entries.len());
                self.entries.push(entry);
            }
            Some(&place) if entry.is_refunded => self.entries[place] = entry,
            Some(_) => {}
        }
    }

    /// Telegram does not say it; but it renews after 30 days, with up to three more for who has too
    /// few Stars.
    fn is_renewal(&mut self, entry: &Entry) -> bool {
        const DAY: i64 = 24 * 60 * 60;
        let dates = self.recurring.entry(entry.charge.telegram_id).or_default();
        let is_renewal =
            dates.iter().any(|date| (29 * DAY..=33 * DAY).contains(&(entry.date - date)));
        dates.push(entry.date);
        is_renewal
    }

    fn users(&self) -> BTreeSet<i64> {
        self.entries.iter().map(|entry| entry.charge.telegram_id).collect()
    }
}

/// As much of a transaction as a sale needs. Telegram moves Stars for ever more reasons, so each is
/// read by itself, and one of an unknown kind spoils nothing.
#[derive(Deserialize)]
struct Transaction {
    /// A refund has that of its charge.
    id: String,
    amount: u32,
    /// Unix time.
    date: i64,
    /// Of what came in.
    source: Option<Partner>,
    /// Of what went out.
    receiver: Option<Partner>,
}

#[derive(Deserialize)]
struct Partner {
    r#type: String,
    transaction_type: String,
    user: Person,
    invoice_payload: Option<String>,
    /// In seconds.
    subscription_period: Option<i64>,
}

#[derive(Deserialize)]
struct Person {
    id: i64,
}

impl Transaction {
    /// The charge, if something was sold to a user or taken back.
    fn entry(self) -> Option<Entry> {
        let is_refunded = self.receiver.is_some();
        let partner = self.source.or(self.receiver)?;
        let is_sale = partner.r#type == "user" && partner.transaction_type == "invoice_payment";
        // Nothing goes on with a charge that was given back.
        let period = partner.subscription_period.filter(|_| !is_refunded);
        let end = |period| {
            DateTime::from_timestamp(self.date, 0)?
                .checked_add_signed(TimeDelta::try_seconds(period)?)
        };
        let charge = Charge {
            telegram_id: partner.user.id,
            id: self.id,
            payload: partner.invoice_payload.unwrap_or_default(),
            stars: self.amount,
            is_recurring: period.is_some(),
            is_renewal: None,
            expires_at: period.and_then(end),
        };
        is_sale.then_some(Entry { charge, date: self.date, is_refunded })
    }
}
