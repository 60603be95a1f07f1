-- Every table of a user leads each of its keys with telegram_id, so that the schema can be
-- distributed by it; the others are small and global. docs/decisions/0001-telegram-id-as-key.md
-- COLLATE "C": sorted by code point, as SQLite does, so that pages are the same on both.

CREATE TABLE users (
    telegram_id        BIGINT      NOT NULL PRIMARY KEY CHECK (telegram_id > 0),
    username           TEXT,
    first_name         TEXT,
    last_name          TEXT,
    language_code      TEXT,
    -- username and names in lower case, for the operators' search
    search             TEXT        NOT NULL,
    leaderboard_hidden BOOLEAN     NOT NULL,
    referrer           BIGINT,
    total_xp           BIGINT      NOT NULL CHECK (total_xp >= 0),
    -- when total_xp took its value: who reached it first stands first
    xp_reached_at      TIMESTAMPTZ NOT NULL,
    level              BIGINT      NOT NULL,
    total_trainings    BIGINT      NOT NULL,
    total_score        BIGINT      NOT NULL,
    registration_date  TIMESTAMPTZ NOT NULL,
    last_activity      TIMESTAMPTZ NOT NULL
);
CREATE INDEX users_by_xp ON users (total_xp DESC, xp_reached_at, telegram_id);
CREATE INDEX users_by_registration ON users (registration_date);
CREATE INDEX users_by_referrer ON users (referrer) WHERE referrer IS NOT NULL;

-- The days on which a user wrote to a bot: what /figures counts.
CREATE TABLE activity_days (
    telegram_id BIGINT NOT NULL REFERENCES users ON DELETE CASCADE,
    bot_name    TEXT COLLATE "C"   NOT NULL,
    day         TEXT COLLATE "C"   NOT NULL,
    PRIMARY KEY (telegram_id, bot_name, day)
);
CREATE INDEX activity_days_by_day ON activity_days (day);

CREATE TABLE bot_sessions (
    telegram_id  BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    bot_name     TEXT COLLATE "C"        NOT NULL,
    session_data JSONB       NOT NULL,
    stats_data   JSONB       NOT NULL,
    version      BIGINT      NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, bot_name)
);

CREATE TABLE xp_events (
    telegram_id BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    id          UUID        NOT NULL,
    amount      BIGINT      NOT NULL,
    reason      TEXT,
    bot_name    TEXT COLLATE "C",
    key         TEXT COLLATE "C"        NOT NULL,
    total_after BIGINT      NOT NULL,
    level_after BIGINT      NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, id)
);
CREATE INDEX xp_events_by_time ON xp_events (telegram_id, created_at, id);

-- A week is written as its ISO name, such as 2026-W47.
CREATE TABLE xp_periods (
    telegram_id BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    week        TEXT COLLATE "C"        NOT NULL,
    xp          BIGINT      NOT NULL,
    reached_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, week)
);
CREATE INDEX xp_periods_board ON xp_periods (week, xp DESC, reached_at, telegram_id);

CREATE TABLE user_badges (
    telegram_id   BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    badge_type    TEXT COLLATE "C"        NOT NULL,
    earned_in_bot TEXT,
    earned_at     TIMESTAMPTZ NOT NULL,
    metadata      JSONB,
    PRIMARY KEY (telegram_id, badge_type)
);

CREATE TABLE subscriptions (
    telegram_id       BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    id                UUID        NOT NULL,
    subscription_type TEXT        NOT NULL CHECK (subscription_type IN ('month', 'year', 'credits')),
    start_date        TIMESTAMPTZ NOT NULL,
    end_date          TIMESTAMPTZ,
    -- false once it was revoked or refunded
    is_active         BOOLEAN     NOT NULL,
    auto_renew        BOOLEAN     NOT NULL,
    credits_total     BIGINT,
    credits_left      BIGINT CHECK (credits_left >= 0),
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, id)
);
CREATE INDEX subscriptions_by_end ON subscriptions (end_date, telegram_id, id);

CREATE TABLE free_trainings (
    telegram_id     BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    id              UUID        NOT NULL,
    trainings_left  BIGINT      NOT NULL CHECK (trainings_left >= 0),
    trainings_total BIGINT      NOT NULL,
    source          TEXT        NOT NULL CHECK (source IN ('channel', 'promocode', 'admin', 'referral')),
    -- what was rewarded: a channel, an invited user, a code; null for a channel = every channel
    reference       TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, id)
);
CREATE INDEX free_trainings_by_reference ON free_trainings (reference) WHERE source = 'referral';

-- amount: credits or trainings; for a month or year plan seconds of it, 0 when it was used.
CREATE TABLE access_events (
    telegram_id    BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    id             UUID        NOT NULL,
    event          TEXT        NOT NULL CHECK (event IN ('grant', 'consume', 'return', 'revoke')),
    access_type    TEXT        NOT NULL CHECK (access_type IN ('subscription', 'credits', 'free_trainings')),
    holding_id     UUID        NOT NULL,
    amount         BIGINT      NOT NULL,
    remaining      BIGINT,
    -- of a consumption: the id that it can be given back by; of a return: the same
    consumption_id UUID,
    bot_name       TEXT COLLATE "C",
    key            TEXT COLLATE "C"        NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, id)
);
CREATE INDEX access_events_by_holding ON access_events (telegram_id, holding_id);
CREATE UNIQUE INDEX access_events_by_consumption
    ON access_events (telegram_id, consumption_id, event);

CREATE TABLE training_history (
    telegram_id          BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    id                   UUID        NOT NULL,
    bot_name             TEXT COLLATE "C"        NOT NULL,
    training_date        TIMESTAMPTZ NOT NULL,
    scenario_name        TEXT,
    total_score          BIGINT      NOT NULL,
    clarity_level        BIGINT      NOT NULL,
    question_count       BIGINT      NOT NULL,
    contextual_questions BIGINT      NOT NULL,
    per_type_counts      JSONB,
    case_data            JSONB,
    session_snapshot     JSONB,
    created_at           TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, id)
);
CREATE INDEX training_history_by_date ON training_history (telegram_id, training_date, id);
CREATE INDEX training_history_by_day ON training_history (training_date);

CREATE TABLE payments (
    telegram_id     BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    provider        TEXT COLLATE "C"        NOT NULL,
    charge_id       TEXT COLLATE "C"        NOT NULL,
    amount          BIGINT      NOT NULL,
    currency        TEXT        NOT NULL,
    status          TEXT        NOT NULL CHECK (status IN ('pending', 'completed', 'failed', 'refunded')),
    tariff          TEXT COLLATE "C"        NOT NULL,
    description     TEXT,
    is_recurring    BOOLEAN     NOT NULL,
    -- what did not match the tariff, as a list
    mismatches      JSONB       NOT NULL,
    metadata        JSONB,
    bot_name        TEXT COLLATE "C",
    subscription_id UUID,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, provider, charge_id)
);
CREATE INDEX payments_by_time ON payments (created_at, telegram_id, provider, charge_id);
CREATE INDEX payments_by_refund ON payments (updated_at) WHERE status = 'refunded';

CREATE TABLE promocodes (
    code         TEXT COLLATE "C"        NOT NULL PRIMARY KEY,
    type         TEXT        NOT NULL CHECK (type IN ('trainings', 'free_month', 'credits')),
    value        BIGINT      NOT NULL,
    max_uses     BIGINT,
    current_uses BIGINT      NOT NULL,
    expires_at   TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL
);

CREATE TABLE promocode_usage (
    telegram_id BIGINT      NOT NULL REFERENCES users ON DELETE CASCADE,
    code        TEXT COLLATE "C"        NOT NULL,
    used_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, code)
);

CREATE TABLE bots (
    bot_name   TEXT COLLATE "C"        NOT NULL PRIMARY KEY,
    title      TEXT,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE api_keys (
    key_id       UUID        NOT NULL PRIMARY KEY,
    -- null: an operator's key
    bot_name     TEXT COLLATE "C" REFERENCES bots,
    hash         BYTEA       NOT NULL UNIQUE,
    created_at   TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    expires_at   TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ
);

CREATE TABLE levels (
    level  BIGINT NOT NULL PRIMARY KEY,
    min_xp BIGINT NOT NULL,
    title  TEXT
);
INSERT INTO levels (level, min_xp) VALUES (1, 0), (2, 501), (3, 1501), (4, 3001), (5, 5001);

CREATE TABLE badges (
    badge_type   TEXT COLLATE "C"  NOT NULL PRIMARY KEY,
    titles       JSONB NOT NULL,
    descriptions JSONB NOT NULL,
    icon         TEXT
);

CREATE TABLE tariffs (
    tariff            TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    title             TEXT    NOT NULL,
    active            BOOLEAN NOT NULL,
    subscription_type TEXT    NOT NULL CHECK (subscription_type IN ('month', 'year', 'credits')),
    duration_days     BIGINT,
    credits           BIGINT,
    prices            JSONB   NOT NULL
);

-- No foreign key: a first contact is remembered in the transaction that creates the user.
CREATE TABLE idempotency_keys (
    telegram_id BIGINT      NOT NULL,
    bot_name    TEXT COLLATE "C"        NOT NULL,
    key         TEXT COLLATE "C"        NOT NULL,
    fingerprint BYTEA       NOT NULL,
    status      BIGINT      NOT NULL,
    body        TEXT        NOT NULL,
    etag        BIGINT,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (telegram_id, bot_name, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

-- What outlives an erased user: payments without telegram_id, and an HMAC per used bonus and code.
CREATE TABLE erased_payments (
    -- of telegram_id, provider and charge
    hmac       BYTEA NOT NULL PRIMARY KEY,
    provider   TEXT COLLATE "C"        NOT NULL,
    charge_id  TEXT COLLATE "C"        NOT NULL,
    amount     BIGINT      NOT NULL,
    currency   TEXT        NOT NULL,
    status     TEXT        NOT NULL,
    tariff     TEXT COLLATE "C"        NOT NULL,
    bot_name   TEXT COLLATE "C",
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    erased_at  TIMESTAMPTZ NOT NULL
);
CREATE TABLE erased_uses (
    hmac BYTEA NOT NULL PRIMARY KEY
);
-- The key of those HMACs; made by the first erasure.
CREATE TABLE erasure_secret (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    secret BYTEA  NOT NULL
);
