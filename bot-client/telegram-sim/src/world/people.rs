//! Users, and the channels that they may join.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::UserId;

/// What a user has to spend at first, in Stars.
pub(crate) const FIRST_STARS: i64 = 5000;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) first_name: String,
    pub(crate) last_name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) language_code: Option<String>,
    pub(crate) is_premium: bool,
    pub(crate) stars: i64,
}

impl User {
    /// As the Bot API's `User`.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({"id": self.id, "is_bot": false, "first_name": self.first_name});
        let optional = [
            ("last_name", &self.last_name),
            ("username", &self.username),
            ("language_code", &self.language_code),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                json[name] = json!(value);
            }
        }
        if self.is_premium {
            json["is_premium"] = json!(true);
        }
        json
    }

    /// As the Bot API's `Chat`: the user's chat with a bot.
    pub(crate) fn chat_json(&self) -> Value {
        let mut json = json!({"id": self.id, "type": "private", "first_name": self.first_name});
        for (name, value) in [("last_name", &self.last_name), ("username", &self.username)] {
            if let Some(value) = value {
                json[name] = json!(value);
            }
        }
        json
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Creator,
    Administrator,
    Member,
    /// In the channel or not, as `is_member` says.
    Restricted,
    Left,
    Kicked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub(crate) status: Status,
    #[serde(default)]
    pub(crate) is_member: bool,
}

impl Membership {
    pub(crate) const LEFT: Self = Self { status: Status::Left, is_member: false };

    pub(crate) fn is_in(self) -> bool {
        match self.status {
            Status::Creator | Status::Administrator | Status::Member => true,
            Status::Restricted => self.is_member,
            Status::Left | Status::Kicked => false,
        }
    }

    /// As the Bot API's `ChatMember`.
    pub(crate) fn to_json(self, user: &Value) -> Value {
        let mut json = json!({"status": self.status, "user": user});
        let rights: &[&str] = match self.status {
            Status::Creator => &["is_anonymous"],
            Status::Administrator => &ADMINISTRATOR_RIGHTS,
            Status::Restricted => &RESTRICTED_RIGHTS,
            Status::Member | Status::Left | Status::Kicked => &[],
        };
        for right in rights {
            json[*right] = json!(false);
        }
        if self.status == Status::Restricted {
            json["is_member"] = json!(self.is_member);
        }
        if matches!(self.status, Status::Restricted | Status::Kicked) {
            json["until_date"] = json!(0);
        }
        json
    }
}

const ADMINISTRATOR_RIGHTS: [&str; 14] = [
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_messages",
    "can_edit_messages",
    "can_post_stories",
    "can_edit_stories",
    "can_send_welcome_messages",
];

const RESTRICTED_RIGHTS: [&str; 16] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Channel {
    pub(crate) id: i64,
    /// Without the `@`.
    pub(crate) username: String,
    pub(crate) title: String,
    /// Whether bots are its administrators; without it they cannot see who is a member.
    pub(crate) bot_is_admin: bool,
    pub(crate) members: BTreeMap<UserId, Membership>,
}

impl Channel {
    /// Whether a `chat_id` of the Bot API means this one.
    pub(crate) fn is(&self, name: &str) -> bool {
        name.strip_prefix('@').is_some_and(|name| name.eq_ignore_ascii_case(&self.username))
            || name.parse() == Ok(self.id)
    }

    pub(crate) fn member(&self, user: UserId) -> Membership {
        self.members.get(&user).copied().unwrap_or(Membership::LEFT)
    }

    pub(crate) fn chat_json(&self) -> Value {
        json!({"id": self.id, "type": "channel", "title": self.title, "username": self.username})
    }
}
