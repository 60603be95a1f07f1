-- A session PUT: WRITE of service/src/store/sessions.rs, with users chosen as in load/load.lua.
-- The other variables come from the command line.
\set rank int(pow(100000, random(0, 999999) / 1000000.0) - 0.5)
\set id 1 + :rank * 7919 % 100000
INSERT INTO bot_sessions (telegram_id, bot_name, session_data, stats_data, version, created_at,
    updated_at)
VALUES (:id, :bot, :session, :stats, 1, :now, :now)
ON CONFLICT (telegram_id, bot_name) DO UPDATE
SET session_data = CASE WHEN :yes THEN excluded.session_data ELSE bot_sessions.session_data END,
    stats_data = CASE WHEN :yes THEN excluded.stats_data ELSE bot_sessions.stats_data END,
    version = bot_sessions.version + 1, updated_at = excluded.updated_at
RETURNING version, created_at;
