-- A session that is opened without writing: WITH_USER of service/src/store/sessions.rs for one user,
-- chosen as in load/load.lua. The other variables come from the command line.
\set rank int(pow(100000, random(0, 999999) / 1000000.0) - 0.5)
\set id 1 + :rank * 7919 % 100000
SELECT u.telegram_id, u.username, u.first_name, u.last_name, u.language_code, u.leaderboard_hidden,
    u.total_xp, u.level, u.total_trainings, u.total_score, u.registration_date, u.last_activity,
    s.bot_name, s.session_data, s.stats_data, s.version, s.created_at, s.updated_at,
    d.day IS NOT NULL AS seen_today,
    (SELECT COALESCE(json_agg(held), '[]') FROM (
        SELECT id, CASE subscription_type WHEN 'credits' THEN 'credits' ELSE 'subscription' END
                AS access_type,
            subscription_type, NULL AS source, start_date, end_date, credits_total AS total,
            credits_left AS "left"
        FROM subscriptions
        WHERE telegram_id = :id AND is_active AND (end_date IS NULL OR end_date > :now)
            AND (credits_left IS NULL OR credits_left > 0)
        UNION ALL
        SELECT id, 'free_trainings', NULL, source, created_at, NULL, trainings_total, trainings_left
        FROM free_trainings WHERE telegram_id = :id AND trainings_left > 0) held) AS holdings,
    (SELECT COALESCE(json_agg(badge ORDER BY badge_type), '[]') FROM (
        SELECT badge_type, earned_in_bot, earned_at, metadata
        FROM user_badges WHERE telegram_id = :id) badge) AS badges
FROM users u
JOIN bot_sessions s ON s.telegram_id = u.telegram_id AND s.bot_name = :bot
LEFT JOIN activity_days d
    ON d.telegram_id = u.telegram_id AND d.bot_name = :bot AND d.day = :day
WHERE u.telegram_id = :id;
