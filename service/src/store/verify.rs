//! Recomputes from the ledgers what other rows say. Each statement finds the rows that differ, by
//! sets, so that a million users take one pass and not a million.

use uuid::Uuid;

use super::Connection;
use super::statement::{Statement, both, each, sql, statements};
use crate::error::Error;
use crate::verify::{Checked, Difference};

/// The week of an event, as the service writes it.
macro_rules! weeks {
    ($week:literal) => {
        concat!(
            "SELECT telegram_id, 'xp of week ' || week, CAST(NULL AS UUID),
                 CAST(SUM(held) AS BIGINT), CAST(SUM(told) AS BIGINT)
             FROM (SELECT telegram_id, week, xp AS held, CAST(NULL AS BIGINT) AS told
                   FROM xp_periods
                   UNION ALL
                   SELECT telegram_id, ",
            $week,
            ", NULL, amount
                   FROM xp_events WHERE key <> 'import') AS sums
             GROUP BY telegram_id, week HAVING SUM(held) IS DISTINCT FROM SUM(told)"
        )
    };
}

/// Seconds that a plan lasts, without a part of one.
macro_rules! plans {
    ($seconds:literal) => {
        concat!(
            "SELECT telegram_id, 'seconds of plan', id, CAST(SUM(held) AS BIGINT),
                 CAST(SUM(told) AS BIGINT)
             FROM (SELECT telegram_id, id, CASE WHEN end_date IS NULL THEN 0 ELSE ",
            $seconds,
            " END
                       AS held, CAST(NULL AS BIGINT) AS told, CAST(NULL AS BIGINT) AS granted,
                       CASE WHEN is_active THEN 0 ELSE 1 END AS is_over
                   FROM subscriptions WHERE subscription_type <> 'credits'
                   UNION ALL
                   SELECT telegram_id, holding_id, NULL, amount,
                       CASE event WHEN 'grant' THEN amount END, NULL
                   FROM access_events WHERE access_type = 'subscription') AS sums
             GROUP BY telegram_id, id
             HAVING SUM(held) IS DISTINCT FROM SUM(told)
                 AND NOT (COALESCE(SUM(granted), 1) = 0 AND COALESCE(SUM(is_over), 0) = 1)"
        )
    };
}

statements! {
    USERS = both("SELECT count(*) FROM users");
    XP_EVENTS = both("SELECT count(*) FROM xp_events");
    ACCESS_EVENTS = both("SELECT count(*) FROM access_events");
    TRAININGS_HELD = both("SELECT count(*) FROM training_history");
    PAYMENTS_HELD = both("SELECT count(*) FROM payments");
    // XP and level.
    XP = both(
        "SELECT u.telegram_id, u.total_xp, COALESCE(e.xp, 0), u.level, COALESCE(e.level, 1)
         FROM users u LEFT JOIN (
             SELECT telegram_id, CAST(SUM(amount) AS BIGINT) AS xp, MAX(level_after) AS level
             FROM xp_events GROUP BY telegram_id) AS e ON e.telegram_id = u.telegram_id
         WHERE u.total_xp <> COALESCE(e.xp, 0) OR u.level <> COALESCE(e.level, 1)");
    // Trainings and score.
    TRAININGS = both(
        "SELECT u.telegram_id, u.total_trainings, u.unlisted_trainings + COALESCE(t.trainings, 0),
             u.total_score, u.unlisted_score + COALESCE(t.score, 0)
         FROM users u LEFT JOIN (
             SELECT telegram_id, count(*) AS trainings, CAST(SUM(total_score) AS BIGINT) AS score
             FROM training_history GROUP BY telegram_id) AS t ON t.telegram_id = u.telegram_id
         WHERE u.total_trainings <> u.unlisted_trainings + COALESCE(t.trainings, 0)
             OR u.total_score <> u.unlisted_score + COALESCE(t.score, 0)");
    WEEKS = each(
        weeks!("strftime('%G-W%V', created_at)"),
        weeks!("to_char(created_at AT TIME ZONE 'UTC', 'IYYY-\"W\"IW') COLLATE \"C\""));
    // Each event begins where another one ended: of each total, as many ends as beginnings, but for
    // the first and the last. Clocks of replicas may differ, so the order of time only says whom to
    // look at.
    STEPS = both(
        "WITH steps AS (
             SELECT telegram_id, total_after, total_after - amount AS total_before,
                 COALESCE(LAG(total_after) OVER (
                     PARTITION BY telegram_id ORDER BY created_at, id), 0) AS total_last
             FROM xp_events),
         suspects AS (SELECT DISTINCT telegram_id FROM steps WHERE total_before <> total_last),
         ends AS (
             SELECT telegram_id, total_after AS total, 1 AS side FROM steps
             UNION ALL SELECT telegram_id, total_before, -1 FROM steps
             UNION ALL SELECT telegram_id, 0, 1 FROM suspects
             UNION ALL SELECT s.telegram_id, CAST(SUM(e.amount) AS BIGINT), -1
                 FROM suspects s JOIN xp_events e ON e.telegram_id = s.telegram_id
                 GROUP BY s.telegram_id)
         SELECT telegram_id, 'XP events that do not follow one another', CAST(NULL AS UUID),
             count(*), CAST(0 AS BIGINT)
         FROM (SELECT telegram_id, total FROM ends
               WHERE telegram_id IN (SELECT telegram_id FROM suspects)
               GROUP BY telegram_id, total HAVING SUM(side) <> 0) AS odd
         GROUP BY telegram_id");
    BALANCES = both(
        "SELECT telegram_id, CASE access_type WHEN 'credits' THEN 'credits_left of subscription'
                 ELSE 'trainings_left of free trainings' END, id,
             CAST(SUM(held) AS BIGINT), CAST(SUM(told) AS BIGINT)
         FROM (SELECT telegram_id, id, 'credits' AS access_type, credits_left AS held,
                   CAST(NULL AS BIGINT) AS told
               FROM subscriptions WHERE subscription_type = 'credits'
               UNION ALL
               SELECT telegram_id, id, 'free_trainings', trainings_left, NULL FROM free_trainings
               UNION ALL
               SELECT telegram_id, holding_id, access_type, NULL, amount FROM access_events
               WHERE access_type <> 'subscription') AS sums
         GROUP BY telegram_id, id, access_type HAVING SUM(held) IS DISTINCT FROM SUM(told)");
    PLANS = each(
        plans!(
            "((unixepoch(end_date) - unixepoch(start_date)) * 1000000
                 + substr(end_date, 21, 6) - substr(start_date, 21, 6)
                 - (substr(end_date, 21, 6) - substr(start_date, 21, 6) + 1000000) % 1000000)
             / 1000000"),
        plans!("CAST(FLOOR(EXTRACT(EPOCH FROM end_date - start_date)) AS BIGINT)"));
    // Of what was imported, a part was used before.
    GRANTS = both(
        "SELECT s.telegram_id, 'credits_total of subscription', s.id, s.credits_total, e.amount
         FROM subscriptions s JOIN access_events e ON e.telegram_id = s.telegram_id
             AND e.holding_id = s.id AND e.event = 'grant'
         WHERE s.subscription_type = 'credits' AND (s.credits_total < e.amount
             OR (s.credits_total > e.amount AND e.key <> 'import'))
         UNION ALL
         SELECT f.telegram_id, 'trainings_total of free trainings', f.id, f.trainings_total,
             e.amount
         FROM free_trainings f JOIN access_events e ON e.telegram_id = f.telegram_id
             AND e.holding_id = f.id AND e.event = 'grant'
         WHERE f.trainings_total <> e.amount");
    ACTIVE = both(
        "SELECT s.telegram_id, 'is_active of subscription', s.id,
             CAST(CASE WHEN s.is_active THEN 1 ELSE 0 END AS BIGINT),
             CAST(1 - e.revoked AS BIGINT)
         FROM subscriptions s JOIN (
             SELECT telegram_id, holding_id, MAX(CASE event WHEN 'revoke' THEN 1 ELSE 0 END)
                 AS revoked, MAX(CASE key WHEN 'import' THEN 1 ELSE 0 END) AS imported
             FROM access_events WHERE event IN ('grant', 'revoke')
             GROUP BY telegram_id, holding_id) AS e
             ON e.telegram_id = s.telegram_id AND e.holding_id = s.id
         WHERE (s.is_active AND e.revoked = 1)
             OR (NOT s.is_active AND e.revoked = 0 AND e.imported = 0)");
    USES = both(
        "SELECT telegram_id, 'amount of consumption', consumption_id, amount,
             CAST(CASE access_type WHEN 'subscription' THEN 0 ELSE -1 END AS BIGINT)
         FROM access_events WHERE event = 'consume'
             AND amount <> CASE access_type WHEN 'subscription' THEN 0 ELSE -1 END
         UNION ALL
         SELECT r.telegram_id, 'amount of returned consumption', r.consumption_id, r.amount,
             -c.amount
         FROM access_events r LEFT JOIN access_events c ON c.telegram_id = r.telegram_id
             AND c.consumption_id = r.consumption_id AND c.event = 'consume'
             AND c.holding_id = r.holding_id
         WHERE r.event = 'return' AND (c.amount IS NULL OR r.amount <> -c.amount)");
    PAYMENTS = both(
        "SELECT p.telegram_id, 'subscriptions of ' || p.provider || ' payment ' || p.charge_id,
             p.subscription_id, CAST(0 AS BIGINT), CAST(1 AS BIGINT)
         FROM payments p LEFT JOIN subscriptions s ON s.telegram_id = p.telegram_id
             AND s.id = p.subscription_id
         WHERE p.subscription_id IS NOT NULL AND s.id IS NULL
         UNION ALL
         SELECT p.telegram_id, 'is_active after the refund of ' || p.provider || ' payment '
                 || p.charge_id, p.subscription_id, 1, 0
         FROM payments p JOIN subscriptions s ON s.telegram_id = p.telegram_id
             AND s.id = p.subscription_id
         WHERE p.status = 'refunded' AND s.is_active
         UNION ALL
         SELECT telegram_id, 'payments of subscription', subscription_id, count(*), 1
         FROM payments WHERE subscription_id IS NOT NULL
         GROUP BY telegram_id, subscription_id HAVING count(*) > 1");
    PROMOCODES = both(
        "SELECT CAST(NULL AS BIGINT), 'current_uses of promo code ' || code, CAST(NULL AS UUID),
             CAST(SUM(held) AS BIGINT), CAST(SUM(told) AS BIGINT)
         FROM (SELECT code, current_uses AS held, unlisted_uses AS told FROM promocodes
               UNION ALL
               SELECT code, NULL, 1 FROM promocode_usage) AS sums
         GROUP BY code HAVING SUM(held) IS DISTINCT FROM SUM(told)");
}

/// Every statement whose rows are whose, what, of which id, what is, and what should be.
const SINGLE: [Statement; 9] =
    [WEEKS, STEPS, BALANCES, PLANS, GRANTS, ACTIVE, USES, PAYMENTS, PROMOCODES];

/// How much there is to recompute from.
pub async fn checked(connection: &mut Connection<'_>) -> Result<Checked, Error> {
    let (users,): (i64,) = sql!(connection, fetch_one, USERS)?;
    let (xp_events,): (i64,) = sql!(connection, fetch_one, XP_EVENTS)?;
    let (access_events,): (i64,) = sql!(connection, fetch_one, ACCESS_EVENTS)?;
    let (trainings,): (i64,) = sql!(connection, fetch_one, TRAININGS_HELD)?;
    let (payments,): (i64,) = sql!(connection, fetch_one, PAYMENTS_HELD)?;
    Ok(Checked { users, xp_events, access_events, trainings, payments })
}

/// All that is not as the ledgers say, by user.
pub async fn differences(connection: &mut Connection<'_>) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    for (statement, totals) in
        [(XP, ["total_xp", "level"]), (TRAININGS, ["total_trainings", "total_score"])]
    {
        let rows: Vec<(i64, i64, i64, i64, i64)> = sql!(connection, fetch_all, statement)?;
        for (telegram_id, is_one, one, is_other, other) in rows {
            for (what, is, should_be) in [(totals[0], is_one, one), (totals[1], is_other, other)] {
                if is != should_be {
                    let what = what.to_owned();
                    found.push(Difference {
                        telegram_id: Some(telegram_id),
                        what,
                        id: None,
                        is: Some(is),
                        should_be: Some(should_be),
                    });
                }
            }
        }
    }
    for statement in SINGLE {
        type Row = (Option<i64>, String, Option<Uuid>, Option<i64>, Option<i64>);
        let rows: Vec<Row> = sql!(connection, fetch_all, statement)?;
        found.extend(rows.into_iter().map(|(telegram_id, what, id, is, should_be)| Difference {
            telegram_id,
            what,
            id,
            is,
            should_be,
        }));
    }
    found.sort();
    Ok(found)
}
