//! Buttons: each carries what it does, and the version of the session that it was shown for, so that
//! it acts once, however late or often it is pressed. Versions begin anew when a user who was erased
//! comes back, so the user's registration stands beside it.

use std::str::FromStr;

use crate::reply::{Button, Target};
use crate::service_api::types::User;

/// What a button does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Action {
    // These change something.
    Train,
    NewCase,
    Finish,
    Cancel,
    Russian,
    English,
    Hide,
    Unhide,
    Delete,
    Keep,
    Remind,
    NoReminders,
    // These only show something, or twice is as once: they may be pressed as often as one likes.
    Case,
    Stats,
    Progress,
    Badges,
    Board,
    WeekBoard,
    Settings,
    Help,
    Shop,
    Promo,
    Free,
    Referral,
    PaySupport,
    CancelRenewal,
    ResumeRenewal,
    /// Of the charge that the argument names.
    Refund,
    /// Of administrators.
    AdminFigures,
    AdminPromocodes,
    AdminStars,
}

impl Action {
    /// Whether it acts only at the version that it was shown for.
    pub(crate) fn acts_once(self) -> bool {
        !matches!(
            self,
            Self::Case
                | Self::Stats
                | Self::Progress
                | Self::Badges
                | Self::Board
                | Self::WeekBoard
                | Self::Settings
                | Self::Help
                | Self::Shop
                | Self::Promo
                | Self::Free
                | Self::Referral
                | Self::PaySupport
                | Self::CancelRenewal
                | Self::ResumeRenewal
                | Self::Refund
                | Self::AdminFigures
                | Self::AdminPromocodes
                | Self::AdminStars
        )
    }

    /// `argument` is blank, or up to 12 characters that say what the button acts on.
    pub(crate) fn button(
        self,
        argument: &str,
        text: impl Into<String>,
        user: &User,
        version: i64,
    ) -> Button {
        let registered = user.registration_date.timestamp();
        let target = Target::Data(format!("{registered}:{version}:{self}:{argument}"));
        Button { text: text.into(), target }
    }
}

/// A button that was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Press {
    /// Of the user, in seconds of Unix time.
    registered: i64,
    version: i64,
    pub(crate) action: Action,
    pub(crate) argument: String,
}

impl Press {
    /// Whether nothing has changed since its button was shown.
    pub(crate) fn is_for(&self, user: &User, version: i64) -> bool {
        (self.registered, self.version) == (user.registration_date.timestamp(), version)
    }
}

impl FromStr for Press {
    type Err = ();

    /// What is none of our buttons is an error: anybody may send any callback data.
    fn from_str(data: &str) -> Result<Self, ()> {
        let (registered, rest) = data.split_once(':').ok_or(())?;
        let (version, rest) = rest.split_once(':').ok_or(())?;
        let (action, argument) = rest.split_once(':').ok_or(())?;
        Ok(Self {
            registered: registered.parse().map_err(|_| ())?,
            version: version.parse().map_err(|_| ())?,
            action: action.parse().map_err(|_| ())?,
            argument: argument.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use strum::VariantArray;

    use super::*;

    fn user(registered: i64) -> User {
        let at = DateTime::from_timestamp(registered, 0).unwrap();
        User {
            first_name: None,
            language_code: None,
            last_activity: at + TimeDelta::days(1),
            last_name: None,
            leaderboard_hidden: false,
            level: 1,
            registration_date: at,
            telegram_id: 7,
            total_score: 0,
            total_trainings: 0,
            total_xp: 0,
            username: None,
        }
    }

    #[test]
    fn a_buttons_data_is_read_back_and_fits() {
        let then = user(1_795_000_000);
        for &action in Action::VARIANTS {
            let Target::Data(data) = action.button("0123456789ab", "", &then, i64::MAX).target
            else {
                panic!("{action} is a link");
            };
            assert!((1..=64).contains(&data.len()), "{data}");
            let press: Press = data.parse().unwrap();
            assert_eq!((press.action, press.argument.as_str()), (action, "0123456789ab"));
            assert!(press.is_for(&then, i64::MAX));
            assert!(!press.is_for(&then, 1));
            assert!(!press.is_for(&user(1_795_000_001), i64::MAX));
        }
    }

    #[test]
    fn other_data_is_none() {
        for data in ["", ":", "1:", "1:train", "1:x:train:", "x:1:train:", "1:1:fly:", "1:1:train"]
        {
            assert_eq!(data.parse::<Press>(), Err(()), "{data}");
        }
    }
}
