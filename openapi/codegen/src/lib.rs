//! Makes the bot's client of the service from the service's OpenAPI document.

mod lower;

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, HooksMode};
use serde_json::Value;

/// Stands above the generated code.
const HEAD: &str = "//! The client of the service, made from `openapi/openapi.json` by `cargo run -p codegen`.\n\n";

/// The client's source.
///
/// # Errors
/// A text that is no OpenAPI document, or that holds what the generator can't express.
pub fn client(document: &str) -> Result<String, Box<dyn std::error::Error>> {
    let mut document: Value = serde_json::from_str(document)?;
    lower::document(&mut document);
    let document: OpenAPI = serde_json::from_value(document)?;
    let mut settings = GenerationSettings::new();
    settings.with_hooks(HooksMode::Expected).with_derive("PartialEq");
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let source = prettyplease::unparse(&syn::parse2(tokens)?);
    // The generator's own encoding lets `..` and `\` through, which lead to other paths.
    let source = source.replace("encode_path(&", "crate::service::path_segment(&");
    Ok(HEAD.to_owned() + &source.replace("{encode_path, ", "{"))
}
