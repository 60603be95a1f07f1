//! What can be bought.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use sqlx::types::Json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::access::SubscriptionType;
use super::bounds::{INLINE, Identifier, Int};
use super::json::{not_null, objects};
use super::subscription::{Credits, Days, Plan};
use crate::error::Error;
use crate::store::{self, Tx};

/// Three capital letters: ISO 4217, or Telegram's `XTR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Currency(String);

impl Currency {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() == 3 && text.bytes().all(|c| c.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err(serde::de::Error::custom("must be three capital letters, such as XTR"))
        }
    }
}

impl PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Z]{3}$")).into()
    }
}

impl ToSchema for Currency {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}Currency").into()
    }
}

/// An amount of money in the currency's smallest unit.
pub type Amount = Int<0, 1_000_000_000_000>;

/// What a tariff costs in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"currency": "XTR", "amount": 500}))]
pub struct Price {
    pub currency: Currency,
    /// In the currency's smallest unit; Telegram Stars have no smaller one.
    pub amount: Amount,
}

/// Something that can be bought.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "tariff": "month", "title": "A month", "active": true, "subscription_type": "month",
    "duration_days": 30, "credits": null, "prices": [{"currency": "XTR", "amount": 500}]
}))]
pub struct Tariff {
    pub tariff: String,
    pub title: String,
    /// Whether it is on sale. A charge for one that is not is granted all the same, and flagged.
    pub active: bool,
    pub subscription_type: SubscriptionType,
    /// Null for credits that do not expire.
    pub duration_days: Option<i64>,
    /// Null for month and year plans.
    pub credits: Option<i64>,
    #[schema(value_type = Vec<Price>)]
    pub prices: Json<Vec<Price>>,
}

/// A tariff's content.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "A month", "active": true, "subscription_type": "month", "duration_days": 30,
    "prices": [{"currency": "XTR", "amount": 500}]
}))]
pub struct PutTariff {
    /// As in the path; it may be left out.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub tariff: Option<Identifier>,
    pub title: Identifier,
    pub active: bool,
    pub subscription_type: SubscriptionType,
    /// 30 for a month, 365 for a year; credits do not expire unless it is given.
    pub duration_days: Option<Days>,
    /// Needed for `credits`, refused otherwise.
    pub credits: Option<Credits>,
    /// One for each currency.
    #[serde(deserialize_with = "objects::<100, _, _>")]
    #[schema(max_items = 100)]
    pub prices: Vec<Price>,
}

/// Creates or replaces a tariff.
pub async fn put(
    tx: &mut Tx<'_>,
    tariff: &Identifier,
    request: PutTariff,
) -> Result<Tariff, Error> {
    let tariff = Tariff::new(tariff, request)?;
    store::tariffs::put(tx, &tariff).await?;
    Ok(tariff)
}

impl Tariff {
    /// The tariff of this name, or what does not fit together in it.
    pub fn new(tariff: &Identifier, request: PutTariff) -> Result<Self, Error> {
        if request.tariff.is_some_and(|named| named != *tariff) {
            return Err(Error::invalid("tariff", "must be the one in the path, or left out"));
        }
        let plan = Plan::new(request.subscription_type, request.duration_days, request.credits)?;
        let mut currencies: Vec<_> = request.prices.iter().map(|p| p.currency.as_str()).collect();
        currencies.sort_unstable();
        if currencies.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Error::invalid("prices", "must name each currency once"));
        }
        Ok(Self {
            tariff: tariff.as_str().to_owned(),
            title: request.title.into_string(),
            active: request.active,
            subscription_type: plan.subscription_type,
            duration_days: plan.duration_days,
            credits: plan.credits,
            prices: Json(request.prices),
        })
    }

    pub fn plan(&self) -> Plan {
        Plan {
            subscription_type: self.subscription_type,
            duration_days: self.duration_days,
            credits: self.credits,
        }
    }

    /// What of a charge is not as the tariff says.
    pub fn mismatches(&self, currency: &Currency, amount: i64) -> Vec<&'static str> {
        let mut found = Vec::new();
        if !self.active {
            found.push("tariff_inactive");
        }
        match self.prices.iter().find(|price| price.currency == *currency) {
            None => found.push("currency"),
            Some(price) if price.amount.get() != amount => found.push("amount"),
            Some(_) => {}
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_is_compared_with_the_price_list() {
        let xtr = || Currency("XTR".to_owned());
        let price = Price { currency: xtr(), amount: Amount::new(500).unwrap() };
        let tariff = |active| Tariff {
            tariff: "month".to_owned(),
            title: "A month".to_owned(),
            active,
            subscription_type: SubscriptionType::Month,
            duration_days: Some(30),
            credits: None,
            prices: Json(vec![price.clone()]),
        };
        let rub = Currency("RUB".to_owned());
        for (active, currency, amount, expected) in [
            (true, &xtr(), 500, vec![]),
            (true, &xtr(), 499, vec!["amount"]),
            (true, &xtr(), 501, vec!["amount"]),
            (true, &rub, 500, vec!["currency"]),
            (false, &xtr(), 500, vec!["tariff_inactive"]),
            (false, &rub, 1, vec!["tariff_inactive", "currency"]),
        ] {
            assert_eq!(tariff(active).mismatches(currency, amount), expected);
        }
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        for (text, valid) in [
            ("XTR", true),
            ("RUB", true),
            ("rub", false),
            ("RU", false),
            ("RUBL", false),
            ("", false),
        ] {
            let parsed = serde_json::from_value::<Currency>(text.into());
            assert_eq!(parsed.is_ok(), valid, "{text}");
        }
    }
}
