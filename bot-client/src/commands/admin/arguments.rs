//! What stands after a command of administrators.

use crate::conversation::Conversation;
use crate::reply::Reply;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Too few arguments, or too many.
    Count,
    Code,
    /// Of a promo code.
    Type(String),
    /// The last day of a promo code.
    Day(String),
    /// A Telegram id.
    User(String),
    Number {
        name: &'static str,
        given: String,
        /// The least is 1.
        most: i64,
    },
}

impl Wrong {
    /// Says what is wrong, and `how` it is written.
    pub(super) fn reply(&self, talk: &Conversation<'_>, how: &str) -> Reply {
        let said = match self {
            Self::Count => talk.text("admin-wrong-count", &[]),
            Self::Code => talk.text("admin-wrong-code", &[]),
            Self::Type(given) => talk.text("admin-wrong-type", &[("given", given.into())]),
            Self::Day(given) => talk.text("admin-wrong-day", &[("given", given.into())]),
            Self::User(given) => talk.text("admin-wrong-user", &[("given", given.into())]),
            Self::Number { name, given, most } => {
                let (name, most) = ((*name).into(), (*most).into());
                let values = [("given", given.into()), ("most", most), ("name", name)];
                talk.text("admin-wrong-number", &values)
            }
        };
        Reply::text(format!("{said}\n\n{}", talk.text(how, &[])))
    }
}

/// A whole number from 1 to `most`.
pub(super) fn number(name: &'static str, given: &str, most: i64) -> Result<i64, Wrong> {
    let number = given.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Wrong::Number { name, given: given.to_owned(), most })
}

/// A Telegram id.
pub(super) fn user(given: &str) -> Result<i64, Wrong> {
    let id = given.parse().ok().filter(|id| *id > 0);
    id.ok_or_else(|| Wrong::User(given.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ids_have_bounds() {
        assert_eq!((number("N", "1", 9), number("N", "9", 9)), (Ok(1), Ok(9)));
        for given in ["0", "10", "-1", "", "two", "1.5", "99999999999999999999"] {
            let wrong = Wrong::Number { name: "N", given: given.to_owned(), most: 9 };
            assert_eq!(number("N", given, 9), Err(wrong));
        }
        assert_eq!(user("9223372036854775807"), Ok(i64::MAX));
        for given in ["0", "-1", "9223372036854775808", "@anna"] {
            assert_eq!(user(given), Err(Wrong::User(given.to_owned())));
        }
    }
}
