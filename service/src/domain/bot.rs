//! Bots: whose keys there are, and whose sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bounds::Name;
use super::time::Timestamp;

/// A bot of the family.
#[derive(Debug, Clone, Serialize, ToSchema, sqlx::FromRow)]
#[schema(example = json!({
    "bot_name": "spin_bot", "title": "SPIN training", "created_at": "2026-11-22T07:01:41.089086Z"
}))]
pub struct Bot {
    pub bot_name: String,
    pub title: Option<String>,
    pub created_at: Timestamp,
}

/// A bot's content.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "SPIN training"}))]
pub struct PutBot {
    pub title: Option<Name>,
}
