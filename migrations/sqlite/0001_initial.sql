-- Every table of a user leads each of its keys with telegram_id, so that the schema can be
-- distributed by it; the others are small and global. Times are RFC 3339 in UTC with microseconds,
-- truth values 0 and 1, JSON is text, ids are the 16 bytes of a UUID. docs/decisions/0001-telegram-id-as-key.md

CREATE TABLE users (
    telegram_id        INTEGER NOT NULL PRIMARY KEY CHECK (telegram_id > 0),
    username           TEXT,
    first_name         TEXT,
    last_name          TEXT,
    language_code      TEXT,
    -- username and names in lower case, for the operators' search
    search             TEXT    NOT NULL,
    leaderboard_hidden INTEGER NOT NULL,
    referrer           INTEGER,
    total_xp           INTEGER NOT NULL CHECK (total_xp >= 0),
    -- when total_xp took its value: who reached it first stands first
    xp_reached_at      TEXT    NOT NULL,
    level              INTEGER NOT NULL,
    total_trainings    INTEGER NOT NULL,
    total_score        INTEGER NOT NULL,
    registration_date  TEXT    NOT NULL,
    last_activity      TEXT    NOT NULL
) STRICT;
CREATE INDEX users_by_xp ON users (total_xp DESC, xp_reached_at, telegram_id);
CREATE INDEX users_by_registration ON users (registration_date);
CREATE INDEX users_by_referrer ON users (referrer) WHERE referrer IS NOT NULL;

-- The days on which a user wrote to a bot: what /figures counts.
CREATE TABLE activity_days (
    telegram_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    bot_name    TEXT    NOT NULL,
    day         TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, bot_name, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_days_by_day ON activity_days (day);

CREATE TABLE bot_sessions (
    telegram_id  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    bot_name     TEXT    NOT NULL,
    session_data TEXT    NOT NULL,
    stats_data   TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, bot_name)
) STRICT;

CREATE TABLE xp_events (
    telegram_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id          BLOB    NOT NULL,
    amount      INTEGER NOT NULL,
    reason      TEXT,
    bot_name    TEXT,
    key         TEXT    NOT NULL,
    total_after INTEGER NOT NULL,
    level_after INTEGER NOT NULL,
    created_at  TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, id)
) STRICT;
CREATE INDEX xp_events_by_time ON xp_events (telegram_id, created_at, id);

-- A week is written as its ISO name, such as 2026-W47.
CREATE TABLE xp_periods (
    telegram_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    week        TEXT    NOT NULL,
    xp          INTEGER NOT NULL,
    reached_at  TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, week)
) STRICT, WITHOUT ROWID;
CREATE INDEX xp_periods_board ON xp_periods (week, xp DESC, reached_at, telegram_id);

CREATE TABLE user_badges (
    telegram_id   INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    badge_type    TEXT    NOT NULL,
    earned_in_bot TEXT,
    earned_at     TEXT    NOT NULL,
    metadata      TEXT,
    PRIMARY KEY (telegram_id, badge_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    telegram_id       INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id                BLOB    NOT NULL,
    subscription_type TEXT    NOT NULL CHECK (subscription_type IN ('month', 'year', 'credits')),
    start_date        TEXT    NOT NULL,
    end_date          TEXT,
    -- false once it was revoked or refunded
    is_active         INTEGER NOT NULL,
    auto_renew        INTEGER NOT NULL,
    credits_total     INTEGER,
    credits_left      INTEGER CHECK (credits_left >= 0),
    created_at        TEXT    NOT NULL,
    updated_at        TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, id)
) STRICT;
CREATE INDEX subscriptions_by_end ON subscriptions (end_date, telegram_id, id);

CREATE TABLE free_trainings (
    telegram_id     INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id              BLOB    NOT NULL,
    trainings_left  INTEGER NOT NULL CHECK (trainings_left >= 0),
    trainings_total INTEGER NOT NULL,
    source          TEXT    NOT NULL CHECK (source IN ('channel', 'promocode', 'admin', 'referral')),
    -- what was rewarded: a channel, an invited user, a code; null for a channel = every channel
    reference       TEXT,
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, id)
) STRICT;
CREATE INDEX free_trainings_by_reference ON free_trainings (reference) WHERE source = 'referral';

-- amount: credits or trainings; for a month or year plan seconds of it, 0 when it was used.
CREATE TABLE access_events (
    telegram_id    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id             BLOB    NOT NULL,
    event          TEXT    NOT NULL CHECK (event IN ('grant', 'consume', 'return', 'revoke')),
    access_type    TEXT    NOT NULL CHECK (access_type IN ('subscription', 'credits', 'free_trainings')),
    holding_id     BLOB    NOT NULL,
    amount         INTEGER NOT NULL,
    remaining      INTEGER,
    -- of a consumption: the id that it can be given back by; of a return: the same
    consumption_id BLOB,
    bot_name       TEXT,
    key            TEXT    NOT NULL,
    created_at     TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, id)
) STRICT;
CREATE INDEX access_events_by_holding ON access_events (telegram_id, holding_id);
CREATE UNIQUE INDEX access_events_by_consumption
    ON access_events (telegram_id, consumption_id, event);

CREATE TABLE training_history (
    telegram_id          INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    id                   BLOB    NOT NULL,
    bot_name             TEXT    NOT NULL,
    training_date        TEXT    NOT NULL,
    scenario_name        TEXT,
    total_score          INTEGER NOT NULL,
    clarity_level        INTEGER NOT NULL,
    question_count       INTEGER NOT NULL,
    contextual_questions INTEGER NOT NULL,
    per_type_counts      TEXT,
    case_data            TEXT,
    session_snapshot     TEXT,
    created_at           TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, id)
) STRICT;
CREATE INDEX training_history_by_date ON training_history (telegram_id, training_date, id);
CREATE INDEX training_history_by_day ON training_history (training_date);

CREATE TABLE payments (
    telegram_id     INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    provider        TEXT    NOT NULL,
    charge_id       TEXT    NOT NULL,
    amount          INTEGER NOT NULL,
    currency        TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'refunded')),
    tariff          TEXT    NOT NULL,
    description     TEXT,
    is_recurring    INTEGER NOT NULL,
    -- what did not match the tariff, as a list
    mismatches      TEXT    NOT NULL,
    metadata        TEXT,
    bot_name        TEXT,
    subscription_id BLOB,
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, provider, charge_id)
) STRICT;
CREATE INDEX payments_by_time ON payments (created_at, telegram_id, provider, charge_id);
CREATE INDEX payments_by_refund ON payments (updated_at) WHERE status = 'refunded';

CREATE TABLE promocodes (
    code         TEXT    NOT NULL PRIMARY KEY,
    type         TEXT    NOT NULL CHECK (type IN ('trainings', 'free_month', 'credits')),
    value        INTEGER NOT NULL,
    max_uses     INTEGER,
    current_uses INTEGER NOT NULL,
    expires_at   TEXT,
    created_at   TEXT    NOT NULL
) STRICT;

CREATE TABLE promocode_usage (
    telegram_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    code        TEXT    NOT NULL,
    used_at     TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE bots (
    bot_name   TEXT    NOT NULL PRIMARY KEY,
    title      TEXT,
    created_at TEXT    NOT NULL
) STRICT;

CREATE TABLE api_keys (
    key_id       BLOB    NOT NULL PRIMARY KEY,
    -- null: an operator's key
    bot_name     TEXT REFERENCES bots,
    hash         BLOB    NOT NULL UNIQUE,
    created_at   TEXT    NOT NULL,
    last_used_at TEXT,
    expires_at   TEXT,
    revoked_at   TEXT
) STRICT;

CREATE TABLE levels (
    level  INTEGER NOT NULL PRIMARY KEY,
    min_xp INTEGER NOT NULL,
    title  TEXT
) STRICT;
INSERT INTO levels (level, min_xp) VALUES (1, 0), (2, 501), (3, 1501), (4, 3001), (5, 5001);

CREATE TABLE badges (
    badge_type   TEXT    NOT NULL PRIMARY KEY,
    titles       TEXT    NOT NULL,
    descriptions TEXT    NOT NULL,
    icon         TEXT
) STRICT;

CREATE TABLE tariffs (
    tariff            TEXT    NOT NULL PRIMARY KEY,
    title             TEXT    NOT NULL,
    active            INTEGER NOT NULL,
    subscription_type TEXT    NOT NULL CHECK (subscription_type IN ('month', 'year', 'credits')),
    duration_days     INTEGER,
    credits           INTEGER,
    prices            TEXT    NOT NULL
) STRICT;

-- No foreign key: a first contact is remembered in the transaction that creates the user.
CREATE TABLE idempotency_keys (
    telegram_id INTEGER NOT NULL,
    bot_name    TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    etag        INTEGER,
    created_at  TEXT    NOT NULL,
    PRIMARY KEY (telegram_id, bot_name, key)
) STRICT;
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

-- What outlives an erased user: payments without telegram_id, and an HMAC per used bonus and code.
CREATE TABLE erased_payments (
    -- of telegram_id, provider and charge
    hmac       BLOB NOT NULL PRIMARY KEY,
    provider   TEXT    NOT NULL,
    charge_id  TEXT    NOT NULL,
    amount     INTEGER NOT NULL,
    currency   TEXT    NOT NULL,
    status     TEXT    NOT NULL,
    tariff     TEXT    NOT NULL,
    bot_name   TEXT,
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    erased_at  TEXT    NOT NULL
) STRICT;
CREATE TABLE erased_uses (
    hmac BLOB    NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
-- The key of those HMACs; made by the first erasure.
CREATE TABLE erasure_secret (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    secret BLOB    NOT NULL
) STRICT;
