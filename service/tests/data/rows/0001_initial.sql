-- A row in every table of the first schema: what a service that was upgraded long since has.
-- X'…' stands for the bytes of an id (16) or of a hash (32), as the test writes them for each engine.

INSERT INTO users VALUES (1, 'johndoe', 'John', NULL, 'en', 'johndoe john', FALSE, 2, 150,
    '2026-11-20T10:00:00.000001Z', 1, 1, 150, '2026-11-01T10:00:00.000001Z', '2026-11-20T10:00:00.000001Z');
INSERT INTO activity_days VALUES (1, 'spin_bot', '2026-11-20');
INSERT INTO bots VALUES ('spin_bot', 'SPIN', '2026-11-01T10:00:00.000001Z');
INSERT INTO bot_sessions VALUES (1, 'spin_bot', '{"chat_state": "new", "n": 0.1}', '{"best_score": 150}', 7,
    '2026-11-01T10:00:00.000001Z', '2026-11-20T10:00:00.000001Z');

INSERT INTO xp_events VALUES (1, X'019ab0c27f3e7c519d353c1fe8a1c901', 150, 'training', 'spin_bot',
    'bootstrap:spin_bot', 150, 1, '2026-11-20T10:00:00.000001Z');
INSERT INTO xp_periods VALUES (1, '2026-W47', 150, '2026-11-20T10:00:00.000001Z');
INSERT INTO training_history VALUES (1, X'019ab0c27f3e7c519d353c1fe8a1c902', 'spin_bot',
    '2026-11-20T10:00:00.000001Z', 'spin_sales', 150, 85, 8, 3, '{"problem": 8}', '{"company": "A"}',
    '{"n": 1}', '2026-11-20T10:00:00.000001Z');
INSERT INTO user_badges VALUES (1, 'first', 'spin_bot', '2026-11-20T10:00:00.000001Z', '{"score": 150}');

INSERT INTO subscriptions VALUES
    (1, X'019ab0c27f3e7c519d353c1fe8a1c903', 'month', '2026-11-01T10:00:00.000001Z',
        '2026-12-01T10:00:00.000001Z', TRUE, TRUE, NULL, NULL, '2026-11-01T10:00:00.000001Z',
        '2026-11-01T10:00:00.000001Z'),
    (1, X'019ab0c27f3e7c519d353c1fe8a1c904', 'credits', '2026-10-01T10:00:00.000001Z', NULL, TRUE, FALSE,
        5, 4, '2026-10-01T10:00:00.000001Z', '2026-10-02T10:00:00.000001Z');
INSERT INTO free_trainings VALUES
    (1, X'019ab0c27f3e7c519d353c1fe8a1c905', 2, 2, 'channel', '@spin', '2026-11-01T10:00:00.000001Z',
        '2026-11-01T10:00:00.000001Z'),
    (1, X'019ab0c27f3e7c519d353c1fe8a1c906', 3, 3, 'promocode', 'HELLO', '2026-11-01T10:00:00.000001Z',
        '2026-11-01T10:00:00.000001Z');
INSERT INTO access_events VALUES
    (1, X'019ab0c27f3e7c519d353c1fe8a1c907', 'grant', 'credits', X'019ab0c27f3e7c519d353c1fe8a1c904', 5,
        NULL, NULL, 'spin_bot', 'bootstrap:spin_bot', '2026-10-01T10:00:00.000001Z'),
    (1, X'019ab0c27f3e7c519d353c1fe8a1c908', 'consume', 'credits', X'019ab0c27f3e7c519d353c1fe8a1c904', -1,
        4, X'019ab0c27f3e7c519d353c1fe8a1c90f', 'spin_bot', 'bootstrap:spin_bot', '2026-10-02T10:00:00.000001Z'),
    (1, X'019ab0c27f3e7c519d353c1fe8a1c909', 'grant', 'subscription', X'019ab0c27f3e7c519d353c1fe8a1c903',
        2592000, NULL, NULL, 'spin_bot', 'bootstrap:spin_bot', '2026-11-01T10:00:00.000001Z'),
    (1, X'019ab0c27f3e7c519d353c1fe8a1c90a', 'grant', 'free_trainings', X'019ab0c27f3e7c519d353c1fe8a1c905',
        2, NULL, NULL, 'spin_bot', 'bootstrap:spin_bot', '2026-11-01T10:00:00.000001Z'),
    (1, X'019ab0c27f3e7c519d353c1fe8a1c90b', 'grant', 'free_trainings', X'019ab0c27f3e7c519d353c1fe8a1c906',
        3, NULL, NULL, 'spin_bot', 'bootstrap:spin_bot', '2026-11-01T10:00:00.000001Z');
INSERT INTO tariffs VALUES ('month', 'A month', TRUE, 'month', 30, NULL,
    '[{"currency": "XTR", "amount": 500}]');
INSERT INTO payments VALUES (1, 'telegram_stars', 'charge', 500, 'XTR', 'completed', 'month', 'A month', TRUE,
    '[]', NULL, 'spin_bot', X'019ab0c27f3e7c519d353c1fe8a1c903', '2026-11-01T10:00:00.000001Z',
    '2026-11-01T10:00:00.000001Z');
INSERT INTO promocodes VALUES ('HELLO', 'trainings', 3, NULL, 1, NULL, '2026-11-01T10:00:00.000001Z');
INSERT INTO promocode_usage VALUES (1, 'HELLO', '2026-11-01T10:00:00.000001Z');
INSERT INTO badges VALUES ('first', '{"en": "The first"}', '{}', NULL);

-- The hash of spn_0123456789ABCDEFGHIJKLMNOPQRST0ZzLji.
INSERT INTO api_keys VALUES (X'019ab0c27f3e7c519d353c1fe8a1c90c', 'spin_bot',
    X'bf9ffbf68ddeb3c250208bf53260d7a8096e362f4d86e492c3c35ab1e12c0a97', '2026-11-01T10:00:00.000001Z',
    NULL, NULL, NULL);
-- POST /users/1/xp of {"amount":150}.
INSERT INTO idempotency_keys VALUES (1, 'spin_bot', 'k',
    X'3df870896d86d4a83acb39ff4443229663bf20c83631c490605976e06da44c80', 200,
    '{"leveled_up":false,"old_level":1,"new_level":1,"total_xp":150}', NULL, '2026-11-20T10:00:00.000001Z');

INSERT INTO erased_payments VALUES
    (X'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'telegram_stars', 'gone', 500, 'XTR',
        'completed', 'month', 'spin_bot', '2026-11-01T10:00:00.000001Z', '2026-11-01T10:00:00.000001Z',
        '2026-11-02T10:00:00.000001Z');
INSERT INTO erased_uses VALUES (X'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb');
INSERT INTO erasure_secret VALUES (1, X'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc');
