-- The tables of the old bot as SQLAlchemy made them on PostgreSQL.
CREATE TYPE subscriptiontype AS ENUM ('MONTH', 'YEAR', 'CREDITS');
CREATE TYPE freetrainingsource AS ENUM ('CHANNEL', 'PROMOCODE', 'ADMIN');
CREATE TYPE paymentstatus AS ENUM ('PENDING', 'COMPLETED', 'FAILED', 'REFUNDED');
CREATE TABLE users (
    id SERIAL PRIMARY KEY, telegram_id INTEGER NOT NULL UNIQUE, username VARCHAR(255),
    first_name VARCHAR(255), last_name VARCHAR(255), registration_date TIMESTAMP NOT NULL,
    last_activity TIMESTAMP NOT NULL, total_xp INTEGER NOT NULL, level INTEGER NOT NULL,
    total_trainings INTEGER NOT NULL, total_score INTEGER NOT NULL);
CREATE TABLE promocodes (
    id SERIAL PRIMARY KEY, code VARCHAR(50) NOT NULL UNIQUE, type VARCHAR(50) NOT NULL,
    value INTEGER NOT NULL, max_uses INTEGER, current_uses INTEGER NOT NULL, expires_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL);
CREATE TABLE training_users (
    id SERIAL PRIMARY KEY, telegram_id INTEGER NOT NULL UNIQUE, username VARCHAR(255),
    first_name VARCHAR(255), last_name VARCHAR(255), registration_date TIMESTAMP NOT NULL,
    last_activity TIMESTAMP NOT NULL, session_data JSON, stats_data JSON,
    created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL);
CREATE TABLE user_badges (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
    badge_type VARCHAR(100) NOT NULL, earned_in_bot VARCHAR(50) NOT NULL,
    earned_at TIMESTAMP NOT NULL, badge_metadata JSON);
CREATE TABLE subscriptions (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
    subscription_type subscriptiontype NOT NULL, start_date TIMESTAMP NOT NULL, end_date TIMESTAMP,
    is_active BOOLEAN NOT NULL, auto_renew BOOLEAN NOT NULL, credits_total INTEGER,
    credits_left INTEGER, created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL);
CREATE TABLE payments (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, amount NUMERIC(10, 2) NOT NULL,
    currency VARCHAR(3) NOT NULL, provider VARCHAR(50) NOT NULL, payment_id VARCHAR(255),
    status paymentstatus NOT NULL, tariff VARCHAR(50) NOT NULL, description TEXT,
    payment_metadata TEXT, created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL);
CREATE TABLE promocode_usage (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
    promocode_id INTEGER NOT NULL REFERENCES promocodes, used_at TIMESTAMP NOT NULL);
CREATE TABLE free_trainings (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
    trainings_left INTEGER NOT NULL, source freetrainingsource NOT NULL,
    created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL);
CREATE TABLE bot_sessions (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, bot_name VARCHAR(50) NOT NULL,
    session_data JSON NOT NULL, stats_data JSON NOT NULL, created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL);
CREATE TABLE training_history (
    id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, telegram_id INTEGER NOT NULL,
    training_date TIMESTAMP NOT NULL, scenario_name VARCHAR(255), total_score INTEGER NOT NULL,
    clarity_level INTEGER NOT NULL, question_count INTEGER NOT NULL,
    contextual_questions INTEGER NOT NULL, per_type_counts JSON, case_data JSON,
    session_snapshot JSON, created_at TIMESTAMP NOT NULL);
