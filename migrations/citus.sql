-- Shards the tables over a Citus cluster: those of a user by telegram_id, so that a user's rows lie
-- together on one node, and the small global ones whole on every node. docs/scaling.md
--
-- On the coordinator, once its nodes are added, after `service migrate` and before there is data:
--
--     psql -v ON_ERROR_STOP=1 --single-transaction -f migrations/citus.sql postgres://…
--
-- It can be run again, and has to be after an upgrade that adds tables: what is distributed stays
-- as it is. A migration that adds a table adds its name here.

DO $$
DECLARE
    name TEXT;
BEGIN
    -- Whatever refers to a table comes after it.
    FOREACH name IN ARRAY ARRAY[
        'schema_migrations',
        'bots',
        'api_keys',
        'levels',
        'badges',
        'tariffs',
        'promocodes',
        'erased_payments',
        'erased_uses',
        'erasure_secret'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = name::regclass) THEN
            PERFORM create_reference_table(name::regclass);
        END IF;
    END LOOP;

    FOREACH name IN ARRAY ARRAY[
        'users',
        'activity_days',
        'bot_sessions',
        'xp_events',
        'xp_periods',
        'user_badges',
        'subscriptions',
        'free_trainings',
        'access_events',
        'training_history',
        'payments',
        'promocode_usage',
        'idempotency_keys'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = name::regclass) THEN
            PERFORM create_distributed_table(
                name::regclass,
                'telegram_id',
                colocate_with => CASE name WHEN 'users' THEN 'none' ELSE 'users' END
            );
        END IF;
    END LOOP;
END
$$;
