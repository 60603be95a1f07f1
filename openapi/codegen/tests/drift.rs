//! The checked-in client is what the generator makes of the checked-in document, which the
//! service's own test compares with what the service prints.

use std::error::Error;

const DOCUMENT: &str = include_str!("../../openapi.json");
const CLIENT: &str = include_str!("../../../bot-client/src/service_api.rs");

#[test]
fn the_client_is_made_from_the_document() -> Result<(), Box<dyn Error>> {
    let made = codegen::client(DOCUMENT)?;
    assert!(made == CLIENT, "bot-client/src/service_api.rs is old; run `cargo run -p codegen`");
    Ok(())
}

#[test]
fn every_operation_is_in_the_client_with_its_body() -> Result<(), Box<dyn Error>> {
    let document: serde_json::Value = serde_json::from_str(DOCUMENT)?;
    let paths = document["paths"].as_object().ok_or("no paths")?;
    let operations = paths.values().flat_map(|path| path.as_object().into_iter().flatten());
    let mut count = 0;
    for (_, operation) in operations {
        let Some(id) = operation["operationId"].as_str() else { continue };
        let start = CLIENT.find(&format!("pub async fn {id}<'a>(")).ok_or(id)?;
        let parameters = CLIENT[start..].split('{').next().unwrap_or_default();
        assert_eq!(parameters.contains("body: "), operation.get("requestBody").is_some(), "{id}");
        count += 1;
    }
    assert!(count > 50, "{count}");
    Ok(())
}
