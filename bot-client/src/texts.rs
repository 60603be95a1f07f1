//! What the bot says, from `locales/*.ftl`.

#[cfg(test)]
mod tests;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use unic_langid::LanguageIdentifier;

/// A language that the bot speaks.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// The old bot spoke nothing else.
    #[default]
    Ru,
    En,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// What the user has chosen in the settings.
    pub fn of_stats(stats: &Map<String, Value>) -> Option<Self> {
        stats.get("language")?.as_str()?.parse().ok()
    }

    /// By Telegram's `language_code`, an IETF tag such as `ru` or `en-GB`.
    pub fn of_code(code: Option<&str>) -> Self {
        match code.and_then(|code| code.split('-').next()) {
            Some("ru") => Self::Ru,
            _ => Self::En,
        }
    }

    fn source(self) -> &'static str {
        match self {
            Self::Ru => include_str!("../locales/ru.ftl"),
            Self::En => include_str!("../locales/en.ftl"),
        }
    }

    fn bundle(self) -> FluentBundle<FluentResource> {
        // By it, Fluent chooses the plurals.
        let id: LanguageIdentifier = self.to_string().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        // What stands in the binary is checked by a test.
        let resource = match FluentResource::try_new(self.source().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        bundle
    }
}

/// All texts of both languages.
pub struct Texts {
    ru: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { ru: Language::Ru.bundle(), en: Language::En.bundle() }
    }
}

impl Texts {
    /// A text in Telegram's HTML. What is put into it is escaped.
    pub fn get(&self, language: Language, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let bundle = match language {
            Language::Ru => &self.ru,
            Language::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "a text is missing");
            return key.to_owned();
        };
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            match value {
                FluentValue::String(text) => args.set(*name, isolated(&escape(text))),
                other => args.set(*name, other.clone()),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a text lacks a value");
        }
        text.into_owned()
    }

    pub(crate) fn translated(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> Translated {
        Translated::by(|language| self.get(language, key, values))
    }
}

/// A text in each language, for somebody whose language is asked later.
pub(crate) struct Translated {
    ru: String,
    en: String,
}

impl Translated {
    pub(crate) fn by(text: impl Fn(Language) -> String) -> Self {
        let [ru, en] = Language::ALL.map(text);
        Self { ru, en }
    }

    pub(crate) fn get(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// A text that is written from right to left leaves the order of what stands around it alone, if
/// it is between Unicode's marks "first strong isolate" and "pop directional isolate".
fn isolated(text: &str) -> String {
    let is_rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if text.contains(is_rtl) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

/// For Telegram's HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
