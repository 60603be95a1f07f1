//! `migrations/citus.sql` against the schema and the statements. There is no Citus here: what it
//! refuses, as its documentation says, is checked by functions of its names.

use std::collections::BTreeSet;

use crate::support::{new_postgres_database, options};
use service::domain::time::Clock;
use service::store::{Store, migrate, statements};
use sqlx::{Connection, PgConnection};

const SCRIPT: &str = include_str!("../../../migrations/citus.sql");

/// A foreign key may lead to a reference table, or from `telegram_id` to `telegram_id` of a table
/// beside it. A unique key of a distributed table must hold the column that it is distributed by.
const CITUS: &str = "
    CREATE TABLE pg_dist_partition (logicalrelid REGCLASS PRIMARY KEY, partkey TEXT);

    CREATE FUNCTION check_foreign_keys(source REGCLASS, leads TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
    DECLARE
        fk RECORD;
    BEGIN
        FOR fk IN
            SELECT c.conname, t.logicalrelid, t.partkey, s.attname AS from_column, r.attname AS to_column
            FROM pg_constraint c
            LEFT JOIN pg_dist_partition t ON t.logicalrelid = c.confrelid
            JOIN pg_attribute s ON s.attrelid = c.conrelid AND s.attnum = c.conkey[1]
            JOIN pg_attribute r ON r.attrelid = c.confrelid AND r.attnum = c.confkey[1]
            WHERE c.contype = 'f' AND c.conrelid = source
        LOOP
            IF fk.logicalrelid IS NULL THEN
                RAISE EXCEPTION '% of % leads to a table that is not distributed yet', fk.conname, source;
            ELSIF fk.partkey IS NOT NULL AND (leads IS NULL OR fk.from_column <> leads OR fk.to_column <> fk.partkey) THEN
                RAISE EXCEPTION '% of % would lead to another node', fk.conname, source;
            END IF;
        END LOOP;
    END $$;

    CREATE FUNCTION create_reference_table(table_name REGCLASS) RETURNS VOID LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM check_foreign_keys(table_name, NULL);
        INSERT INTO pg_dist_partition VALUES (table_name, NULL);
    END $$;

    CREATE FUNCTION create_distributed_table(table_name REGCLASS, distribution_column TEXT, colocate_with TEXT)
    RETURNS VOID LANGUAGE plpgsql AS $$
    DECLARE
        key RECORD;
    BEGIN
        PERFORM check_foreign_keys(table_name, distribution_column);
        FOR key IN
            SELECT i.indexrelid::regclass AS name, a.attname FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indisunique AND i.indrelid = table_name
        LOOP
            IF key.attname <> distribution_column THEN
                RAISE EXCEPTION '% does not begin with %', key.name, distribution_column;
            END IF;
        END LOOP;
        IF colocate_with NOT IN ('none', 'users') OR (colocate_with = 'none') <> (table_name = 'users'::regclass) THEN
            RAISE EXCEPTION '% does not lie beside its users', table_name;
        END IF;
        INSERT INTO pg_dist_partition VALUES (table_name, distribution_column);
    END $$";

/// A migrated database with those functions.
async fn database() -> PgConnection {
    let url = new_postgres_database().await;
    let store = Store::connect(&options(&url), Clock::System).await.unwrap();
    migrate::migrate(&store).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(CITUS).execute(&mut connection).await.unwrap();
    connection
}

/// The tables that this query finds, by name.
async fn tables(connection: &mut PgConnection, query: &'static str) -> BTreeSet<String> {
    let names: Vec<String> = sqlx::query_scalar(query).fetch_all(connection).await.unwrap();
    names.into_iter().collect()
}

const DISTRIBUTED: &str =
    "SELECT logicalrelid::text FROM pg_dist_partition WHERE partkey = 'telegram_id'";
const REFERENCE: &str = "SELECT logicalrelid::text FROM pg_dist_partition WHERE partkey IS NULL";

#[tokio::test]
async fn every_table_is_distributed_by_its_user_or_held_by_every_node() {
    let mut connection = database().await;
    // The second time there is nothing to do.
    for _ in 0..2 {
        sqlx::raw_sql(SCRIPT).execute(&mut connection).await.unwrap();
    }
    let of_users = "SELECT table_name::text FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'telegram_id'";
    let all = "SELECT tablename::text FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'pg_dist_partition'";
    let of_users = tables(&mut connection, of_users).await;
    let global = tables(&mut connection, all).await.difference(&of_users).cloned().collect();
    assert_eq!(tables(&mut connection, DISTRIBUTED).await, of_users);
    assert_eq!(tables(&mut connection, REFERENCE).await, global);
    for table in of_users.iter().chain(&global) {
        assert_eq!(
            SCRIPT.matches(&format!("'{table}',\n")).count()
                + SCRIPT.matches(&format!("'{table}'\n")).count(),
            1,
            "{table}"
        );
    }
}

/// A script in another order, or one that lacks a table, does not pass those functions.
#[tokio::test]
async fn a_script_that_citus_would_refuse_fails() {
    let without = |name: &str| SCRIPT.replacen(&format!("        '{name}',\n"), "", 1);
    for (script, said) in [
        (without("bots"), "not distributed yet"),
        (without("users"), "not distributed yet"),
        (SCRIPT.replace("'telegram_id'", "'id'"), "does not begin with id"),
    ] {
        let mut connection = database().await;
        let script = sqlx::AssertSqlSafe(script);
        let refused = sqlx::raw_sql(script).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
}

/// What Citus refuses: each is done by itself then.
const LOCKS_SEVERAL: &str = "FROM users WHERE telegram_id IN (SELECT";

/// What has to ask every node, by a piece of its text; docs/scaling.md says of each why it may.
const ACROSS: [&str; 30] = [
    // The boards, ranks, figures: read only.
    "FROM users WHERE NOT leaderboard_hidden",
    "FROM xp_periods p JOIN users u ON u.telegram_id = p.telegram_id",
    "SELECT (SELECT count(*) FROM users WHERE total_xp > $1)",
    "FROM users WHERE total_xp > $1 AND total_xp < $2",
    "FROM (SELECT 1 FROM users LIMIT $1)",
    "FROM users GROUP BY total_xp",
    "count(*) FROM users u WHERE u.registration_date",
    "SELECT day, count(DISTINCT telegram_id)",
    "AS day, count(*) FROM training_history",
    "SELECT created_at, currency, amount, status, bot_name FROM payments",
    "SELECT updated_at, currency, amount, status, bot_name FROM payments",
    "SELECT s.start_date, s.end_date FROM subscriptions s",
    // Operators' and reminders' lists: read only.
    "FROM users WHERE telegram_id > $1",
    "FROM payments WHERE created_at >= $1",
    "FROM subscriptions WHERE is_active AND end_date > $1",
    // Sessions of several users that are written, or opened, at once.
    "SELECT u.telegram_id, r.value ->> 1, r.value -> 2, r.value -> 3",
    "d.day IS NOT NULL AS seen_today",
    "UPDATE users SET last_activity = $2 FROM (",
    "SELECT telegram_id, bot_name, $2 FROM (",
    // XP of several users that is added, and trainings that are finished, at once.
    LOCKS_SEVERAL,
    "JOIN idempotency_keys k ON",
    "SELECT CAST(r.value ->> 0 AS BIGINT), CAST(r.value ->> 1 AS UUID)",
    "decode(r.value ->> 3, 'hex')",
    // The trainings and badges that it is for.
    "CAST(r.value ->> 3 AS TIMESTAMPTZ)",
    "JOIN user_badges b ON",
    "NULLIF(r.value -> 3, 'null')",
    // Erasing whom others have invited, and cleaning up.
    "UPDATE users SET referrer = NULL WHERE referrer = $1",
    "UPDATE free_trainings SET reference = $2",
    "UPDATE idempotency_keys SET body = replace(body, $2, $3)",
    "DELETE FROM idempotency_keys WHERE created_at < $1",
];

#[tokio::test]
async fn statements_ask_one_node_or_are_known_to_ask_all() {
    let mut connection = database().await;
    sqlx::raw_sql(SCRIPT).execute(&mut connection).await.unwrap();
    let distributed = tables(&mut connection, DISTRIBUTED).await;
    let mut across = 0;
    for statement in statements() {
        let sql = &statement.postgres.split_whitespace().collect::<Vec<_>>().join(" ");
        if !sql.contains('$') {
            continue; // verify reads all that there is, wherever it is
        }
        let words: BTreeSet<&str> =
            sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
        let of_users = distributed.iter().filter(|table| words.contains(table.as_str())).count();
        let inserts = sql.contains(" (telegram_id, ") && sql.contains("VALUES ($1");
        let one_user = inserts || sql.contains("telegram_id = $1");
        let is_listed = ACROSS.iter().any(|piece| sql.contains(piece));
        across += usize::from(is_listed);
        assert!(of_users == 0 || one_user != is_listed, "asks every node, or not: {sql}");
        let locks = ["FOR UPDATE", "FOR NO KEY UPDATE", "FOR KEY SHARE", "FOR SHARE"];
        let locks = locks.iter().any(|lock| sql.contains(lock));
        let is_refused = sql.contains(LOCKS_SEVERAL);
        assert!(!(locks && is_listed) || is_refused, "locks rows of several nodes: {sql}");
        // Nodes would disagree.
        for volatile in ["now()", "random()", "CURRENT_", "gen_random", "nextval"] {
            assert!(!sql.contains(volatile), "{volatile} in {sql}");
        }
    }
    assert_eq!(across, ACROSS.len());
}
