//! Levels: which one a total of XP gives.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bounds::{Int, Text};
use crate::error::Error;

/// One step of a level table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"level": 2, "min_xp": 501, "title": "Seller"}))]
pub struct Level {
    pub level: Int<1, 1_000>,
    /// The least XP that gives this level.
    pub min_xp: Int<0, 1_000_000_000_000>,
    #[serde(default)]
    #[schema(required)]
    pub title: Option<Text<0, 255>>,
}

/// A step of a level table that a caller sends along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"level": 2, "min_xp": 100}))]
pub struct LevelStep {
    pub level: Int<1, 1_000>,
    /// The least XP that gives this level.
    pub min_xp: Int<0, 1_000_000_000_000>,
}

/// The level of the first table that is not empty: the highest whose `min_xp` is reached, or 1.
/// Without any table `total_xp / 100 + 1`, at most 100.
pub fn level_for<'a>(total_xp: i64, tables: impl IntoIterator<Item = &'a [LevelStep]>) -> i64 {
    tables.into_iter().find(|table| !table.is_empty()).map_or_else(
        || (total_xp / 100 + 1).min(100),
        |table| {
            let reached = table.iter().filter(|step| step.min_xp.get() <= total_xp);
            reached.map(|step| step.level.get()).max().unwrap_or(1)
        },
    )
}

/// A table must name each level once, and a higher level must need more XP.
pub fn validate(levels: &[Level]) -> Result<(), Error> {
    let mut sorted: Vec<_> = levels.iter().collect();
    sorted.sort_by_key(|level| level.level.get());
    let rising = |pair: &[&Level]| {
        pair[0].level != pair[1].level && pair[0].min_xp.get() < pair[1].min_xp.get()
    };
    if sorted.windows(2).all(rising) {
        Ok(())
    } else {
        Err(Error::invalid("items", "must name each level once, and min_xp must rise with level"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(steps: &[(i64, i64)]) -> Vec<LevelStep> {
        let step = |&(level, min_xp)| LevelStep {
            level: Int::new(level).unwrap(),
            min_xp: Int::new(min_xp).unwrap(),
        };
        steps.iter().map(step).collect()
    }

    #[test]
    fn the_first_table_that_is_not_empty_decides() {
        let sent = table(&[(1, 0), (2, 100), (3, 300)]);
        let service = table(&[(1, 0), (2, 501), (3, 1501), (4, 3001), (5, 5001)]);
        for (total, sent, service, level) in [
            (0, &sent, &service, 1),
            (99, &sent, &service, 1),
            (100, &sent, &service, 2),
            (299, &sent, &service, 2),
            (300, &sent, &service, 3),
            (1_000_000, &sent, &service, 3),
            (500, &vec![], &service, 1),
            (501, &vec![], &service, 2),
            (5_000, &vec![], &service, 4),
            (5_001, &vec![], &service, 5),
            (0, &vec![], &vec![], 1),
            (99, &vec![], &vec![], 1),
            (100, &vec![], &vec![], 2),
            (9_899, &vec![], &vec![], 99),
            (9_900, &vec![], &vec![], 100),
            (1_000_000, &vec![], &vec![], 100),
            (5, &table(&[(2, 10)]), &service, 1),
            (50, &table(&[(3, 20), (2, 30)]), &service, 3),
        ] {
            let tables = [sent.as_slice(), service.as_slice()];
            assert_eq!(level_for(total, tables), level, "{total} {sent:?} {service:?}");
        }
    }

    #[test]
    fn a_table_must_rise() {
        let levels = |steps: &[(i64, i64)]| -> Vec<Level> {
            let plain = table(steps);
            plain.iter().map(|s| Level { level: s.level, min_xp: s.min_xp, title: None }).collect()
        };
        for (steps, valid) in [
            (&[] as &[(i64, i64)], true),
            (&[(1, 0)], true),
            (&[(2, 100), (1, 0)], true),
            (&[(1, 0), (1, 100)], false),
            (&[(1, 0), (2, 0)], false),
            (&[(1, 100), (2, 50)], false),
        ] {
            assert_eq!(validate(&levels(steps)).is_ok(), valid, "{steps:?}");
        }
    }

    proptest! {
        #[test]
        fn more_xp_never_gives_a_lower_level(
            steps in prop::collection::vec((1_i64..=1_000, 0_i64..10_000), 0..8),
            less in 0_i64..20_000,
            more in 0_i64..20_000,
        ) {
            let table = table(&steps);
            let (less, more) = (less.min(more), less.max(more));
            prop_assert!(level_for(less, [table.as_slice()]) <= level_for(more, [table.as_slice()]));
        }
    }
}
