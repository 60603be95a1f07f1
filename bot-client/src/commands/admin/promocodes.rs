//! Promo codes: making, listing and ending them.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

use super::arguments::{Wrong, number};
use crate::clock;
use crate::commands::shop::{LONGEST_CODE, gift, start_link};
use crate::conversation::Conversation;
use crate::failure::{Failure, has_code, has_status};
use crate::reply::Reply;
use crate::service_api::Client;
use crate::service_api::types::{CreatePromocode, Promocode, PromocodeType};
use crate::shop::access;

/// Codes that one message lists.
const LISTED: usize = 20;
/// The service's page.
const PAGE: i64 = 100;
/// The service's limits of what one code gives, and to how many users.
const MOST_TRAININGS: i64 = 1_000;
const MOST_CREDITS: i64 = 100_000;
const MOST_USES: i64 = 1_000_000_000;

/// `/admin promo CODE TYPE VALUE [USES] [until DAY]`
pub(super) async fn create(
    talk: &Conversation<'_>,
    operator: &Client,
    words: &[&str],
) -> Result<Reply, Failure> {
    let asked = match read(words, clock::now().date_naive()) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(wrong.reply(talk, "admin-how-promo")),
    };
    let code = match operator.create_promocode(&asked).await {
        Err(error) if has_code(&error, "promocode_exists") => {
            let there = operator.get_promocode(&asked.code).await?.into_inner();
            if !is_as_asked(&there, &asked) {
                let lines = [talk.text("admin-promo-exists", &[]), line(talk, &there)];
                return Ok(Reply::text(lines.join("\n")));
            }
            // This update was delivered before, and has made it then.
            there
        }
        created => created?.into_inner(),
    };
    let mut lines = vec![talk.text("admin-promo-created", &[]), line(talk, &code)];
    if is_linkable(&code.code) {
        lines.push(start_link(talk, &format!("promo_{}", code.code)));
    }
    Ok(Reply::text(lines.join("\n")))
}

fn read(words: &[&str], today: NaiveDate) -> Result<CreatePromocode, Wrong> {
    let [code, kind, value, options @ ..] = words else { return Err(Wrong::Count) };
    let (uses, day) = match options {
        [] => (None, None),
        ["until", day] => (None, Some(day)),
        [uses] => (Some(uses), None),
        [uses, "until", day] => (Some(uses), Some(day)),
        _ => return Err(Wrong::Count),
    };
    let code = code.to_uppercase();
    // These two cannot stand in the path of a request.
    let is_nameable = code != "." && code != "..";
    if code.chars().count() > LONGEST_CODE || !is_nameable {
        return Err(Wrong::Code);
    }
    let type_ = kind.parse().map_err(|_| Wrong::Type((*kind).to_owned()))?;
    let most = match type_ {
        PromocodeType::Trainings => MOST_TRAININGS,
        PromocodeType::Credits => MOST_CREDITS,
        // It gives one month, whatever the value is.
        PromocodeType::FreeMonth => 1,
    };
    let value = number("VALUE", value, most)?;
    let max_uses = uses.map(|uses| number("USES", uses, MOST_USES)).transpose()?;
    let day = day.map(|day| last_day(day, today)).transpose()?;
    let expires_at = day.map(|day| (day + Days::new(1)).and_time(NaiveTime::MIN).and_utc());
    Ok(CreatePromocode { code, expires_at, max_uses, type_, value })
}

/// From today to the end of the year 9998: the service knows no time after 9999.
fn last_day(given: &str, today: NaiveDate) -> Result<NaiveDate, Wrong> {
    let day = NaiveDate::parse_from_str(given, "%Y-%m-%d").ok();
    day.filter(|day| *day >= today && day.year() < 9999).ok_or_else(|| Wrong::Day(given.to_owned()))
}

fn is_as_asked(there: &Promocode, asked: &CreatePromocode) -> bool {
    (there.type_, there.value) == (asked.type_, asked.value)
        && (there.max_uses, there.expires_at) == (asked.max_uses, asked.expires_at)
}

/// Whether Telegram takes it in a start link.
fn is_linkable(code: &str) -> bool {
    code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// `/admin promos`: the newest ones.
pub(super) async fn list(talk: &Conversation<'_>, operator: &Client) -> Result<Reply, Failure> {
    let mut codes = Vec::new();
    let mut cursor = None;
    // The service has them by code.
    loop {
        let page = operator.list_promocodes(cursor.as_deref(), Some(PAGE)).await?.into_inner();
        codes.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    codes.sort_by_key(|code| std::cmp::Reverse(code.created_at));
    let mut lines = vec![talk.text("admin-promos", &[("count", codes.len().into())])];
    lines.extend(codes.iter().take(LISTED).map(|code| line(talk, code)));
    if codes.len() > LISTED {
        lines.push(talk.text("admin-promos-newest", &[("count", LISTED.into())]));
    }
    lines.push(String::new());
    lines.push(talk.text("admin-how-end", &[]));
    Ok(Reply::text(lines.join("\n")))
}

/// What a code gives, how often it was used, and until when it can be.
fn line(talk: &Conversation<'_>, code: &Promocode) -> String {
    let state = match code.expires_at {
        None => "unlimited",
        Some(end) if end <= clock::now() => "ended",
        Some(_) => "until",
    };
    // A code that ends at midnight is good until the day before.
    let last = code.expires_at.map(|end| end - TimeDelta::microseconds(1));
    let day = last.map(|last| access::date(&talk.bot.texts, talk.language, last));
    let values = [
        ("code", code.code.as_str().into()),
        ("gift", gift(talk, code.type_, code.value).into()),
        ("uses", code.current_uses.into()),
        ("most", code.max_uses.unwrap_or(0).into()),
        ("state", state.into()),
        ("day", day.unwrap_or_default().into()),
    ];
    talk.text("admin-promo", &values)
}

/// `/admin end CODE`
pub(super) async fn end(
    talk: &Conversation<'_>,
    operator: &Client,
    words: &[&str],
) -> Result<Reply, Failure> {
    let [code] = words else { return Ok(Wrong::Count.reply(talk, "admin-how-end")) };
    let key = match operator.delete_promocode(code).await {
        Err(error) if has_status(&error, 404) || has_status(&error, 422) => "admin-promo-unknown",
        ended => {
            ended?;
            "admin-promo-ended"
        }
    };
    Ok(Reply::text(talk.text(key, &[("code", code.to_uppercase().into())])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_at_noon(line: &str) -> Result<CreatePromocode, Wrong> {
        let words: Vec<_> = line.split_whitespace().collect();
        read(&words, NaiveDate::from_ymd_opt(2026, 11, 22).unwrap())
    }

    fn number(name: &'static str, given: &str, most: i64) -> Wrong {
        Wrong::Number { name, given: given.to_owned(), most }
    }

    #[test]
    fn a_code_is_read() {
        let trainings = CreatePromocode {
            code: "HELLO".to_owned(),
            expires_at: None,
            max_uses: None,
            type_: PromocodeType::Trainings,
            value: 5,
        };
        assert_eq!(read_at_noon("hello trainings 5"), Ok(trainings.clone()));
        let used = CreatePromocode { max_uses: Some(50), ..trainings.clone() };
        assert_eq!(read_at_noon("Hello trainings 5 50"), Ok(used.clone()));
        let end = "2026-11-23T00:00:00Z".parse().ok();
        let today = CreatePromocode { expires_at: end, ..trainings };
        assert_eq!(read_at_noon("HELLO trainings 5 until 2026-11-22"), Ok(today));
        let both = CreatePromocode { expires_at: end, ..used };
        assert_eq!(read_at_noon("HELLO trainings 5 50 until 2026-11-22"), Ok(both));
        for line in ["A trainings 1000", "a credits 100000 1000000000", "привет free_month 1"]
        {
            assert!(read_at_noon(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (line, wrong) in [
            ("", Wrong::Count),
            ("A trainings", Wrong::Count),
            ("A trainings 1 2 3", Wrong::Count),
            ("A trainings 1 2 until", Wrong::Count),
            ("A trainings 1 until 2026-11-22 2", Wrong::Count),
            (&format!("{} trainings 1", "A".repeat(51)), Wrong::Code),
            (&format!("{} trainings 1", "ß".repeat(26)), Wrong::Code),
            (".. trainings 1", Wrong::Code),
            ("A months 1", Wrong::Type("months".to_owned())),
            ("A trainings 1001", number("VALUE", "1001", 1_000)),
            ("A credits 100001", number("VALUE", "100001", 100_000)),
            ("A free_month 2", number("VALUE", "2", 1)),
            ("A trainings 1 0", number("USES", "0", 1_000_000_000)),
            ("A trainings 1 until", number("USES", "until", 1_000_000_000)),
            ("A trainings 1 until 2026-11-21", Wrong::Day("2026-11-21".to_owned())),
            ("A trainings 1 until 2026-02-30", Wrong::Day("2026-02-30".to_owned())),
            ("A trainings 1 until 9999-01-01", Wrong::Day("9999-01-01".to_owned())),
            ("A trainings 1 until 22.12.2026", Wrong::Day("22.12.2026".to_owned())),
        ] {
            assert_eq!(read_at_noon(line), Err(wrong), "{line}");
        }
    }

    #[test]
    fn what_is_there_is_compared_with_what_was_asked_for() {
        let asked = read_at_noon("A credits 5 50 until 2026-11-22").unwrap();
        let there = Promocode {
            code: "A".to_owned(),
            created_at: "2026-11-22T07:01:41Z".parse().unwrap(),
            current_uses: 7,
            expires_at: asked.expires_at,
            max_uses: asked.max_uses,
            type_: asked.type_,
            value: asked.value,
        };
        assert!(is_as_asked(&there, &asked));
        for other in [
            "A trainings 5 50 until 2026-11-22",
            "A credits 6 50 until 2026-11-22",
            "A credits 5 51 until 2026-11-22",
            "A credits 5 50 until 2026-11-23",
            "A credits 5 50",
        ] {
            assert!(!is_as_asked(&there, &read_at_noon(other).unwrap()), "{other}");
        }
    }

    #[test]
    fn a_link_holds_what_telegram_takes() {
        assert!(is_linkable("HELLO_2026-A"));
        for code in ["ПРИВЕТ", "A.B", "A+B"] {
            assert!(!is_linkable(code), "{code}");
        }
    }
}
