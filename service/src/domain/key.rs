//! API keys: `spn_`, 30 characters of base 62, and 6 more that are the CRC-32 of what goes before.

use std::fmt;

use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::bounds::BotName;
use super::time::Timestamp;
use crate::error::Error;
use crate::store::{self, Tx};

const PREFIX: &str = "spn_";
const RANDOM_CHARACTERS: usize = 30;
const CHECKSUM_CHARACTERS: usize = 6;

/// A key that is shown once and never again; only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A new key, of 178 random bits.
    pub fn generate() -> Self {
        let random = Alphanumeric.sample_string(&mut rand::rng(), RANDOM_CHARACTERS);
        let body = format!("{PREFIX}{random}");
        Self(format!("{body}{}", checksum(&body)))
    }

    /// Whether the text can be a key at all: what is mistyped never reaches the database.
    pub fn is_well_formed(text: &str) -> bool {
        text.len() == PREFIX.len() + RANDOM_CHARACTERS + CHECKSUM_CHARACTERS
            && text.starts_with(PREFIX)
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
            && text.ends_with(&checksum(&text[..text.len() - CHECKSUM_CHARACTERS]))
    }

    /// The key in clear text.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> KeyHash {
        hash(&self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// SHA-256 of a key: the key is random, so that nothing slower is needed.
pub type KeyHash = [u8; 32];

pub fn hash(key: &str) -> KeyHash {
    Sha256::digest(key.as_bytes()).into()
}

fn checksum(body: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM_CHARACTERS];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

/// A stored key, without the key.
#[derive(Debug, Clone, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "key_id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2", "bot_name": "spin_bot",
    "created_at": "2026-11-22T07:01:41.089086Z", "last_used_at": null, "expires_at": null,
    "revoked_at": null
}))]
pub struct StoredKey {
    pub key_id: Uuid,
    /// Null: an operator's key.
    pub bot_name: Option<String>,
    pub created_at: Timestamp,
    /// To within a minute.
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl StoredKey {
    /// `valid`, `expired` or `revoked`.
    pub fn state(&self, now: Timestamp) -> &'static str {
        if self.revoked_at.is_some() {
            "revoked"
        } else if self.expires_at.is_some_and(|end| end <= now) {
            "expired"
        } else {
            "valid"
        }
    }

    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.state(now) == "valid"
    }
}

/// A key to create.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"expires_at": "2027-11-22T00:00:00Z"}))]
pub struct CreateKey {
    /// Never, if absent.
    pub expires_at: Option<Timestamp>,
}

/// A new key: the only time that it is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "key_id": "019ab0c2-7f3e-7c51-9d35-3c1fe8a1c9b2",
    "key": "spn_0123456789ABCDEFGHIJKLMNOPQRST0a1B2c", "bot_name": "spin_bot",
    "created_at": "2026-11-22T07:01:41.089086Z", "expires_at": null
}))]
pub struct CreatedKey {
    pub key_id: Uuid,
    pub key: String,
    /// Null: an operator's key.
    pub bot_name: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// Creates a key for the bot, or for an operator.
pub async fn create(
    tx: &mut Tx<'_>,
    bot_name: Option<&BotName>,
    expires_at: Option<Timestamp>,
) -> Result<CreatedKey, Error> {
    if let Some(bot_name) = bot_name {
        store::bots::get(tx, bot_name).await?.ok_or(Error::BotNotFound)?;
    }
    let key = ApiKey::generate();
    let stored = StoredKey {
        key_id: tx.new_id(),
        bot_name: bot_name.map(|bot_name| bot_name.as_str().to_owned()),
        created_at: tx.now(),
        last_used_at: None,
        expires_at,
        revoked_at: None,
    };
    store::keys::insert(tx, &stored, &key.hash()).await?;
    Ok(CreatedKey {
        key_id: stored.key_id,
        key: key.reveal().to_owned(),
        bot_name: stored.bot_name,
        created_at: stored.created_at,
        expires_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_checks_itself() {
        let key = ApiKey::generate();
        let text = key.reveal();
        assert_eq!(text.len(), 40);
        assert!(ApiKey::is_well_formed(text), "{text}");
        assert_ne!(key, ApiKey::generate());
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
        for position in 0..text.len() {
            let mut mistyped = text.as_bytes().to_vec();
            mistyped[position] = if mistyped[position] == b'a' { b'b' } else { b'a' };
            let mistyped = String::from_utf8(mistyped).unwrap();
            assert!(!ApiKey::is_well_formed(&mistyped), "{mistyped}");
        }
        for text in ["", "spn_", &text[1..], &format!("{text}0"), "ключ"] {
            assert!(!ApiKey::is_well_formed(text), "{text}");
        }
    }

    #[test]
    fn the_checksum_is_crc_32_in_base_62() {
        // CRC-32 of "123456789" is 0xcbf43926 (the check value of its definition) = 3421780262,
        // and 3421780262 = ((((3·62 + 45)·62 + 35)·62 + 27)·62 + 22)·62 + 14.
        assert_eq!(checksum("123456789"), "3jZRME");
        assert_eq!(checksum(""), "000000");
    }

    #[test]
    fn the_hash_is_sha_256() {
        let hash = hash("abc");
        assert_eq!(hash[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
