//! Pictures and documents.

use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use super::messages::{post, read_caption};
use super::parameters::Parameters;
use super::{bot_mut, keyboard};
use crate::world::bot::File;
use crate::world::{BotId, Content, Draft, World, fresh_id};

const LARGEST_PHOTO: usize = 10 * 1024 * 1024;
const LARGEST_DOCUMENT: usize = 50 * 1024 * 1024;

pub(crate) fn send_photo(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    send(world, bot, with, "photo", LARGEST_PHOTO)
}

pub(crate) fn send_document(world: &mut World, bot: BotId, with: &Parameters) -> Answer {
    send(world, bot, with, "document", LARGEST_DOCUMENT)
}

fn send(
    world: &mut World,
    bot: BotId,
    with: &Parameters,
    kind: &'static str,
    largest: usize,
) -> Answer {
    let caption = read_caption(with)?;
    let markup = keyboard::read(with, false)?;
    let (id, file) = file(world, bot, with, kind)?;
    if file.bytes.is_empty() {
        return Err(ApiError::bad_request("file must be non-empty"));
    }
    if file.bytes.len() > largest {
        return Err(ApiError::bad_request(format!("file is too big for a {kind}")));
    }
    let described = if kind == "photo" { photo(&id, &file)? } else { document(&id, &file) };
    let mut content = Content::from_iter([(kind.to_owned(), described)]);
    if caption.units() > 0 {
        caption.write_to(&mut content, "caption");
    }
    let sent = post(world, bot, with, Draft { from_bot: true, content, markup, invoice: None })?;
    bot_mut(world, bot)?.files.insert(id, file);
    Ok(sent)
}

/// An uploaded file with a new `file_id`, or one that was sent before.
fn file(
    world: &World,
    bot: BotId,
    with: &Parameters,
    name: &str,
) -> Result<(String, File), ApiError> {
    if let Some(file) = with.file(name) {
        return Ok((format!("sim{}", fresh_id(40)), file.clone()));
    }
    let id = with.text(name);
    if id.is_empty() {
        return Err(ApiError::bad_request(format!("there is no {name} in the request")));
    }
    if id.contains("://") {
        return Err(ApiError::bad_request("telegram-sim: files are not fetched from URLs"));
    }
    let sent = world.bots.get(&bot).and_then(|bot| bot.files.get(&id)).cloned();
    let wrong = "wrong file identifier/HTTP URL specified";
    sent.map(|file| (id, file)).ok_or_else(|| ApiError::bad_request(wrong))
}

/// As the Bot API's `PhotoSize`s, of which the simulator makes one.
pub(crate) fn photo(id: &str, file: &File) -> Result<Value, ApiError> {
    let size = imagesize::blob_size(&file.bytes);
    let size = size.map_err(|_| ApiError::bad_request("IMAGE_PROCESS_FAILED"))?;
    let (short, long) = (size.width.min(size.height), size.width.max(size.height));
    if short == 0 || short + long > 10_000 || long > short * 20 {
        return Err(ApiError::bad_request("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok(json!([{
        "file_id": id,
        "file_unique_id": unique(id),
        "width": size.width,
        "height": size.height,
        "file_size": file.bytes.len(),
    }]))
}

fn document(id: &str, file: &File) -> Value {
    json!({
        "file_id": id,
        "file_unique_id": unique(id),
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": file.bytes.len(),
    })
}

fn unique(id: &str) -> &str {
    id.get(..16).unwrap_or(id)
}
