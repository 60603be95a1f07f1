//! `/admin`: what administrators can do. Nothing of it changes their own session.

mod arguments;
mod figures;
mod promocodes;
mod users;

use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::press::Action;
use crate::reply::Reply;

/// How each command is written.
const HOW: [&str; 8] = [
    "admin-how-promo",
    "admin-how-promos",
    "admin-how-end",
    "admin-how-grant",
    "admin-how-user",
    "admin-how-refund",
    "admin-how-figures",
    "admin-how-stars",
];

/// `/admin COMMAND …`: to anybody else, no command at all.
pub(crate) async fn run(talk: &Conversation<'_>, payload: &str) -> Result<Decision, Failure> {
    if !talk.bot.admins.contains(&talk.telegram_id()) {
        return Ok(super::say(talk, "unknown-command"));
    }
    let Some(operator) = &talk.bot.operator else {
        return Ok(super::say(talk, "admin-no-key"));
    };
    let (command, rest) = payload.split_once(char::is_whitespace).unwrap_or((payload, ""));
    let words: Vec<_> = rest.split_whitespace().collect();
    let reply = match command {
        "promo" => promocodes::create(talk, operator, &words).await?,
        "promos" => promocodes::list(talk, operator).await?,
        "end" => promocodes::end(talk, operator, &words).await?,
        "grant" => users::grant(talk, operator, &words).await?,
        "user" => users::find(talk, operator, rest.trim()).await?,
        "refund" => users::refund(talk, operator, &words).await?,
        "figures" => figures::picture(talk, operator).await?,
        "stars" => {
            talk.bot.books_asked.notify_one();
            Reply::text(talk.text("books-asked", &[]))
        }
        _ => help(talk),
    };
    Ok(Decision::Say(vec![reply]))
}

fn help(talk: &Conversation<'_>) -> Reply {
    let how = HOW.map(|key| talk.text(key, &[])).join("\n\n");
    Reply::text(format!("{}\n\n{how}", talk.text("admin", &[])))
        .row([
            talk.button_now("admin-button-figures", Action::AdminFigures),
            talk.button_now("admin-button-promos", Action::AdminPromocodes),
        ])
        .row([talk.button_now("admin-button-stars", Action::AdminStars)])
}
