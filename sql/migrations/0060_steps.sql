-- migrate:up

-- Airflow's count of attempts at a task only ever rises, over retries and clears alike. With both
-- numbers of the last attempt at hand, an attempt can be told to be a retry (same budget) or a
-- person's Clear (new budget), whatever else was cleared in the same run meanwhile.
ALTER TABLE task_instances
    ADD COLUMN try_number integer NOT NULL DEFAULT 0,
    ADD COLUMN max_tries integer NOT NULL DEFAULT 0;

-- migrate:down

ALTER TABLE task_instances DROP COLUMN max_tries, DROP COLUMN try_number;
