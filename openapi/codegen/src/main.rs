//! Writes `bot-client/src/service_api.rs`.

use std::path::Path;
use std::{error, fs};

fn main() -> Result<(), Box<dyn error::Error>> {
    let openapi = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("openapi.json");
    let client = codegen::client(&fs::read_to_string(&openapi)?)?;
    let project = openapi.ancestors().nth(2).ok_or("the project's folder")?;
    fs::write(project.join("bot-client/src/service_api.rs"), client)?;
    Ok(())
}
