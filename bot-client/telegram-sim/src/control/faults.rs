//! What is to go wrong, and updates of any form.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Of, Refusal, Reply};
use crate::delivery::queue::Lane;
use crate::faults::{CallRule, DeliveryRule, Faults};
use crate::world::clock::DAY;
use crate::world::{Shared, World};

fn faults_mut(world: &mut World, of: Of) -> Result<&mut Faults, Refusal> {
    let bot = of.bot(world)?;
    let bot = world.bots.get_mut(&bot).ok_or_else(|| Refusal::not_found("no such bot"))?;
    Ok(&mut bot.faults)
}

pub(super) async fn all(State(shared): State<Arc<Shared>>, Query(of): Query<Of>) -> Reply {
    shared.quietly(|world| Ok(Json(json!(faults_mut(world, of)?))))
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>, Query(of): Query<Of>) -> Reply {
    shared.quietly(|world| {
        *faults_mut(world, of)? = Faults::default();
        Ok(Json(json!({})))
    })
}

pub(super) async fn of_calls(
    State(shared): State<Arc<Shared>>,
    Query(of): Query<Of>,
    Json(rule): Json<CallRule>,
) -> Reply {
    shared.quietly(|world| {
        faults_mut(world, of)?.calls.push(rule);
        Ok(Json(json!({})))
    })
}

pub(super) async fn of_deliveries(
    State(shared): State<Arc<Shared>>,
    Query(of): Query<Of>,
    Json(rule): Json<DeliveryRule>,
) -> Reply {
    shared.quietly(|world| {
        faults_mut(world, of)?.deliveries.push(rule);
        Ok(Json(json!({})))
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    /// With an `update_id` or without.
    update: Value,
    /// In seconds.
    life: Option<i64>,
}

/// Queues an update as it is, whatever the bot asked for.
pub(super) async fn raw_update(
    State(shared): State<Arc<Shared>>,
    Query(of): Query<Of>,
    Json(raw): Json<Raw>,
) -> Reply {
    if !raw.update.is_object() {
        return Err(Refusal::bad("an update is an object"));
    }
    shared.change(|world| {
        let (bot, now) = (of.bot(world)?, world.clock.now());
        let life = raw.life.map_or(DAY, |seconds| seconds.saturating_mul(1000));
        let lane = lane_of(&raw.update);
        let bot = world.bots.get_mut(&bot).ok_or_else(|| Refusal::not_found("no such bot"))?;
        let update_id = bot.queue.push(lane, raw.update, now, now.saturating_add(life));
        Ok(Json(json!({"update_id": update_id})))
    })
}

/// Where Telegram would queue it.
fn lane_of(update: &Value) -> Lane {
    let chat = |kind: &str| update[kind]["chat"]["id"].as_i64();
    let from = |kind: &str| update[kind]["from"]["id"].as_i64();
    chat("message")
        .or_else(|| chat("edited_message"))
        .map(Lane::Messages)
        .or_else(|| from("callback_query").map(Lane::Callbacks))
        .or_else(|| from("pre_checkout_query").map(Lane::PreCheckouts))
        .unwrap_or(Lane::Raw(0))
}
