//! Users and channels.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::json;

use super::{Refusal, Reply, user};
use crate::delivery::queue::Lane;
use crate::world::clock::DAY;
use crate::world::people::{Channel, FIRST_STARS, Membership};
use crate::world::{Shared, User, UserId, World};

const FIRST_USER: UserId = 1001;
const FIRST_CHANNEL: i64 = -1_001_000_000_001;

/// What is left out stays as it was.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutUser {
    id: Option<UserId>,
    first_name: Option<String>,
    last_name: Option<String>,
    username: Option<String>,
    language_code: Option<String>,
    is_premium: Option<bool>,
    stars: Option<i64>,
}

pub(super) async fn users(State(shared): State<Arc<Shared>>) -> Reply {
    Ok(Json(json!(shared.read(|world| world.users.values().cloned().collect::<Vec<_>>()))))
}

/// Makes a user, or changes the one with this id.
pub(super) async fn put_user(State(shared): State<Arc<Shared>>, Json(put): Json<PutUser>) -> Reply {
    shared.change(|world| {
        let next = world.users.last_key_value().map_or(FIRST_USER, |(last, _)| last + 1);
        let id = put.id.unwrap_or(next);
        if id <= 0 {
            return Err(Refusal::bad("a user's id is positive"));
        }
        let user = world.users.entry(id).or_insert_with(|| nobody(id));
        user.first_name = put.first_name.unwrap_or_else(|| user.first_name.clone());
        user.last_name = put.last_name.or_else(|| user.last_name.clone());
        user.username = put.username.or_else(|| user.username.clone());
        user.language_code = put.language_code.or_else(|| user.language_code.clone());
        user.is_premium = put.is_premium.unwrap_or(user.is_premium);
        user.stars = put.stars.unwrap_or(user.stars);
        Ok(Json(json!(user)))
    })
}

fn nobody(id: UserId) -> User {
    User {
        id,
        first_name: format!("User {id}"),
        last_name: None,
        username: None,
        language_code: None,
        is_premium: false,
        stars: FIRST_STARS,
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutChannel {
    /// With or without the `@`.
    username: String,
    title: Option<String>,
    id: Option<i64>,
    #[serde(default = "yes")]
    bot_is_admin: bool,
}

fn yes() -> bool {
    true
}

pub(super) async fn channels(State(shared): State<Arc<Shared>>) -> Reply {
    Ok(Json(json!(shared.read(|world| world.channels.clone()))))
}

/// Makes a channel, or changes the one with this name.
pub(super) async fn put_channel(
    State(shared): State<Arc<Shared>>,
    Json(put): Json<PutChannel>,
) -> Reply {
    shared.change(|world| {
        let username = put.username.trim_start_matches('@').to_owned();
        let next = world.channels.iter().map(|channel| channel.id).min();
        let known = world.channels.iter().position(|channel| channel.username == username);
        let known = known.map(|place| world.channels.remove(place));
        let id = known.as_ref().map(|channel| channel.id).or(put.id);
        let channel = Channel {
            id: id.unwrap_or_else(|| next.map_or(FIRST_CHANNEL, |id| id - 1)),
            title: put.title.unwrap_or_else(|| username.clone()),
            username,
            bot_is_admin: put.bot_is_admin,
            members: known.map(|channel| channel.members).unwrap_or_default(),
        };
        let reply = json!(channel);
        world.channels.push(channel);
        Ok(Json(reply))
    })
}

/// Lets a user join or leave, or gives the membership any other state.
pub(super) async fn put_member(
    State(shared): State<Arc<Shared>>,
    Path((channel, id)): Path<(String, UserId)>,
    Json(membership): Json<Membership>,
) -> Reply {
    shared.change(|world| {
        let (is_in, joined) = set_member(world, &channel, id, membership)?;
        Ok(Json(json!({"was_in": is_in, "is_in": joined})))
    })
}

fn set_member(
    world: &mut World,
    name: &str,
    id: UserId,
    membership: Membership,
) -> Result<(bool, bool), Refusal> {
    let person = user(world, id)?.to_json();
    let found = world.channels.iter_mut().find(|one| one.is(name) || one.username == name);
    let channel = found.ok_or_else(|| Refusal::not_found("no such channel"))?;
    let old = channel.member(id);
    channel.members.insert(id, membership);
    let (chat, channel_id, is_admin) = (channel.chat_json(), channel.id, channel.bot_is_admin);
    let bots: Vec<_> = world.bots.keys().copied().filter(|_| is_admin).collect();
    for bot in bots {
        let update = json!({
            "chat": chat,
            "from": person,
            "date": world.clock.unix(),
            "old_chat_member": old.to_json(&person),
            "new_chat_member": membership.to_json(&person),
        });
        let lane = Lane::ChannelMembers(channel_id);
        world.enqueue(bot, lane, "chat_member", update, DAY);
    }
    Ok((old.is_in(), membership.is_in()))
}
