//! The shop: what is sold for Telegram's Stars, and what becomes of the money. An invoice carries a
//! signed order; order and price are checked before the user pays, and a charge that happened is
//! recorded and granted whatever it says.

pub(crate) mod access;
pub(crate) mod books;
pub(crate) mod checkout;
pub(crate) mod offer;
pub(crate) mod order;
pub(crate) mod payment;
pub(crate) mod referral;
pub(crate) mod reminder;
pub(crate) mod renewal;

/// As the service knows payments in Stars.
pub(crate) const PROVIDER: &str = "telegram_stars";
/// Telegram's code for them.
pub(crate) const CURRENCY: &str = "XTR";
