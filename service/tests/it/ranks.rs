//! Ranks among so many users that they are looked up in a table.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Connection as _;
use tokio::task::JoinSet;

use crate::support::{Engine, TestApp};

const USERS: i64 = 60_000;

/// Many users of little XP, as in life: 7 times as many of 0 as of any other total.
async fn fill(app: &TestApp) {
    let numbers = match app.engine {
        Engine::Sqlite => format!(
            "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {USERS})
              SELECT n FROM c)"
        ),
        Engine::Postgres => format!("generate_series(1::bigint, {USERS}) n"),
    };
    let (hidden, now) = match app.engine {
        Engine::Sqlite => ("0", "'2026-11-22T12:00:00.000000Z'"),
        Engine::Postgres => ("FALSE", "'2026-11-22T12:00:00.000000Z'::timestamptz"),
    };
    let insert = format!(
        "INSERT INTO users (telegram_id, search, leaderboard_hidden, total_xp, xp_reached_at,
             level, total_trainings, total_score, registration_date, last_activity)
         SELECT n, '', {hidden}, (n * n % 1000) * (n % 7), {now}, 1, 0, 0, {now}, {now}
         FROM {numbers}"
    );
    execute(app, insert).await;
}

async fn execute(app: &TestApp, statement: String) {
    let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(statement));
    match app.engine {
        Engine::Sqlite => {
            let file = app.url.replace("sqlite:///", "sqlite://");
            let mut connection = sqlx::SqliteConnection::connect(&file).await.unwrap();
            statement.execute(&mut connection).await.unwrap();
        }
        Engine::Postgres => {
            let mut connection = sqlx::PgConnection::connect(&app.url).await.unwrap();
            statement.execute(&mut connection).await.unwrap();
        }
    }
}

fn xp(telegram_id: i64) -> i64 {
    (telegram_id * telegram_id % 1000) * (telegram_id % 7)
}

both! {
    async fn a_rank_of_the_table_is_the_counted_one_and_follows_it(app) {
        fill(&app).await;
        let spin = app.spin();
        let rank_of = async |id: i64| spin.get(&format!("/v1/users/{id}/rank")).await.expect(200);
        let counted = |id: i64| {
            let above = (1..=USERS).filter(|&other| xp(other) > xp(id)).count();
            json!({"rank": above + 1, "total_users": USERS, "total_xp": xp(id)})
        };
        // The first and the last, those of 0, and some between. All wait for the first table.
        let some = [1, 2, 7, 500, 1_234, 31_607, 59_999, 60_000];
        let ask = |id| {
            let (spin, path) = (app.spin(), format!("/v1/users/{id}/rank"));
            async move { (id, spin.get(&path).await.expect(200)) }
        };
        for (id, rank) in some.map(ask).into_iter().collect::<JoinSet<_>>().join_all().await {
            assert_eq!(rank, counted(id), "{id}");
        }
        // Whoever moves is right at once, also beside another one between two totals of the table;
        // those who were passed, with the next table.
        let totals = (1..=USERS).map(xp).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        let gap = totals.windows(2).find(|pair| pair[1] - pair[0] > 2).unwrap();
        let behind = (1..=USERS).find(|&id| xp(id) == gap[0]).unwrap();
        let most = totals[totals.len() - 1];
        for (id, total) in [(7, most + 1), (14, gap[0] + 2), (21, gap[0] + 1)] {
            spin.post(&format!("/v1/users/{id}/xp"), json!({"amount": total})).await.expect(200);
        }
        let ahead = (1..=USERS).filter(|&id| xp(id) >= gap[1]).count();
        assert_eq!(rank_of(7).await["rank"], 1);
        assert_eq!(rank_of(14).await["rank"], ahead + 1);
        assert_eq!(rank_of(21).await["rank"], ahead + 2);
        assert_eq!(rank_of(behind).await, counted(behind));
        app.ranks.refresh(&app.store).await;
        assert_eq!(rank_of(7).await["rank"], 1);
        let passed = counted(1_234)["rank"].as_i64().unwrap() + 1;
        assert_eq!(rank_of(1_234).await["rank"], passed);
        assert_eq!(rank_of(behind).await["rank"], counted(behind)["rank"].as_i64().unwrap() + 3);
        // No event explains the XP of the others.
        execute(&app, "DELETE FROM users WHERE telegram_id <> 7".to_owned()).await;
    }
}
