//! What an invoice is for, as its payload says: `<tariff>:<user>:<stars>:<signature>`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Telegram's limit, in bytes.
const LONGEST_PAYLOAD: usize = 128;
/// Bytes of the signature: enough that nobody guesses one.
const SIGNATURE: usize = 16;

/// Signs orders, and knows its own again.
pub(crate) struct Signer(Hmac<Sha256>);

/// Who buys what for how many Stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub tariff: String,
    pub telegram_id: i64,
    pub stars: u32,
}

impl Signer {
    /// Every replica of a bot has its token.
    pub(crate) fn new(token: &str) -> Self {
        // Any length will do for a key.
        Self(Hmac::new_from_slice(token.as_bytes()).unwrap_or_else(|_| Hmac::new(&[0; 64].into())))
    }

    fn over(&self, order: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(b"order\0");
        mac.update(order.as_bytes());
        mac
    }
}

impl Order {
    /// The payload of its invoice; none if the tariff's name is too long for one.
    pub(crate) fn payload(&self, signer: &Signer) -> Option<String> {
        let order = format!("{}:{}:{}", self.tariff, self.telegram_id, self.stars);
        let signature = signer.over(&order).finalize().into_bytes();
        let signature = URL_SAFE_NO_PAD.encode(&signature[..SIGNATURE]);
        Some(format!("{order}:{signature}")).filter(|payload| payload.len() <= LONGEST_PAYLOAD)
    }

    /// The order of a payload that this bot has made.
    pub(crate) fn verified(payload: &str, signer: &Signer) -> Option<Self> {
        let (order, signature) = payload.rsplit_once(':')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        (signature.len() == SIGNATURE).then_some(())?;
        signer.over(order).verify_truncated_left(&signature).ok()?;
        Self::read(payload)
    }

    /// What a payload says, whoever made it: once Stars were paid for it, that is asked no more.
    pub(crate) fn read(payload: &str) -> Option<Self> {
        let mut parts = payload.rsplitn(4, ':').skip(1);
        let (stars, telegram_id) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let tariff = parts.next().filter(|tariff| !tariff.is_empty())?.to_owned();
        Some(Self { tariff, telegram_id, stars })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(tariff: &str) -> Order {
        Order { tariff: tariff.to_owned(), telegram_id: 123_456, stars: 500 }
    }

    #[test]
    fn an_order_is_read_back() {
        let signer = Signer::new("42:token");
        for tariff in ["month", "credits_5", "a:b", "месяц"] {
            let payload = order(tariff).payload(&signer).unwrap();
            assert!(payload.len() <= 128, "{payload}");
            assert_eq!(Order::verified(&payload, &signer), Some(order(tariff)), "{payload}");
        }
        assert_eq!(order(&"x".repeat(200)).payload(&signer), None);
    }

    #[test]
    fn what_was_changed_is_none_of_ours() {
        let signer = Signer::new("42:token");
        let payload = order("month").payload(&signer).unwrap();
        for changed in [
            payload.replace("month", "year"),
            payload.replace("123456", "123457"),
            payload.replace(":500:", ":1:"),
            payload[..payload.len() - 1].to_owned(),
            format!("{payload}A"),
            payload.rsplit_once(':').unwrap().0.to_owned(),
            format!("{}:", payload.rsplit_once(':').unwrap().0),
            String::new(),
            "month".to_owned(),
        ] {
            assert_eq!(Order::verified(&changed, &signer), None, "{changed}");
        }
        assert_eq!(Order::verified(&payload, &Signer::new("43:token")), None);
        assert_eq!(Order::read(&payload), Some(order("month")));
        assert_eq!(Order::read(":1:2:x"), None);
    }
}
