//! What a user may train with, in plain words.

use chrono::{DateTime, Datelike, Utc};

use crate::service_api::types::{Access, AccessType, Holding};
use crate::texts::{Language, Texts};

/// What a user holds, in words.
pub(crate) fn held(texts: &Texts, language: Language, access: &Access) -> String {
    let held = explained(texts, language, access);
    held.unwrap_or_else(|| texts.get(language, "holding-none", &[]))
}

/// "month plan until 12 December 2026, then 3 credits", in the order in which it is used; none
/// without any access.
pub(crate) fn explained(texts: &Texts, language: Language, access: &Access) -> Option<String> {
    let of = |kind| access.holdings.iter().filter(move |holding| holding.access_type == kind);
    let count = |kind| of(kind).filter_map(|holding| holding.left).sum::<i64>();
    let mut parts = Vec::new();
    let plans: Vec<_> = of(AccessType::Subscription).collect();
    if let Some(end) = plans.iter().filter_map(|plan| plan.end_date).max() {
        let date = date(texts, language, end);
        let values = [("kind", kind(&plans).into()), ("date", date.into())];
        parts.push(texts.get(language, "holding-plan", &values));
    }
    for (kind, key) in [
        (AccessType::Credits, "holding-credits"),
        (AccessType::FreeTrainings, "holding-free-trainings"),
    ] {
        let left = count(kind);
        if left > 0 {
            parts.push(texts.get(language, key, &[("count", left.into())]));
        }
    }
    parts.into_iter().reduce(|before, next| {
        let values = [("before", before.into()), ("next", next.into())];
        texts.get(language, "holding-then", &values)
    })
}

/// What all of these are, or blank for plans of both kinds.
fn kind(plans: &[&Holding]) -> String {
    let kinds = plans.iter().filter_map(|plan| plan.subscription_type);
    let mut kinds: Vec<_> = kinds.map(|kind| kind.to_string()).collect();
    kinds.dedup();
    if kinds.len() == 1 { kinds.remove(0) } else { String::new() }
}

/// "12 December 2026", in UTC.
pub(crate) fn date(texts: &Texts, language: Language, at: DateTime<Utc>) -> String {
    let values = [
        ("day", at.day().into()),
        ("month", at.month().into()),
        // A number would be grouped.
        ("year", at.year().to_string().into()),
    ];
    texts.get(language, "date", &values)
}

/// Trainings that are left, unless a plan makes counting needless.
pub(crate) fn trainings_left(access: &Access) -> Option<i64> {
    if access.access_type == Some(AccessType::Subscription) {
        return None;
    }
    Some(access.holdings.iter().filter_map(|holding| holding.left).sum())
}
