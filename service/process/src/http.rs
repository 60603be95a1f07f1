//! HTTP clients. TLS is rustls with ring, which must be said before the first client is made.

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

/// For a client with settings of its own.
pub fn builder() -> ClientBuilder {
    // An error means that it is said already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A redirect would carry the address, which can hold a secret, to somewhere else.
    Client::builder().redirect(Policy::none())
}

/// A client without time limits.
///
/// # Panics
/// TLS cannot be set up, as in [`Client::new`].
#[expect(clippy::expect_used, reason = "as reqwest's own")]
pub fn client() -> Client {
    builder().build().expect("TLS can be set up")
}
