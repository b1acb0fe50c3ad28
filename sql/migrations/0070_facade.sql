-- migrate:up

-- json, unlike jsonb, keeps the text as it was written: a replayed answer is the first answer
-- byte for byte, whatever the code that replays it.
ALTER TABLE request_keys ALTER COLUMN body TYPE json USING body::json;

-- The facade looks after a workflow's run in Airflow: it triggers it, and later compares notes.
-- `check_after` is both the next time to look and the lease of whoever is looking.
ALTER TABLE workflow_instances
    ADD COLUMN trigger_attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN check_after timestamptz NOT NULL DEFAULT now();
CREATE INDEX workflow_instances_untriggered ON workflow_instances (check_after)
    WHERE triggered_at IS NULL AND end_timestamp IS NULL;

-- migrate:down

DROP INDEX workflow_instances_untriggered;
ALTER TABLE workflow_instances DROP COLUMN check_after, DROP COLUMN trigger_attempts;
ALTER TABLE request_keys ALTER COLUMN body TYPE jsonb USING body::jsonb;
