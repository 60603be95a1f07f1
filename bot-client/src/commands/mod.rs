//! What a person can ask for, by a command, a button or a plain text.

mod about;
mod account;
mod admin;
mod board;
mod progress;
mod settings;
pub(crate) mod shop;
pub(crate) mod training;

use tokio::task::JoinHandle;

use crate::chart::ChartError;
use crate::conversation::{Conversation, Decision};
use crate::failure::Failure;
use crate::incoming::Input;
use crate::press::{Action, Press};
use crate::reply::Reply;

/// In the order of the menu; the names are what is typed after the slash.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Command {
    Start,
    Train,
    Case,
    CaseInfo,
    Finish,
    Cancel,
    Stats,
    Progress,
    Rank,
    Leaderboard,
    Badges,
    Profile,
    Subscribe,
    Buy,
    Promo,
    Free,
    Referral,
    Settings,
    Help,
    Privacy,
    Terms,
    PaySupport,
    Export,
    DeleteMyData,
    Admin,
}

impl Command {
    /// Those of Telegram's menu: one name for each thing, and nothing for administrators.
    pub(crate) fn is_in_menu(self) -> bool {
        !matches!(self, Self::Buy | Self::Admin)
    }
}

/// What an update comes to.
///
/// # Errors
/// See [`Failure`].
pub(crate) async fn decide(talk: &mut Conversation<'_>) -> Result<Decision, Failure> {
    match &talk.incoming.input {
        Input::Command { command, payload } => run(talk, *command, payload).await,
        Input::Text(text) => training::ask(talk, text).await,
        Input::Press { press: Some(press), .. } => pressed(talk, press).await,
        Input::Press { press: None, .. } => Ok(Decision::Note(talk.text("button-late", &[]))),
        Input::UnknownCommand => Ok(say(talk, "unknown-command")),
        Input::NoText => Ok(say(talk, "text-only")),
        // `update::handle` has seen to them.
        Input::Blocked(_)
        | Input::PreCheckout(_)
        | Input::Charged(_)
        | Input::Refunded(_)
        | Input::Renewal(_) => Ok(Decision::Say(Vec::new())),
    }
}

async fn run(
    talk: &mut Conversation<'_>,
    command: Command,
    payload: &str,
) -> Result<Decision, Failure> {
    match command {
        Command::Start => about::start(talk, payload).await,
        Command::Train => training::train(talk).await,
        Command::Case => training::another_case(talk).await,
        Command::CaseInfo => Ok(training::case_info(talk)),
        Command::Finish => training::finish(talk).await,
        Command::Cancel => Ok(training::cancel(talk)),
        Command::Stats => progress::stats(talk).await,
        Command::Progress => progress::picture(talk).await,
        Command::Rank => progress::rank(talk).await,
        Command::Leaderboard => board::board(talk, board::Period::All).await,
        Command::Badges => progress::badges(talk).await,
        Command::Profile => account::profile(talk).await,
        Command::Subscribe | Command::Buy => shop::shop(talk).await,
        Command::Promo => shop::promo(talk, payload).await,
        Command::Free => shop::free(talk).await,
        Command::Referral => Ok(shop::referral(talk)),
        Command::PaySupport => shop::pay_support(talk).await,
        Command::Admin => admin::run(talk, payload).await,
        Command::Settings => Ok(settings::show(talk)),
        Command::Help => Ok(about::help(talk)),
        Command::Privacy => Ok(about::privacy(talk)),
        Command::Terms => Ok(say(talk, "terms")),
        Command::Export => account::export(talk).await,
        Command::DeleteMyData => account::ask_to_delete(talk).await,
    }
}

/// What has gone by since the button was shown makes it too late, unless it only shows something.
async fn pressed(talk: &mut Conversation<'_>, press: &Press) -> Result<Decision, Failure> {
    let is_late = !press.is_for(&talk.opened.user, talk.opened.version);
    if is_late && settings::is_done(talk, press.action) {
        return Ok(settings::show(talk));
    }
    if is_late && press.action.acts_once() {
        return Ok(Decision::Note(talk.text("button-late", &[])));
    }
    match press.action {
        Action::Train => training::train(talk).await,
        Action::NewCase => training::begin(talk).await,
        Action::Finish => training::finish(talk).await,
        Action::Cancel => Ok(training::cancel(talk)),
        Action::Russian
        | Action::English
        | Action::Hide
        | Action::Unhide
        | Action::Remind
        | Action::NoReminders => settings::change(talk, press.action).await,
        Action::CancelRenewal => shop::stop_renewal(talk).await,
        Action::ResumeRenewal => shop::resume_renewal(talk).await,
        Action::Refund => shop::refund(talk, &press.argument).await,
        Action::Keep => Ok(Decision::Save(vec![Reply::text(talk.text("delete-kept", &[]))])),
        // `update::handle` erases without opening a session, which would create the user again.
        Action::Delete => Ok(Decision::Note(talk.text("button-late", &[]))),
        Action::Case => Ok(training::case_info(talk)),
        Action::Stats => progress::stats(talk).await,
        Action::Progress => progress::picture(talk).await,
        Action::Badges => progress::badges(talk).await,
        Action::Board => board::board(talk, board::Period::All).await,
        Action::WeekBoard => board::board(talk, board::Period::Week).await,
        Action::Settings => Ok(settings::show(talk)),
        Action::Shop => shop::shop(talk).await,
        Action::Promo => shop::promo(talk, "").await,
        Action::Free => shop::free(talk).await,
        Action::Referral => Ok(shop::referral(talk)),
        Action::PaySupport => shop::pay_support(talk).await,
        Action::AdminFigures => admin::run(talk, "figures").await,
        Action::AdminPromocodes => admin::run(talk, "promos").await,
        Action::AdminStars => admin::run(talk, "stars").await,
        Action::Help => Ok(about::help(talk)),
    }
}

fn say(talk: &Conversation<'_>, key: &str) -> Decision {
    Decision::Say(vec![Reply::text(talk.text(key, &[]))])
}

/// A picture that is being drawn where that holds up nobody.
async fn drawn(drawing: JoinHandle<Result<Vec<u8>, ChartError>>) -> Result<Vec<u8>, Failure> {
    match drawing.await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(Failure::never(format!("no picture: {error}"))),
        Err(error) => Err(Failure::never(format!("no picture: {error}"))),
    }
}
