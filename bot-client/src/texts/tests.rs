use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;
use strum::VariantArray;

use super::*;
use crate::commands::Command;

/// Each message's key, with the names of what is put into it.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let key = Regex::new(r"(?m)^([a-z][a-z-]*) =").unwrap();
    let variable = Regex::new(r"\{ \$(\w+)").unwrap();
    let source = language.source();
    let starts: Vec<_> = key.captures_iter(source).map(|found| found.get(1).unwrap()).collect();
    let ends = starts.iter().skip(1).map(regex::Match::start).chain([source.len()]);
    let mut messages = BTreeMap::new();
    for (start, end) in starts.iter().zip(ends) {
        let names = variable.captures_iter(&source[start.end()..end]);
        let names = names.map(|name| name[1].to_owned()).collect();
        let former = messages.insert(start.as_str().to_owned(), names);
        assert_eq!(former, None, "{} stands twice in {language}", start.as_str());
    }
    messages
}

/// All of the bot's own sources.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if !["service_api.rs", "tests.rs"]
            .map(Path::new)
            .contains(&path.file_name().unwrap().as_ref())
        {
            text += &std::fs::read_to_string(&path).unwrap();
        }
    }
    text
}

/// The keys that the sources name: every string where a text is asked for, and every other one that
/// begins as keys of several words do.
fn used() -> BTreeSet<String> {
    let source = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let asked = r#"(?:(?:talk|self)\.(?:text|button|button_now)|texts\.get|say|badge_line)\(\s*(?:\w+,\s*)?"([a-z-]+)""#;
    let asked = Regex::new(asked).unwrap();
    let begins: BTreeSet<_> = messages(Language::En)
        .into_keys()
        .filter_map(|key| Some(key.split_once('-')?.0.to_owned()))
        .collect();
    let literal = Regex::new(r#""([a-z]+)(-[a-z-]+[a-z])""#).unwrap();
    let named = literal.captures_iter(&source).filter(|found| begins.contains(&found[1]));
    let named = named.map(|found| format!("{}{}", &found[1], &found[2]));
    let asked = asked.captures_iter(&source).map(|found| found[1].to_owned());
    let menu = Command::VARIANTS
        .iter()
        .filter(|command| command.is_in_menu())
        .map(|command| format!("menu-{command}"));
    named.chain(asked).chain(menu).collect()
}

fn errors(texts: &Texts, language: Language, key: &str, args: &FluentArgs<'_>) -> Vec<String> {
    let bundle = match language {
        Language::Ru => &texts.ru,
        Language::En => &texts.en,
    };
    let mut errors = Vec::new();
    let pattern = bundle.get_message(key).unwrap().value().unwrap();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    assert!(!text.trim().is_empty() && text.trim() == text, "{key}: {text:?}");
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn both_files_are_whole_and_hold_the_same() {
    for language in Language::ALL {
        assert!(FluentResource::try_new(language.source().to_owned()).is_ok(), "{language}");
    }
    assert_eq!(messages(Language::Ru), messages(Language::En));
}

#[test]
fn every_key_is_used_and_every_used_key_is_there() {
    let there: BTreeSet<_> = messages(Language::En).into_keys().collect();
    let used = used();
    assert!(there.len() > 90, "{}", there.len());
    assert_eq!(used.difference(&there).collect::<Vec<_>>(), [""; 0], "missing in the files");
    assert_eq!(there.difference(&used).collect::<Vec<_>>(), [""; 0], "used nowhere");
}

#[test]
fn every_message_can_be_formatted() {
    let texts = Texts::default();
    for language in Language::ALL {
        for (key, names) in messages(language) {
            for number in [0, 1, 2, 5, 11, 21] {
                let values = names.iter().map(|name| (name.as_str(), number));
                let args: FluentArgs<'_> = values.collect();
                assert_eq!(errors(&texts, language, &key, &args), [""; 0], "{key} in {language}");
            }
            if let Some(name) = names.first() {
                let others = names.iter().filter(|other| *other != name);
                let args: FluentArgs<'_> = others.map(|name| (name.as_str(), 1)).collect();
                assert_ne!(errors(&texts, language, &key, &args), [""; 0], "{key} needs {name}");
            }
        }
    }
}

#[test]
fn plurals_are_right() {
    let texts = Texts::default();
    let say = |language, key, count: u32| {
        let values = ["count", "asked", "left", "clarity", "needed", "contextual", "listening"];
        texts.get(language, key, &values.map(|name| (name, FluentValue::from(count))))
    };
    for (count, badges, asked, contextual) in [
        (0, "Наград пока нет", "задано 0 вопросов", "ни один вопрос не опирался"),
        (1, "1 награда", "задан 1 вопрос,", "1 вопрос опирался"),
        (2, "2 награды", "задано 2 вопроса", "2 вопроса опирались"),
        (5, "5 наград", "задано 5 вопросов", "5 вопросов опирались"),
        (11, "11 наград", "задано 11 вопросов", "11 вопросов опирались"),
        (21, "21 награда", "задан 21 вопрос,", "21 вопрос опирался"),
        (22, "22 награды", "задано 22 вопроса", "22 вопроса опирались"),
    ] {
        let ru = Language::Ru;
        assert_eq!(say(ru, "badges", count), format!("<b>{badges}</b>"));
        let said = say(ru, "training-active", count);
        assert!(said.contains(asked), "{said}");
        let said = say(ru, "report-listening", count);
        assert!(said.contains(contextual), "{said}");
    }
    for (count, badges, asked) in [
        (0, "No badges yet", "under way: 0 questions asked"),
        (1, "One badge", "under way: one question asked"),
        (2, "2 badges", "under way: 2 questions asked"),
        (11, "11 badges", "under way: 11 questions asked"),
        (21, "21 badges", "under way: 21 questions asked"),
    ] {
        assert_eq!(say(Language::En, "badges", count), format!("<b>{badges}</b>"));
        let said = say(Language::En, "training-active", count);
        assert!(said.contains(asked), "{said}");
    }
}

#[test]
fn what_is_put_in_is_escaped() {
    let texts = Texts::default();
    let name = [("name", "<b>A</b> & { $x }".into()), ("min", 5.into()), ("max", 10.into())];
    for language in Language::ALL {
        let said = texts.get(language, "start", &name);
        assert!(said.contains("&lt;b&gt;A&lt;/b&gt; &amp; { $x }"), "{said}");
    }
}

#[test]
fn languages_are_told_by_their_codes() {
    for (code, language) in [
        (Some("ru"), Language::Ru),
        (Some("ru-RU"), Language::Ru),
        (Some("en-GB"), Language::En),
        (Some("de"), Language::En),
        (Some("rux"), Language::En),
        (Some(""), Language::En),
        (None, Language::En),
    ] {
        assert_eq!(Language::of_code(code), language, "{code:?}");
    }
}
