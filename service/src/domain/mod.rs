//! The types and rules of the service, free of HTTP and of SQL. Operations take the transaction
//! that they run in and call the store.

pub mod access;
pub mod badge;
pub mod bot;
pub mod bounds;
pub mod consumption;
pub mod erasure;
pub mod export;
pub mod figures;
pub mod free_training;
pub mod json;
pub mod key;
pub mod leaderboard;
pub mod level;
pub mod merge_patch;
pub mod once;
pub mod payment;
pub mod promocode;
pub mod ranks;
pub mod session;
pub mod subscription;
pub mod summary;
pub mod tariff;
pub mod time;
pub mod training;
pub mod user;
pub mod xp;

use self::bounds::BotName;

/// Reads an enum from its word only; what serde derives takes `{"word": null}` too.
macro_rules! read_as_word {
    ($($type:ty),+) => { $(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                word.parse().map_err(|_| {
                    let words = <Self as strum::VariantNames>::VARIANTS.join(", ");
                    serde::de::Error::custom(format!("must be one of {words}"))
                })
            }
        }
    )+ };
}

read_as_word!(
    access::AccessType,
    access::SubscriptionType,
    access::Source,
    leaderboard::Period,
    promocode::PromocodeType
);

/// Who did it: what every row of a ledger names.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `None`: an operator who named no bot.
    pub bot_name: Option<BotName>,
    /// The key's id, or `bootstrap`, or `import`.
    pub key: String,
}

impl Actor {
    pub fn bot_name(&self) -> Option<&str> {
        self.bot_name.as_ref().map(BotName::as_str)
    }
}
