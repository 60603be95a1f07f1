//! What can be bought now: the service's tariffs with a price in Stars.

use frankenstein::methods::CreateInvoiceLinkParams;
use frankenstein::payments::LabeledPrice;
use futures_util::future::try_join_all;

use crate::bot::Bot;
use crate::conversation::Conversation;
use crate::failure::Failure;
use crate::reply::{Button, Target};
use crate::service_api::types::{SubscriptionType, Tariff};
use crate::shop::CURRENCY;
use crate::shop::order::Order;
use crate::telegram::CallError;

/// The most that Telegram takes for anything.
const MOST_STARS: u32 = 10_000;
/// The only period of a subscription in Stars: 30 days, in seconds.
pub(crate) const PERIOD: u32 = 2_592_000;
const DAYS_OF_PERIOD: i64 = 30;

/// A tariff that is sold for so many Stars.
pub(crate) struct Offer {
    pub tariff: Tariff,
    pub stars: u32,
}

impl Offer {
    fn of(tariff: Tariff) -> Option<Self> {
        let mut prices = tariff.prices.iter().filter(|price| price.currency == CURRENCY);
        let stars = u32::try_from(prices.next()?.amount).ok()?;
        let is_sold = tariff.active && (1..=MOST_STARS).contains(&stars);
        is_sold.then_some(Self { tariff, stars })
    }

    /// Whether it is paid again every 30 days: a month, as Telegram sells them.
    pub(crate) fn renews(&self) -> bool {
        let days = self.tariff.duration_days.unwrap_or(DAYS_OF_PERIOD);
        self.tariff.subscription_type == SubscriptionType::Month && days == DAYS_OF_PERIOD
    }

    /// What is sold, in the user's words.
    fn name(&self, talk: &Conversation<'_>) -> String {
        let number = match self.tariff.subscription_type {
            SubscriptionType::Credits => self.tariff.credits.unwrap_or_default(),
            SubscriptionType::Month => self.tariff.duration_days.unwrap_or(DAYS_OF_PERIOD),
            SubscriptionType::Year => self.tariff.duration_days.unwrap_or(365),
        };
        // Credits may have a term.
        let is_credits = self.tariff.subscription_type == SubscriptionType::Credits;
        let days = self.tariff.duration_days.filter(|_| is_credits).unwrap_or_default();
        let values = [
            ("days", days.into()),
            ("kind", self.tariff.subscription_type.to_string().into()),
            ("number", number.into()),
        ];
        talk.text("offer-name", &values)
    }

    /// What its button says.
    fn label(&self, talk: &Conversation<'_>) -> String {
        let values = [
            ("name", self.name(talk).into()),
            ("stars", self.stars.into()),
            ("renews", if self.renews() { "yes" } else { "no" }.into()),
        ];
        talk.text("offer-button", &values)
    }

    /// A button that opens Telegram's payment sheet; none for a tariff that cannot be sold so.
    async fn button(&self, talk: &Conversation<'_>) -> Result<Option<Button>, CallError> {
        let order = Order {
            tariff: self.tariff.tariff.clone(),
            telegram_id: talk.telegram_id(),
            stars: self.stars,
        };
        let Some(payload) = order.payload(&talk.bot.orders) else {
            tracing::warn!(tariff = order.tariff, "this name is too long to be sold in Telegram");
            return Ok(None);
        };
        let name = self.name(talk);
        let described = if self.renews() { "offer-renewing" } else { "offer-once" };
        let mut invoice = CreateInvoiceLinkParams::builder()
            .title(&name)
            .description(talk.text(described, &[("name", name.as_str().into())]))
            .payload(payload)
            .currency(CURRENCY)
            .prices(vec![LabeledPrice { label: name, amount: self.stars }])
            .build();
        invoice.subscription_period = self.renews().then_some(PERIOD);
        let url = match talk.bot.telegram.call("createInvoiceLink", &invoice).await {
            // The others can be sold all the same.
            Err(CallError::Refused(cause)) => {
                tracing::error!(tariff = order.tariff, cause, "Telegram takes no invoice for this");
                return Ok(None);
            }
            url => url?,
        };
        Ok(Some(Button { text: self.label(talk), target: Target::Url(url) }))
    }
}

/// All that is for sale: months, years, credits, each from the cheapest.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn all(bot: &Bot) -> Result<Vec<Offer>, Failure> {
    let tariffs = bot.service.list_tariffs(None, Some(100)).await?.into_inner().items;
    let mut offers: Vec<_> = tariffs.into_iter().filter_map(Offer::of).collect();
    offers.sort_by_key(|offer| (offer.tariff.subscription_type, offer.stars));
    Ok(offers)
}

/// A button for each offer.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn buttons(
    talk: &Conversation<'_>,
    offers: &[Offer],
) -> Result<Vec<Button>, Failure> {
    let made = try_join_all(offers.iter().map(|offer| offer.button(talk))).await?;
    Ok(made.into_iter().flatten().collect())
}
