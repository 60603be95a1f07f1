-- What a total counts and no row tells of, so that every total can be recomputed from rows: what
-- the old bot had counted, and the uses of users who were erased. Below 0 where the old bot had
-- written more rows than it counted.
--   total_trainings = unlisted_trainings + the user's rows of training_history
--   total_score     = unlisted_score + their scores
--   current_uses    = unlisted_uses + the code's rows of promocode_usage
ALTER TABLE users ADD COLUMN unlisted_trainings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN unlisted_score INTEGER NOT NULL DEFAULT 0;
ALTER TABLE promocodes ADD COLUMN unlisted_uses INTEGER NOT NULL DEFAULT 0;

-- Nobody could compare them until now: what is there is the start.
UPDATE users SET
    unlisted_trainings = total_trainings - (
        SELECT count(*) FROM training_history t WHERE t.telegram_id = users.telegram_id),
    unlisted_score = total_score - (
        SELECT COALESCE(SUM(t.total_score), 0) FROM training_history t
        WHERE t.telegram_id = users.telegram_id);
UPDATE promocodes SET unlisted_uses = current_uses - (
    SELECT count(*) FROM promocode_usage u WHERE u.code = promocodes.code);
