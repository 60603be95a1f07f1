//! Who has the most XP.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Timestamp;

/// Which XP counts.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    ToSchema,
    strum::EnumString,
    strum::VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Period {
    /// All that was ever earned.
    #[default]
    All,
    /// What was earned in this ISO week, in UTC.
    Week,
}

/// A user's place.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "rank": 1, "telegram_id": 123456, "username": "johndoe", "first_name": "John", "level": 2,
    "xp": 150
}))]
pub struct Place {
    /// Equal XP shares a rank.
    pub rank: i64,
    pub telegram_id: i64,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub level: i64,
    /// Earned in the period.
    pub xp: i64,
}

/// A user's rank among all.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"rank": 7, "total_users": 120, "total_xp": 885}))]
pub struct Rank {
    /// 1 + users with more XP.
    pub rank: i64,
    /// All users, those who are hidden from the leaderboard too.
    pub total_users: i64,
    pub total_xp: i64,
}

/// A row of the board, in its order.
#[derive(Debug, Clone, Deserialize)]
pub struct Standing {
    pub telegram_id: i64,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub level: i64,
    pub xp: i64,
    pub reached_at: Timestamp,
}

/// The last place of a page: the next page goes on behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub xp: i64,
    pub reached_at: Timestamp,
    pub telegram_id: i64,
    /// How many stand up to here.
    pub count: i64,
    pub rank: i64,
}

impl Position {
    /// Before the first.
    pub fn start() -> Self {
        Self { xp: i64::MAX, reached_at: Timestamp::FIRST, telegram_id: 0, count: 0, rank: 1 }
    }

    /// Whether anybody can stand here; cursors come from outside.
    pub fn is_possible(&self) -> bool {
        (0..i64::MAX / 2).contains(&self.count) && (1..=self.count + 1).contains(&self.rank)
    }

    /// Where this one stands, who comes next on the board.
    pub fn next(self, standing: &Standing) -> Self {
        let rank = if standing.xp == self.xp { self.rank } else { self.count + 1 };
        Self {
            xp: standing.xp,
            reached_at: standing.reached_at,
            telegram_id: standing.telegram_id,
            count: self.count + 1,
            rank,
        }
    }
}

/// The places after this position.
pub fn places(mut position: Position, standings: Vec<Standing>) -> Vec<(Place, Position)> {
    let place = |standing: Standing| {
        position = position.next(&standing);
        let Standing { telegram_id, username, first_name, level, xp, .. } = standing;
        (Place { rank: position.rank, telegram_id, username, first_name, level, xp }, position)
    };
    standings.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_that_nobody_can_have_is_known() {
        let position = |count, rank| Position { count, rank, ..Position::start() };
        for (position, possible) in [
            (Position::start(), true),
            (position(5, 5), true),
            (position(5, 6), true),
            (position(5, 7), false),
            (position(5, 0), false),
            (position(-1, 0), false),
            (position(i64::MAX, 1), false),
        ] {
            assert_eq!(position.is_possible(), possible, "{position:?}");
        }
    }

    #[test]
    fn equal_xp_shares_a_rank_and_the_next_rank_counts_everybody() {
        let standing = |xp| Standing {
            telegram_id: 1,
            username: None,
            first_name: None,
            level: 1,
            xp,
            reached_at: Timestamp::FIRST,
        };
        let ranks = |position, xp: &[i64]| -> Vec<i64> {
            let standings = xp.iter().map(|&xp| standing(xp)).collect();
            places(position, standings).iter().map(|(place, _)| place.rank).collect()
        };
        for (xp, expected) in [
            (vec![50, 40, 30], vec![1, 2, 3]),
            (vec![50, 50, 30], vec![1, 1, 3]),
            (vec![50, 40, 40, 40, 0], vec![1, 2, 2, 2, 5]),
            (vec![i64::MAX, 1], vec![1, 2]),
        ] {
            assert_eq!(ranks(Position::start(), &xp), expected, "{xp:?}");
        }
        let first = places(Position::start(), vec![standing(50), standing(40)]);
        assert_eq!(ranks(first[1].1, &[40, 30]), [2, 4]);
    }
}
