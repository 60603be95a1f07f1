//! The client of the service, made from `openapi/openapi.json` by `cargo run -p codegen`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///Whether the user may train, why, and all that they hold.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Access {
        ///What would be used next; null without access.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub access_type: ::std::option::Option<AccessType>,
        ///Null without access.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub details: ::std::option::Option<AccessDetails>,
        pub has_access: bool,
        ///In the order of their use; plans that start later included.
        pub holdings: ::std::vec::Vec<Holding>,
    }
    ///What would be used, as the old bot said it; which fields there are depends on `access_type`.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    pub struct AccessDetails {
        ///For `credits`: of all credit plans.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub credits_left: ::std::option::Option<i64>,
        ///For `subscription`: whole days until `end_date`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub days_left: ::std::option::Option<i64>,
        ///For `subscription`: when the last of the plans that follow one another ends.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub end_date: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///For `free_trainings`: of those that are used next.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub source: ::std::option::Option<Source>,
        ///For `subscription`: the plan that runs now.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub subscription_type: ::std::option::Option<SubscriptionType>,
        ///For `free_trainings`: of all sources.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub trainings_left: ::std::option::Option<i64>,
    }
    ///An entry of the access ledger: the sum of a holding's amounts is what is left of it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct AccessEvent {
        pub access_type: AccessType,
        ///Credits or trainings; for a month or year plan seconds of it, 0 when it was used.
        pub amount: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        ///Of a consumption, and of the return that undoes it.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub consumption_id: ::std::option::Option<::uuid::Uuid>,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub event: AccessEventKind,
        ///The subscription or the free trainings.
        pub holding_id: ::uuid::Uuid,
        pub id: ::uuid::Uuid,
        ///Credits or trainings left in all the user's holdings of this kind afterwards.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub remaining: ::std::option::Option<i64>,
    }
    ///What an entry of the access ledger did.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum AccessEventKind {
        #[serde(rename = "grant")]
        Grant,
        #[serde(rename = "consume")]
        Consume,
        #[serde(rename = "return")]
        Return,
        #[serde(rename = "revoke")]
        Revoke,
    }
    impl ::std::fmt::Display for AccessEventKind {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Grant => f.write_str("grant"),
                Self::Consume => f.write_str("consume"),
                Self::Return => f.write_str("return"),
                Self::Revoke => f.write_str("revoke"),
            }
        }
    }
    impl ::std::str::FromStr for AccessEventKind {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "grant" => Ok(Self::Grant),
                "consume" => Ok(Self::Consume),
                "return" => Ok(Self::Return),
                "revoke" => Ok(Self::Revoke),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for AccessEventKind {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for AccessEventKind {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///The kinds of access, in the order in which they are used.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum AccessType {
        #[serde(rename = "subscription")]
        Subscription,
        #[serde(rename = "credits")]
        Credits,
        #[serde(rename = "free_trainings")]
        FreeTrainings,
    }
    impl ::std::fmt::Display for AccessType {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Subscription => f.write_str("subscription"),
                Self::Credits => f.write_str("credits"),
                Self::FreeTrainings => f.write_str("free_trainings"),
            }
        }
    }
    impl ::std::str::FromStr for AccessType {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "subscription" => Ok(Self::Subscription),
                "credits" => Ok(Self::Credits),
                "free_trainings" => Ok(Self::FreeTrainings),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for AccessType {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for AccessType {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///A UTC day on which the user wrote to a bot.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct ActiveDay {
        pub bot_name: ::std::string::String,
        pub day: ::std::string::String,
    }
    ///XP to add.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct AddXp {
        ///1 to 1,000,000; from an operator also -1,000,000 to -1. The total never goes below 0.
        pub amount: i64,
        ///For operators: the bot to record. A bot's key records its own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        ///The level table to go by; without it, or with an empty one, the service's.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub levels: ::std::vec::Vec<LevelStep>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub reason: ::std::option::Option<::std::string::String>,
    }
    ///A badge to award.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct AwardBadge {
        pub badge_type: ::std::string::String,
        ///For operators: the bot to record. A bot's key records its own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub metadata: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///A badge that a user holds.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Badge {
        pub badge_type: ::std::string::String,
        pub earned_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Null if an operator awarded it without naming a bot.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub earned_in_bot: ::std::option::Option<::std::string::String>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub metadata: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///Whether the badge is new, and the badge as it is held.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct BadgeAwarded {
        ///False if the user held it before; then nothing was changed.
        pub awarded: bool,
        pub badge: Badge,
    }
    ///A bot of the family.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Bot {
        pub bot_name: ::std::string::String,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub title: ::std::option::Option<::std::string::String>,
    }
    ///A badge of the catalogue.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct CatalogueBadge {
        pub badge_type: ::std::string::String,
        pub descriptions: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub icon: ::std::option::Option<::std::string::String>,
        pub titles: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
    }
    ///What to use, and the change of the session that goes with it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct Consume {
        ///For operators: the bot to record, whose session is meant. A bot's key means its own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        /**The caller's own id, so that the unit can be given back by it; the same id again uses
nothing more.*/
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub consumption_id: ::std::option::Option<::uuid::Uuid>,
        ///Nothing is done unless the session is at this version.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub if_version: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub stats: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///What was used.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Consumed {
        pub access_type: AccessType,
        pub consumption_id: ::uuid::Uuid,
        ///Units of this kind that are left; null for a month or year plan.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub remaining: ::std::option::Option<i64>,
        ///The session's version; null if there is no session.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub version: ::std::option::Option<i64>,
    }
    ///A key to create.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct CreateKey {
        ///Never, if absent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    }
    ///A charge that happened.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct CreatePayment {
        ///In the currency's smallest unit.
        pub amount: i64,
        ///For operators: the bot to record. A bot's key records its own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        ///The provider's id of the charge: recorded twice, it is granted once.
        pub charge_id: ::std::string::String,
        pub currency: ::std::string::String,
        ///Until when the provider sold it; counts only if it is later than the tariff's own end.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///Whether the provider renews it by itself: then the new plan does, and no earlier one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub is_recurring: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub metadata: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub provider: ::std::string::String,
        pub tariff: ::std::string::String,
    }
    ///A promo code to create.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct CreatePromocode {
        ///Kept in upper case.
        pub code: ::std::string::String,
        ///May lie in the past.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///Null or absent: any number of users.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub max_uses: ::std::option::Option<i64>,
        #[serde(rename = "type")]
        pub type_: PromocodeType,
        ///Trainings (at most 1,000) or credits; of no meaning for `free_month`.
        pub value: i64,
    }
    ///A subscription to give.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct CreateSubscription {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub auto_renew: ::std::option::Option<bool>,
        ///Needed for `credits`, refused otherwise.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub credits: ::std::option::Option<i64>,
        ///30 for a month, 365 for a year; credits do not expire unless it is given.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub duration_days: ::std::option::Option<i64>,
        pub subscription_type: SubscriptionType,
    }
    ///A new key: the only time that it is shown.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct CreatedKey {
        ///Null: an operator's key.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        pub key: ::std::string::String,
        pub key_id: ::uuid::Uuid,
    }
    ///What happened on a UTC day.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct DayFigures {
        ///Month and year plans that ran when the day ended, or now; with `bot_name` those that it gave.
        pub active_subscriptions: i64,
        ///Users who opened a session or finished a training.
        pub active_users: i64,
        pub date: ::chrono::naive::NaiveDate,
        ///Users who came that day; with `bot_name` those who also were active in that bot that day.
        pub new_users: i64,
        ///By currency; those that were refunded later included.
        pub payments: ::std::vec::Vec<Turnover>,
        ///By currency, on the day of the refund.
        pub refunds: ::std::vec::Vec<Turnover>,
        pub trainings: i64,
    }
    ///Everything that is held about a user. To a bot, other bots' sessions and trainings are not shown.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Export {
        pub access_events: ::std::vec::Vec<AccessEvent>,
        pub activity: ::std::vec::Vec<ActiveDay>,
        pub badges: ::std::vec::Vec<Badge>,
        pub exported_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub free_trainings: ::std::vec::Vec<FreeTrainings>,
        pub payments: ::std::vec::Vec<Payment>,
        pub promocodes: ::std::vec::Vec<UsedPromocode>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub referrer: ::std::option::Option<i64>,
        pub sessions: ::std::vec::Vec<Session>,
        pub subscriptions: ::std::vec::Vec<Subscription>,
        pub trainings: ::std::vec::Vec<TrainingWithSnapshot>,
        pub user: User,
        pub xp_events: ::std::vec::Vec<XpEvent>,
    }
    ///What is wrong with a field.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct FieldError {
        ///The path of the field, such as `levels[1].min_xp`; empty for the whole.
        pub field: ::std::string::String,
        pub message: ::std::string::String,
    }
    ///A training that was finished.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct FinishTraining {
        ///Badges to award; those that the user holds are answered with `awarded: false`.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub badges: ::std::vec::Vec<TrainingBadge>,
        ///For operators, who need it: the bot in which the user trained. A bot's key records its own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub case_data: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub clarity_level: i64,
        ///0 if absent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub contextual_questions: ::std::option::Option<i64>,
        ///Nothing is done unless the session is at this version.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub if_version: ::std::option::Option<i64>,
        ///The level table to go by; without it, or with an empty one, the service's.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub levels: ::std::vec::Vec<LevelStep>,
        pub per_type_counts: ::std::collections::HashMap<::std::string::String, i64>,
        pub question_count: i64,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub scenario_name: ::std::option::Option<::std::string::String>,
        ///Replaces the session.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session_snapshot: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        ///Replaces the stats.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub stats: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub total_score: i64,
        ///Now if absent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub training_date: ::std::option::Option<
            ::chrono::DateTime<::chrono::offset::Utc>,
        >,
        ///XP to add; none if absent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub xp: ::std::option::Option<i64>,
    }
    ///Free trainings of one grant.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct FreeTrainings {
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub id: ::uuid::Uuid,
        ///What was rewarded, such as the channel or the invited user.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub reference: ::std::option::Option<::std::string::String>,
        pub source: Source,
        pub telegram_id: i64,
        pub trainings_left: i64,
        pub trainings_total: i64,
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    /**Whether trainings were given, with the grant: this one or the earlier one, whose fields are null
if it was erased with the user.*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct FreeTrainingsGranted {
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///False if this reference was rewarded before; then nothing was changed.
        pub granted: bool,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub id: ::std::option::Option<::uuid::Uuid>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub reference: ::std::option::Option<::std::string::String>,
        pub source: Source,
        pub telegram_id: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub trainings_left: ::std::option::Option<i64>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub trainings_total: ::std::option::Option<i64>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub updated_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    }
    ///Which XP counts.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum GetLeaderboardPeriod {
        #[serde(rename = "all")]
        All,
        #[serde(rename = "week")]
        Week,
    }
    impl ::std::fmt::Display for GetLeaderboardPeriod {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::All => f.write_str("all"),
                Self::Week => f.write_str("week"),
            }
        }
    }
    impl ::std::str::FromStr for GetLeaderboardPeriod {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "all" => Ok(Self::All),
                "week" => Ok(Self::Week),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for GetLeaderboardPeriod {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for GetLeaderboardPeriod {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///What a payment gave, and what became of it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Grant {
        ///Credits left; null for a month or year plan.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub left: ::std::option::Option<i64>,
        pub subscription_id: ::uuid::Uuid,
        ///Trainings that were started on it and not given back.
        pub used: i64,
    }
    ///Free trainings to give.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct GrantFreeTrainings {
        pub count: i64,
        /**The channel, or the invited user: needed for `channel` and `referral`, where each counts
once ever per user.*/
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub reference: ::std::option::Option<::std::string::String>,
        pub source: Source,
    }
    ///How the service is.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Health {
        ///Always `ok`.
        pub status: ::std::string::String,
    }
    ///Something that gives access now or later.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Holding {
        pub access_type: AccessType,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub end_date: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        pub id: ::uuid::Uuid,
        ///How many of them are left; null for a month or year plan.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub left: ::std::option::Option<i64>,
        ///Null for subscriptions.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub source: ::std::option::Option<Source>,
        pub start_date: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Null for free trainings.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub subscription_type: ::std::option::Option<SubscriptionType>,
        ///Credits or trainings that were granted; null for a month or year plan.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub total: ::std::option::Option<i64>,
    }
    ///One step of a level table.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct Level {
        pub level: i64,
        ///The least XP that gives this level.
        pub min_xp: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub title: ::std::option::Option<::std::string::String>,
    }
    ///A step of a level table that a caller sends along.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct LevelStep {
        pub level: i64,
        ///The least XP that gives this level.
        pub min_xp: i64,
    }
    ///A level table.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct Levels {
        ///By level. Empty: a level for every 100 XP, up to 100.
        pub items: ::std::vec::Vec<Level>,
    }
    ///Everything that a bot needs at the start of a chat message.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Opened {
        pub access: Access,
        pub badges: ::std::vec::Vec<Badge>,
        pub session: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        pub stats: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        pub user: User,
        pub version: i64,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageBadge {
        pub items: ::std::vec::Vec<Badge>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageBot {
        pub items: ::std::vec::Vec<Bot>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageCatalogueBadge {
        pub items: ::std::vec::Vec<CatalogueBadge>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageDayFigures {
        pub items: ::std::vec::Vec<DayFigures>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageFreeTrainings {
        pub items: ::std::vec::Vec<FreeTrainings>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PagePayment {
        pub items: ::std::vec::Vec<Payment>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PagePlace {
        pub items: ::std::vec::Vec<Place>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PagePromocode {
        pub items: ::std::vec::Vec<Promocode>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageSession {
        pub items: ::std::vec::Vec<Session>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageStoredKey {
        pub items: ::std::vec::Vec<StoredKey>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageSubscription {
        pub items: ::std::vec::Vec<Subscription>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageTariff {
        pub items: ::std::vec::Vec<Tariff>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageTraining {
        pub items: ::std::vec::Vec<Training>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageUser {
        pub items: ::std::vec::Vec<User>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    ///A page of a list.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct PageXpEvent {
        pub items: ::std::vec::Vec<XpEvent>,
        ///Ask for the next page with it; null at the end.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    /**A JSON Merge Patch (RFC 7396) of both parts: null removes a key, objects are merged, anything
else replaces.*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct PatchSession {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub stats: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///A charge, and what it gave.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Payment {
        ///In the currency's smallest unit.
        pub amount: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        pub charge_id: ::std::string::String,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub currency: ::std::string::String,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub description: ::std::option::Option<::std::string::String>,
        ///Null if nothing was granted: the tariff is unknown, or the payment was imported.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub grant: ::std::option::Option<Grant>,
        pub is_recurring: bool,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub metadata: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        ///What was not as the tariff said: `tariff_unknown`, `tariff_inactive`, `currency`, `amount`.
        pub mismatches: ::std::vec::Vec<::std::string::String>,
        pub provider: ::std::string::String,
        pub status: PaymentStatus,
        pub tariff: ::std::string::String,
        pub telegram_id: i64,
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///How far a payment got. Those recorded here are completed or refunded; the others were imported.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum PaymentStatus {
        #[serde(rename = "pending")]
        Pending,
        #[serde(rename = "completed")]
        Completed,
        #[serde(rename = "failed")]
        Failed,
        #[serde(rename = "refunded")]
        Refunded,
    }
    impl ::std::fmt::Display for PaymentStatus {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Pending => f.write_str("pending"),
                Self::Completed => f.write_str("completed"),
                Self::Failed => f.write_str("failed"),
                Self::Refunded => f.write_str("refunded"),
            }
        }
    }
    impl ::std::str::FromStr for PaymentStatus {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "pending" => Ok(Self::Pending),
                "completed" => Ok(Self::Completed),
                "failed" => Ok(Self::Failed),
                "refunded" => Ok(Self::Refunded),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for PaymentStatus {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for PaymentStatus {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///A user's place.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Place {
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub first_name: ::std::option::Option<::std::string::String>,
        pub level: i64,
        ///Equal XP shares a rank.
        pub rank: i64,
        pub telegram_id: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub username: ::std::option::Option<::std::string::String>,
        ///Earned in the period.
        pub xp: i64,
    }
    ///What a tariff costs in one currency.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct Price {
        ///In the currency's smallest unit; Telegram Stars have no smaller one.
        pub amount: i64,
        pub currency: ::std::string::String,
    }
    ///What went wrong (RFC 9457).
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Problem {
        ///For programs: stable, in snake_case.
        pub code: ::std::string::String,
        ///For people: what happened and what to do.
        pub detail: ::std::string::String,
        ///With 422: what is wrong where.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub errors: ::std::vec::Vec<FieldError>,
        ///As in the `X-Request-Id` header.
        pub request_id: ::std::string::String,
        ///The HTTP status.
        pub status: i32,
        ///The status in words.
        pub title: ::std::string::String,
        ///Always `about:blank`: `code` says what it is.
        #[serde(rename = "type")]
        pub type_: ::std::string::String,
    }
    ///What a bot knows of a user. An absent field keeps what is stored; null clears it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct Profile {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub first_name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub language_code: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub last_name: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub leaderboard_hidden: ::std::option::Option<bool>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub username: ::std::option::Option<::std::string::String>,
    }
    ///A promo code.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Promocode {
        ///In upper case.
        pub code: ::std::string::String,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub current_uses: i64,
        ///Null: never.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///Null: any number of users.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub max_uses: ::std::option::Option<i64>,
        #[serde(rename = "type")]
        pub type_: PromocodeType,
        pub value: i64,
    }
    ///What a promo code gives.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum PromocodeType {
        #[serde(rename = "trainings")]
        Trainings,
        #[serde(rename = "free_month")]
        FreeMonth,
        #[serde(rename = "credits")]
        Credits,
    }
    impl ::std::fmt::Display for PromocodeType {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Trainings => f.write_str("trainings"),
                Self::FreeMonth => f.write_str("free_month"),
                Self::Credits => f.write_str("credits"),
            }
        }
    }
    impl ::std::str::FromStr for PromocodeType {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "trainings" => Ok(Self::Trainings),
                "free_month" => Ok(Self::FreeMonth),
                "credits" => Ok(Self::Credits),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for PromocodeType {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for PromocodeType {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///A badge's entry in the catalogue.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct PutBadge {
        #[serde(
            default,
            skip_serializing_if = ":: std :: collections :: HashMap::is_empty"
        )]
        pub descriptions: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub icon: ::std::option::Option<::std::string::String>,
        ///By language code, such as `en`.
        pub titles: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
    }
    ///A bot's content.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct PutBot {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<::std::string::String>,
    }
    ///Both parts of a session, to replace what is stored.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct PutSession {
        pub session: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        pub stats: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    ///A tariff's content.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct PutTariff {
        pub active: bool,
        ///Needed for `credits`, refused otherwise.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub credits: ::std::option::Option<i64>,
        ///30 for a month, 365 for a year; credits do not expire unless it is given.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub duration_days: ::std::option::Option<i64>,
        ///One for each currency.
        pub prices: ::std::vec::Vec<Price>,
        pub subscription_type: SubscriptionType,
        ///As in the path; it may be left out.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub tariff: ::std::option::Option<::std::string::String>,
        pub title: ::std::string::String,
    }
    ///A user's rank among all.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Rank {
        ///1 + users with more XP.
        pub rank: i64,
        ///All users, those who are hidden from the leaderboard too.
        pub total_users: i64,
        pub total_xp: i64,
    }
    ///What a promo code gave.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Redeemed {
        pub code: ::std::string::String,
        ///For `trainings`.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub free_trainings: ::std::option::Option<FreeTrainings>,
        ///For `free_month` and `credits`.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub subscription: ::std::option::Option<Subscription>,
        #[serde(rename = "type")]
        pub type_: PromocodeType,
        pub value: i64,
    }
    ///Who invited the user.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct Referral {
        pub referrer: i64,
    }
    ///What the session is after a reset.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct ResetSession {
        ///`{}` if absent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///The change of the session that goes with giving back.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct ReturnConsumption {
        ///For operators: the bot to record, whose session is meant. A bot's key means its own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        ///Nothing is done unless the session is at this version.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub if_version: ::std::option::Option<i64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub stats: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///What was given back.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Returned {
        pub access_type: AccessType,
        pub consumption_id: ::uuid::Uuid,
        ///Units of this kind that are left; null for a month or year plan.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub remaining: ::std::option::Option<i64>,
        ///False if it was given back before, or its grant was refunded or revoked meanwhile.
        pub returned: bool,
        ///The session's version; null if there is no session.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub version: ::std::option::Option<i64>,
    }
    ///What a bot keeps about a user.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Session {
        pub bot_name: ::std::string::String,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub session: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        pub stats: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Rises by one with every write; the ETag is this in quotes.
        pub version: i64,
    }
    ///Where free trainings come from.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum Source {
        #[serde(rename = "channel")]
        Channel,
        #[serde(rename = "promocode")]
        Promocode,
        #[serde(rename = "admin")]
        Admin,
        #[serde(rename = "referral")]
        Referral,
    }
    impl ::std::fmt::Display for Source {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Channel => f.write_str("channel"),
                Self::Promocode => f.write_str("promocode"),
                Self::Admin => f.write_str("admin"),
                Self::Referral => f.write_str("referral"),
            }
        }
    }
    impl ::std::str::FromStr for Source {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "channel" => Ok(Self::Channel),
                "promocode" => Ok(Self::Promocode),
                "admin" => Ok(Self::Admin),
                "referral" => Ok(Self::Referral),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for Source {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for Source {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///A stored key, without the key.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct StoredKey {
        ///Null: an operator's key.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        pub key_id: ::uuid::Uuid,
        ///To within a minute.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub last_used_at: ::std::option::Option<
            ::chrono::DateTime<::chrono::offset::Utc>,
        >,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub revoked_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
    }
    ///Something bought or given that lets the user train.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Subscription {
        pub auto_renew: bool,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Null for month and year plans.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub credits_left: ::std::option::Option<i64>,
        ///Null for month and year plans.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub credits_total: ::std::option::Option<i64>,
        ///Null for credits that do not expire.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub end_date: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        pub id: ::uuid::Uuid,
        ///Neither ended, nor used up, nor revoked; true for a plan that starts later.
        pub is_active: bool,
        pub start_date: ::chrono::DateTime<::chrono::offset::Utc>,
        pub subscription_type: SubscriptionType,
        pub telegram_id: i64,
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///What a subscription gives: a time in which every training is included, or a number of them.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Copy,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    pub enum SubscriptionType {
        #[serde(rename = "month")]
        Month,
        #[serde(rename = "year")]
        Year,
        #[serde(rename = "credits")]
        Credits,
    }
    impl ::std::fmt::Display for SubscriptionType {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Month => f.write_str("month"),
                Self::Year => f.write_str("year"),
                Self::Credits => f.write_str("credits"),
            }
        }
    }
    impl ::std::str::FromStr for SubscriptionType {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "month" => Ok(Self::Month),
                "year" => Ok(Self::Year),
                "credits" => Ok(Self::Credits),
                _ => Err("invalid value".into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for SubscriptionType {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for SubscriptionType {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///Totals of a user's trainings, and their course by week.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Summary {
        ///Null without trainings.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub average_score: ::std::option::Option<f64>,
        ///Null without trainings.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub best_score: ::std::option::Option<i64>,
        pub per_type_counts: ::std::collections::HashMap<::std::string::String, i64>,
        pub total_questions: i64,
        pub total_score: i64,
        pub total_trainings: i64,
        ///ISO weeks in UTC that have trainings, the oldest first.
        pub weeks: ::std::vec::Vec<Week>,
    }
    ///Something that can be bought.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Tariff {
        ///Whether it is on sale. A charge for one that is not is granted all the same, and flagged.
        pub active: bool,
        ///Null for month and year plans.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub credits: ::std::option::Option<i64>,
        ///Null for credits that do not expire.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub duration_days: ::std::option::Option<i64>,
        pub prices: ::std::vec::Vec<Price>,
        pub subscription_type: SubscriptionType,
        pub tariff: ::std::string::String,
        pub title: ::std::string::String,
    }
    ///A finished training.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Training {
        pub bot_name: ::std::string::String,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub case_data: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub clarity_level: i64,
        pub contextual_questions: i64,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub id: ::uuid::Uuid,
        ///Null only for imported trainings.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub per_type_counts: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub question_count: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub scenario_name: ::std::option::Option<::std::string::String>,
        pub total_score: i64,
        pub training_date: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///A badge to award with a training.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    pub struct TrainingBadge {
        pub badge_type: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub metadata: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
    }
    ///What a finished training came to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct TrainingFinished {
        ///In the order asked.
        pub badges: ::std::vec::Vec<BadgeAwarded>,
        pub training: Training,
        ///The session's version; null if there is no session.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub version: ::std::option::Option<i64>,
        ///Null if no XP was asked for.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub xp: ::std::option::Option<XpAdded>,
    }
    ///A finished training with the session as it was.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct TrainingWithSnapshot {
        pub bot_name: ::std::string::String,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub case_data: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub clarity_level: i64,
        pub contextual_questions: i64,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub id: ::uuid::Uuid,
        ///Null only for imported trainings.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub per_type_counts: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub question_count: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub scenario_name: ::std::option::Option<::std::string::String>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub session_snapshot: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        pub total_score: i64,
        pub training_date: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///Money in one currency.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Turnover {
        ///In the currency's smallest unit.
        pub amount: i64,
        pub count: i64,
        pub currency: ::std::string::String,
    }
    ///A promo code that the user redeemed.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct UsedPromocode {
        pub code: ::std::string::String,
        pub used_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///A user, as every bot sees them.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct User {
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub first_name: ::std::option::Option<::std::string::String>,
        ///As Telegram sends it, such as `ru` or `pt-br`.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub language_code: ::std::option::Option<::std::string::String>,
        ///To within 5 minutes.
        pub last_activity: ::chrono::DateTime<::chrono::offset::Utc>,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub last_name: ::std::option::Option<::std::string::String>,
        ///Whether the user is left out of the leaderboard.
        pub leaderboard_hidden: bool,
        ///Never falls.
        pub level: i64,
        pub registration_date: ::chrono::DateTime<::chrono::offset::Utc>,
        pub telegram_id: i64,
        ///Sum of their scores.
        pub total_score: i64,
        ///Finished trainings in all bots.
        pub total_trainings: i64,
        ///XP of all bots together; never below 0.
        pub total_xp: i64,
        ///Without the `@`.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub username: ::std::option::Option<::std::string::String>,
    }
    ///A week's trainings.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct Week {
        pub average_score: f64,
        pub best_score: i64,
        pub trainings: i64,
        ///ISO week in UTC, such as `2026-W47`.
        pub week: ::std::string::String,
    }
    ///What adding XP came to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct XpAdded {
        pub leveled_up: bool,
        pub new_level: i64,
        pub old_level: i64,
        pub total_xp: i64,
    }
    ///An entry of the XP ledger.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    pub struct XpEvent {
        ///What was applied: the sum of all amounts is the total.
        pub amount: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub bot_name: ::std::option::Option<::std::string::String>,
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        pub id: ::uuid::Uuid,
        pub level_after: i64,
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub reason: ::std::option::Option<::std::string::String>,
        pub total_after: i64,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for SPIN Training service

Users, sessions, XP, badges, access, payments and trainings of a family of Telegram bots.

Authorise with `Authorization: Bearer <key>`. A bot's key may do everything under `/users/{telegram_id}`, but sees sessions and trainings of its own bot only; what is another bot's looks like what does not exist. An operator's key may do everything.

Errors are `application/problem+json` (RFC 9457); `code` is stable. Every POST under `/users/{telegram_id}` takes an `Idempotency-Key`: a repeat is answered as the first time and changes nothing. Sessions carry a version, which is their ETag; `If-Match` refuses a write to another one. Lists are read in pages: `limit`, `cursor`, `next_cursor`.

Version: 0.1.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap())
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "0.1.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<()>,
    {}
};
#[allow(clippy::all)]
impl Client {
    /**Is the process up?

Answers without looking at the database.

Sends a `GET` request to `/healthz`

*/
    pub async fn healthz<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::Health>, Error<types::Problem>> {
        let url = format!("{}/healthz", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "healthz",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Can the service work?

Asks the database, whose schema must be the one that this binary knows. Who spreads requests over
several processes sends one that is stopping no more of them.

Sends a `GET` request to `/readyz`

*/
    pub async fn readyz<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::Health>, Error<types::Problem>> {
        let url = format!("{}/readyz", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "readyz",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List the badge catalogue

Titles and descriptions by language, by type.

Sends a `GET` request to `/v1/badges`

Arguments:
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_badges<'a>(
        &'a self,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageCatalogueBadge>, Error<types::Problem>> {
        let url = format!("{}/v1/badges", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_badges",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Put a badge into the catalogue

For operators. Creates or replaces its entry.

Sends a `PUT` request to `/v1/badges/{badge_type}`

Arguments:
- `badge_type`: The badge's type.
- `body`
*/
    pub async fn put_badge<'a>(
        &'a self,
        badge_type: &'a str,
        body: &'a types::PutBadge,
    ) -> Result<ResponseValue<types::CatalogueBadge>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/badges/{}", self.baseurl, crate::service::path_segment(& badge_type.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "put_badge",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Take a badge out of the catalogue

For operators. Users keep what they earned.

Sends a `DELETE` request to `/v1/badges/{badge_type}`

Arguments:
- `badge_type`: The badge's type.
*/
    pub async fn delete_badge<'a>(
        &'a self,
        badge_type: &'a str,
    ) -> Result<ResponseValue<()>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/badges/{}", self.baseurl, crate::service::path_segment(& badge_type.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_badge",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List bots

For operators; by name.

Sends a `GET` request to `/v1/bots`

Arguments:
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_bots<'a>(
        &'a self,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageBot>, Error<types::Problem>> {
        let url = format!("{}/v1/bots", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_bots",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create or rename a bot

For operators. Without a title the bot has none.

Sends a `PUT` request to `/v1/bots/{bot_name}`

Arguments:
- `bot_name`: The bot's name.
- `body`
*/
    pub async fn put_bot<'a>(
        &'a self,
        bot_name: &'a str,
        body: &'a types::PutBot,
    ) -> Result<ResponseValue<types::Bot>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/bots/{}", self.baseurl, crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "put_bot",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a bot's keys

For operators; newest first, revoked ones included, and never the keys themselves.

Sends a `GET` request to `/v1/bots/{bot_name}/keys`

Arguments:
- `bot_name`: The bot's name.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_keys<'a>(
        &'a self,
        bot_name: &'a str,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageStoredKey>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/bots/{}/keys", self.baseurl, crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_keys",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create a key

For operators. The key is shown this once. A bot may have several, so that they can be rotated
without a gap.

Sends a `POST` request to `/v1/bots/{bot_name}/keys`

Arguments:
- `bot_name`: The bot's name.
- `body`
*/
    pub async fn create_key<'a>(
        &'a self,
        bot_name: &'a str,
        body: &'a types::CreateKey,
    ) -> Result<ResponseValue<types::CreatedKey>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/bots/{}/keys", self.baseurl, crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_key",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Revoke a key

For operators. It fails within a second on every replica.

Sends a `DELETE` request to `/v1/bots/{bot_name}/keys/{key_id}`

Arguments:
- `bot_name`: The bot's name.
- `key_id`: The key's id.
*/
    pub async fn revoke_key<'a>(
        &'a self,
        bot_name: &'a str,
        key_id: &'a ::uuid::Uuid,
    ) -> Result<ResponseValue<()>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/bots/{}/keys/{}", self.baseurl, crate::service::path_segment(& bot_name.to_string()),
            crate::service::path_segment(& key_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "revoke_key",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get figures by day

For operators: what happened on each UTC day, the oldest first.

Sends a `GET` request to `/v1/figures`

Arguments:
- `bot_name`: What happened in this bot only.
- `from`: The first UTC day, or a time in it; 30 days up to `to` if absent.
- `to`: The last UTC day, or a time in it; today if absent. At most 366 days in all.
*/
    pub async fn get_figures<'a>(
        &'a self,
        bot_name: Option<&'a str>,
        from: Option<&'a ::chrono::naive::NaiveDate>,
        to: Option<&'a ::chrono::naive::NaiveDate>,
    ) -> Result<ResponseValue<types::PageDayFigures>, Error<types::Problem>> {
        let url = format!("{}/v1/figures", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("bot_name", &bot_name))
            .query(&progenitor_client::QueryParam::new("from", &from))
            .query(&progenitor_client::QueryParam::new("to", &to))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_figures",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get the leaderboard

Equal XP shares a rank; whoever reached it first stands first, then the lower telegram_id.
Hidden users are left out; the week's board holds only those who earned XP in it.

Sends a `GET` request to `/v1/leaderboard`

Arguments:
- `cursor`: The `next_cursor` of the page before. One of a week ends with that week.
- `limit`: How many items at most; 10 if absent.
- `period`: `all` XP (the default), or that of this ISO `week` in UTC.
*/
    pub async fn get_leaderboard<'a>(
        &'a self,
        cursor: Option<&'a str>,
        limit: Option<i64>,
        period: Option<types::GetLeaderboardPeriod>,
    ) -> Result<ResponseValue<types::PagePlace>, Error<types::Problem>> {
        let url = format!("{}/v1/leaderboard", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("period", &period))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_leaderboard",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get the level table

It decides where a call that adds XP brings no table of its own.

Sends a `GET` request to `/v1/levels`

*/
    pub async fn get_levels<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::Levels>, Error<types::Problem>> {
        let url = format!("{}/v1/levels", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_levels",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Replace the level table

For operators. Levels that users have reached stay theirs.

Sends a `PUT` request to `/v1/levels`

*/
    pub async fn put_levels<'a>(
        &'a self,
        body: &'a types::Levels,
    ) -> Result<ResponseValue<types::Levels>, Error<types::Problem>> {
        let url = format!("{}/v1/levels", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "put_levels",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List payments

For operators: those of all users, the oldest first.

Sends a `GET` request to `/v1/payments`

Arguments:
- `bot_name`: Only payments that this bot recorded.
- `cursor`: The `next_cursor` of the page before.
- `from`: Recorded at this time or later.
- `limit`: How many items at most; 10 if absent.
- `to`: Recorded before this time.
*/
    pub async fn list_payments<'a>(
        &'a self,
        bot_name: Option<&'a str>,
        cursor: Option<&'a str>,
        from: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
        limit: Option<i64>,
        to: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Result<ResponseValue<types::PagePayment>, Error<types::Problem>> {
        let url = format!("{}/v1/payments", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("bot_name", &bot_name))
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("from", &from))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("to", &to))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_payments",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List promo codes

For operators; by code, ended ones included.

Sends a `GET` request to `/v1/promocodes`

Arguments:
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_promocodes<'a>(
        &'a self,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PagePromocode>, Error<types::Problem>> {
        let url = format!("{}/v1/promocodes", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_promocodes",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create a promo code

For operators.

Sends a `POST` request to `/v1/promocodes`

*/
    pub async fn create_promocode<'a>(
        &'a self,
        body: &'a types::CreatePromocode,
    ) -> Result<ResponseValue<types::Promocode>, Error<types::Problem>> {
        let url = format!("{}/v1/promocodes", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_promocode",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a promo code

For operators.

Sends a `GET` request to `/v1/promocodes/{code}`

Arguments:
- `code`: The code, in any case.
*/
    pub async fn get_promocode<'a>(
        &'a self,
        code: &'a str,
    ) -> Result<ResponseValue<types::Promocode>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/promocodes/{}", self.baseurl, crate::service::path_segment(& code.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_promocode",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**End a promo code

For operators. Nobody can redeem it from now on; the code and who used it stay.

Sends a `DELETE` request to `/v1/promocodes/{code}`

Arguments:
- `code`: The code, in any case.
*/
    pub async fn delete_promocode<'a>(
        &'a self,
        code: &'a str,
    ) -> Result<ResponseValue<()>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/promocodes/{}", self.baseurl, crate::service::path_segment(& code.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_promocode",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List subscriptions that end soon

Of all users, by their end: for reminders.

Sends a `GET` request to `/v1/subscriptions`

Arguments:
- `cursor`: The `next_cursor` of the page before.
- `ending_before`: Plans that have not ended and end before this time.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_ending_subscriptions<'a>(
        &'a self,
        cursor: Option<&'a str>,
        ending_before: &'a ::chrono::DateTime<::chrono::offset::Utc>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageSubscription>, Error<types::Problem>> {
        let url = format!("{}/v1/subscriptions", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("ending_before", &ending_before))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_ending_subscriptions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List tariffs

By name, those that are off sale included.

Sends a `GET` request to `/v1/tariffs`

Arguments:
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_tariffs<'a>(
        &'a self,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageTariff>, Error<types::Problem>> {
        let url = format!("{}/v1/tariffs", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_tariffs",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Put a tariff

For operators. Creates or replaces it; what was sold stays as it was sold.

Sends a `PUT` request to `/v1/tariffs/{tariff}`

Arguments:
- `tariff`: The tariff's name, such as `month`.
- `body`
*/
    pub async fn put_tariff<'a>(
        &'a self,
        tariff: &'a str,
        body: &'a types::PutTariff,
    ) -> Result<ResponseValue<types::Tariff>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/tariffs/{}", self.baseurl, crate::service::path_segment(& tariff.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "put_tariff",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Find users

For operators; ordered by telegram_id.

Sends a `GET` request to `/v1/users`

Arguments:
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
- `query`: Part of a username or name, in any case, or a whole telegram_id; all users if absent.
*/
    pub async fn list_users<'a>(
        &'a self,
        cursor: Option<&'a str>,
        limit: Option<i64>,
        query: Option<&'a str>,
    ) -> Result<ResponseValue<types::PageUser>, Error<types::Problem>> {
        let url = format!("{}/v1/users", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("query", &query))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_users",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a user

XP, level and totals are those of all bots together.

Sends a `GET` request to `/v1/users/{telegram_id}`

Arguments:
- `telegram_id`: The user's Telegram id.
*/
    pub async fn get_user<'a>(
        &'a self,
        telegram_id: i64,
    ) -> Result<ResponseValue<types::User>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}", self.baseurl, crate::service::path_segment(& telegram_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_user",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create or update a user

Gets or creates the user. An absent field keeps what is stored; null clears it.

Sends a `PUT` request to `/v1/users/{telegram_id}`

Arguments:
- `telegram_id`: The user's Telegram id.
- `body`
*/
    pub async fn put_user<'a>(
        &'a self,
        telegram_id: i64,
        body: &'a types::Profile,
    ) -> Result<ResponseValue<types::User>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}", self.baseurl, crate::service::path_segment(& telegram_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "put_user",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Erase a user

Removes everything about the user, in every bot. Payments stay without the telegram_id, and
bonuses and promo codes that were used stay used.

Sends a `DELETE` request to `/v1/users/{telegram_id}`

Arguments:
- `telegram_id`: The user's Telegram id.
*/
    pub async fn delete_user<'a>(
        &'a self,
        telegram_id: i64,
    ) -> Result<ResponseValue<()>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}", self.baseurl, crate::service::path_segment(& telegram_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_user",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a user's access

Whether the user may train, what would be used and why, and all that they hold.

Sends a `GET` request to `/v1/users/{telegram_id}/access`

Arguments:
- `telegram_id`: The user's Telegram id.
*/
    pub async fn get_access<'a>(
        &'a self,
        telegram_id: i64,
    ) -> Result<ResponseValue<types::Access>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/access", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_access",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Use one training

Takes one unit of what `access` says is used next, and changes the session in the same
transaction. The same `consumption_id` again uses nothing more.

Sends a `POST` request to `/v1/users/{telegram_id}/access/consume`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn consume_access<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::Consume,
    ) -> Result<ResponseValue<types::Consumed>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/access/consume", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "consume_access",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Give a training back

Once. For a grant that was refunded or revoked meanwhile nothing comes back.

Sends a `POST` request to `/v1/users/{telegram_id}/access/{consumption_id}/return`

Arguments:
- `telegram_id`: The user's Telegram id.
- `consumption_id`: The consumption to give back.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn return_access<'a>(
        &'a self,
        telegram_id: i64,
        consumption_id: &'a ::uuid::Uuid,
        idempotency_key: Option<&'a str>,
        body: &'a types::ReturnConsumption,
    ) -> Result<ResponseValue<types::Returned>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/access/{}/return", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& consumption_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "return_access",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a user's badges

Those of all bots, by type, unless filtered.

Sends a `GET` request to `/v1/users/{telegram_id}/badges`

Arguments:
- `telegram_id`: The user's Telegram id.
- `bot_name`: Only badges that were earned in this bot.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_user_badges<'a>(
        &'a self,
        telegram_id: i64,
        bot_name: Option<&'a str>,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageBadge>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/badges", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("bot_name", &bot_name))
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_user_badges",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Award a badge

Once per user, whichever bot comes first. Types that are not in the catalogue are allowed.

Sends a `POST` request to `/v1/users/{telegram_id}/badges`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn award_badge<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::AwardBadge,
    ) -> Result<ResponseValue<types::BadgeAwarded>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/badges", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "award_badge",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Export a user's data

Everything held about the user in one document; for a bot's key without other bots' sessions,
stats and trainings.

Sends a `GET` request to `/v1/users/{telegram_id}/export`

Arguments:
- `telegram_id`: The user's Telegram id.
*/
    pub async fn export_user<'a>(
        &'a self,
        telegram_id: i64,
    ) -> Result<ResponseValue<types::Export>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/export", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "export_user",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a user's free trainings

Newest grant first, used up ones included.

Sends a `GET` request to `/v1/users/{telegram_id}/free-trainings`

Arguments:
- `telegram_id`: The user's Telegram id.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_free_trainings<'a>(
        &'a self,
        telegram_id: i64,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageFreeTrainings>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/free-trainings", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_free_trainings",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Give free trainings

For `channel` and `referral` a reference is rewarded once ever per user.

Sends a `POST` request to `/v1/users/{telegram_id}/free-trainings`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn grant_free_trainings<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::GrantFreeTrainings,
    ) -> Result<ResponseValue<types::FreeTrainingsGranted>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/free-trainings", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "grant_free_trainings",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Take away the rest of a grant

For operators. Trainings that were used stay used.

Sends a `POST` request to `/v1/users/{telegram_id}/free-trainings/{id}/revoke`

Arguments:
- `telegram_id`: The user's Telegram id.
- `id`: The grant's id.
- `idempotency_key`: A repeat under the same key is answered as the first time
*/
    pub async fn revoke_free_trainings<'a>(
        &'a self,
        telegram_id: i64,
        id: &'a ::uuid::Uuid,
        idempotency_key: Option<&'a str>,
    ) -> Result<ResponseValue<types::FreeTrainings>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/free-trainings/{}/revoke", self.baseurl, crate::service::path_segment(&
            telegram_id.to_string()), crate::service::path_segment(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "revoke_free_trainings",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a user's payments

Newest first.

Sends a `GET` request to `/v1/users/{telegram_id}/payments`

Arguments:
- `telegram_id`: The user's Telegram id.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_user_payments<'a>(
        &'a self,
        telegram_id: i64,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PagePayment>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/payments", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_user_payments",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Record a charge

Records a charge that happened and grants what was bought, in one transaction. A charge that is
known is answered as the first time. What does not match the tariff is flagged, not refused. An
unknown user is created, unless the charge belonged to a user who was erased.

Sends a `POST` request to `/v1/users/{telegram_id}/payments`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn create_payment<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::CreatePayment,
    ) -> Result<ResponseValue<types::Payment>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/payments", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_payment",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Record a refund

Marks the payment refunded and takes back what is left of its grant. For the bot that recorded
it, and for operators. A repeat is answered alike. The payment of a user who was erased meanwhile
is marked too.

Sends a `POST` request to `/v1/users/{telegram_id}/payments/{provider}/{charge_id}/refund`

Arguments:
- `telegram_id`: The user's Telegram id.
- `provider`: The provider, as it was recorded.
- `charge_id`: The charge, as it was recorded.
- `idempotency_key`: A repeat under the same key is answered as the first time
*/
    pub async fn refund_payment<'a>(
        &'a self,
        telegram_id: i64,
        provider: &'a str,
        charge_id: &'a str,
        idempotency_key: Option<&'a str>,
    ) -> Result<ResponseValue<types::Payment>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/payments/{}/{}/refund", self.baseurl, crate::service::path_segment(&
            telegram_id.to_string()), crate::service::path_segment(& provider.to_string()), crate::service::path_segment(&
            charge_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "refund_payment",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Redeem a promo code

Once per user. What is looked at first: whether it exists, is valid, is exhausted, was used.

Sends a `POST` request to `/v1/users/{telegram_id}/promocodes/{code}/redeem`

Arguments:
- `telegram_id`: The user's Telegram id.
- `code`: The code, in any case.
- `idempotency_key`: A repeat under the same key is answered as the first time
*/
    pub async fn redeem_promocode<'a>(
        &'a self,
        telegram_id: i64,
        code: &'a str,
        idempotency_key: Option<&'a str>,
    ) -> Result<ResponseValue<types::Redeemed>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/promocodes/{}/redeem", self.baseurl, crate::service::path_segment(&
            telegram_id.to_string()), crate::service::path_segment(& code.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "redeem_promocode",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a user's rank

1 + users with more XP, among all users. Where there are more than 50,000 users, rank and
`total_users` may be half a minute old, or older where there are many millions.

Sends a `GET` request to `/v1/users/{telegram_id}/rank`

Arguments:
- `telegram_id`: The user's Telegram id.
*/
    pub async fn get_rank<'a>(
        &'a self,
        telegram_id: i64,
    ) -> Result<ResponseValue<types::Rank>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/rank", self.baseurl, crate::service::path_segment(& telegram_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_rank",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Note who invited a user

Once, not oneself, and before the user's first training. The same call again is answered alike.

Sends a `PUT` request to `/v1/users/{telegram_id}/referrer`

Arguments:
- `telegram_id`: The user's Telegram id.
- `body`
*/
    pub async fn set_referrer<'a>(
        &'a self,
        telegram_id: i64,
        body: &'a types::Referral,
    ) -> Result<ResponseValue<types::User>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/referrer", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "set_referrer",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a user's sessions

A bot's key sees its own session only.

Sends a `GET` request to `/v1/users/{telegram_id}/sessions`

Arguments:
- `telegram_id`: The user's Telegram id.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_sessions<'a>(
        &'a self,
        telegram_id: i64,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageSession>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/sessions", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_sessions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a session

Without creating anything.

Sends a `GET` request to `/v1/users/{telegram_id}/sessions/{bot_name}`

Arguments:
- `telegram_id`: The user's Telegram id.
- `bot_name`: The bot whose session it is: the key's own, unless the key is an operator's.
*/
    pub async fn get_session<'a>(
        &'a self,
        telegram_id: i64,
        bot_name: &'a str,
    ) -> Result<ResponseValue<types::Session>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/sessions/{}", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_session",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Replace a session

Replaces session and stats, or creates them for a known user. With `If-Match` only if the
session is at that version.

Sends a `PUT` request to `/v1/users/{telegram_id}/sessions/{bot_name}`

Arguments:
- `telegram_id`: The user's Telegram id.
- `bot_name`: The bot whose session it is: the key's own, unless the key is an operator's.
- `if_match`: The ETag of the session as it was read, such as `"7"`
- `body`
*/
    pub async fn put_session<'a>(
        &'a self,
        telegram_id: i64,
        bot_name: &'a str,
        if_match: Option<&'a str>,
        body: &'a types::PutSession,
    ) -> Result<ResponseValue<types::Session>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/sessions/{}", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = if_match {
            header_map.append("If-Match", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "put_session",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Change parts of a session

A JSON Merge Patch (RFC 7396) of `session` and `stats`; null removes a key. Concurrent patches
of different keys lose nothing.

Sends a `PATCH` request to `/v1/users/{telegram_id}/sessions/{bot_name}`

Arguments:
- `telegram_id`: The user's Telegram id.
- `bot_name`: The bot whose session it is: the key's own, unless the key is an operator's.
- `if_match`: The ETag of the session as it was read, such as `"7"`
- `body`
*/
    pub async fn patch_session<'a>(
        &'a self,
        telegram_id: i64,
        bot_name: &'a str,
        if_match: Option<&'a str>,
        body: &'a types::PatchSession,
    ) -> Result<ResponseValue<types::Session>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/sessions/{}", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = if_match {
            header_map.append("If-Match", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .patch(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "patch_session",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Open a session

The one call at the start of a chat message: gets or creates user and session, takes over the
profile, and answers with all that a bot needs. It writes only if something is new or changed,
or `last_activity` is over 5 minutes old.

Sends a `POST` request to `/v1/users/{telegram_id}/sessions/{bot_name}/open`

Arguments:
- `telegram_id`: The user's Telegram id.
- `bot_name`: The bot whose session it is: the key's own, unless the key is an operator's.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn open_session<'a>(
        &'a self,
        telegram_id: i64,
        bot_name: &'a str,
        idempotency_key: Option<&'a str>,
        body: &'a types::Profile,
    ) -> Result<ResponseValue<types::Opened>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/sessions/{}/open", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "open_session",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Reset a session

The session becomes what is sent, or `{}`; the stats are kept.

Sends a `POST` request to `/v1/users/{telegram_id}/sessions/{bot_name}/reset`

Arguments:
- `telegram_id`: The user's Telegram id.
- `bot_name`: The bot whose session it is: the key's own, unless the key is an operator's.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `if_match`: The ETag of the session as it was read, such as `"7"`
- `body`
*/
    pub async fn reset_session<'a>(
        &'a self,
        telegram_id: i64,
        bot_name: &'a str,
        idempotency_key: Option<&'a str>,
        if_match: Option<&'a str>,
        body: &'a types::ResetSession,
    ) -> Result<ResponseValue<types::Session>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/sessions/{}/reset", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& bot_name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(3usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        if let Some(value) = if_match {
            header_map.append("If-Match", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "reset_session",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a user's subscriptions

By their start, the latest first.

Sends a `GET` request to `/v1/users/{telegram_id}/subscriptions`

Arguments:
- `telegram_id`: The user's Telegram id.
- `active`: True: only what is neither ended, used up nor revoked; plans that start later included.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_subscriptions<'a>(
        &'a self,
        telegram_id: i64,
        active: Option<bool>,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageSubscription>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/subscriptions", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("active", &active))
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_subscriptions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Give a subscription

A month or year plan starts when the user's last one ends; credits add up. What was paid for is
recorded as a payment instead, which gives the plan itself.

Sends a `POST` request to `/v1/users/{telegram_id}/subscriptions`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn create_subscription<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::CreateSubscription,
    ) -> Result<ResponseValue<types::Subscription>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/subscriptions", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_subscription",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Stop the renewal

What is paid stays until its end.

Sends a `POST` request to `/v1/users/{telegram_id}/subscriptions/{id}/cancel`

Arguments:
- `telegram_id`: The user's Telegram id.
- `id`: The subscription's id.
- `idempotency_key`: A repeat under the same key is answered as the first time
*/
    pub async fn cancel_subscription<'a>(
        &'a self,
        telegram_id: i64,
        id: &'a ::uuid::Uuid,
        idempotency_key: Option<&'a str>,
    ) -> Result<ResponseValue<types::Subscription>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/subscriptions/{}/cancel", self.baseurl, crate::service::path_segment(&
            telegram_id.to_string()), crate::service::path_segment(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "cancel_subscription",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Resume the renewal

Undoes a cancellation while the plan still runs.

Sends a `POST` request to `/v1/users/{telegram_id}/subscriptions/{id}/resume`

Arguments:
- `telegram_id`: The user's Telegram id.
- `id`: The subscription's id.
- `idempotency_key`: A repeat under the same key is answered as the first time
*/
    pub async fn resume_subscription<'a>(
        &'a self,
        telegram_id: i64,
        id: &'a ::uuid::Uuid,
        idempotency_key: Option<&'a str>,
    ) -> Result<ResponseValue<types::Subscription>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/subscriptions/{}/resume", self.baseurl, crate::service::path_segment(&
            telegram_id.to_string()), crate::service::path_segment(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "resume_subscription",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Take away the rest

For operators. The plan ends now, and later plans move forward; credits that are left are lost.

Sends a `POST` request to `/v1/users/{telegram_id}/subscriptions/{id}/revoke`

Arguments:
- `telegram_id`: The user's Telegram id.
- `id`: The subscription's id.
- `idempotency_key`: A repeat under the same key is answered as the first time
*/
    pub async fn revoke_subscription<'a>(
        &'a self,
        telegram_id: i64,
        id: &'a ::uuid::Uuid,
        idempotency_key: Option<&'a str>,
    ) -> Result<ResponseValue<types::Subscription>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/subscriptions/{}/revoke", self.baseurl, crate::service::path_segment(&
            telegram_id.to_string()), crate::service::path_segment(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "revoke_subscription",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List a user's trainings

Newest first, without `session_snapshot`. A bot's key sees its own.

Sends a `GET` request to `/v1/users/{telegram_id}/trainings`

Arguments:
- `telegram_id`: The user's Telegram id.
- `cursor`: The `next_cursor` of the page before.
- `from`: Finished at this time or later.
- `limit`: How many items at most; 10 if absent.
- `to`: Finished before this time.
*/
    pub async fn list_trainings<'a>(
        &'a self,
        telegram_id: i64,
        cursor: Option<&'a str>,
        from: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
        limit: Option<i64>,
        to: Option<&'a ::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Result<ResponseValue<types::PageTraining>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/trainings", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("from", &from))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("to", &to))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_trainings",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Record a finished training

History, XP with its event, level, badges, totals, session and stats in one transaction: all or
nothing, and a repeat with the same Idempotency-Key changes nothing.

Sends a `POST` request to `/v1/users/{telegram_id}/trainings`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn finish_training<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::FinishTraining,
    ) -> Result<ResponseValue<types::TrainingFinished>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/trainings", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "finish_training",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Summarise a user's trainings

Totals, best and average score, questions by type, and the course by week. A bot's key sees its
own trainings.

Sends a `GET` request to `/v1/users/{telegram_id}/trainings/summary`

Arguments:
- `telegram_id`: The user's Telegram id.
*/
    pub async fn get_training_summary<'a>(
        &'a self,
        telegram_id: i64,
    ) -> Result<ResponseValue<types::Summary>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/trainings/summary", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_training_summary",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a training

With `session_snapshot`. A bot's key sees its own.

Sends a `GET` request to `/v1/users/{telegram_id}/trainings/{training_id}`

Arguments:
- `telegram_id`: The user's Telegram id.
- `training_id`: The training's id.
*/
    pub async fn get_training<'a>(
        &'a self,
        telegram_id: i64,
        training_id: &'a ::uuid::Uuid,
    ) -> Result<ResponseValue<types::TrainingWithSnapshot>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/trainings/{}", self.baseurl, crate::service::path_segment(& telegram_id
            .to_string()), crate::service::path_segment(& training_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_training",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**List XP events

Newest first; together they explain the total.

Sends a `GET` request to `/v1/users/{telegram_id}/xp`

Arguments:
- `telegram_id`: The user's Telegram id.
- `cursor`: The `next_cursor` of the page before.
- `limit`: How many items at most; 10 if absent.
*/
    pub async fn list_xp<'a>(
        &'a self,
        telegram_id: i64,
        cursor: Option<&'a str>,
        limit: Option<i64>,
    ) -> Result<ResponseValue<types::PageXpEvent>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/xp", self.baseurl, crate::service::path_segment(& telegram_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_xp",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Add XP

Adds to the user's total and raises the level if it is reached. A stored level never falls.

Sends a `POST` request to `/v1/users/{telegram_id}/xp`

Arguments:
- `telegram_id`: The user's Telegram id.
- `idempotency_key`: A repeat under the same key is answered as the first time
- `body`
*/
    pub async fn add_xp<'a>(
        &'a self,
        telegram_id: i64,
        idempotency_key: Option<&'a str>,
        body: &'a types::AddXp,
    ) -> Result<ResponseValue<types::XpAdded>, Error<types::Problem>> {
        let url = format!(
            "{}/v1/users/{}/xp", self.baseurl, crate::service::path_segment(& telegram_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        if let Some(value) = idempotency_key {
            header_map.append("Idempotency-Key", value.to_string().try_into()?);
        }
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "add_xp",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16..=499u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16..=599u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
