-- migrate:up

-- Fences only ever rise, for one key and over all of them, even after a key expired and
-- its row was swept away: a zombie can never meet its own number again.
CREATE SEQUENCE idempotency_fences;
ALTER TABLE idempotency_keys ALTER COLUMN fence SET DEFAULT nextval('idempotency_fences');

-- What was asked, so that one key with two different requests is seen at the door.
ALTER TABLE agent_dispatches ADD COLUMN request_fingerprint text NOT NULL DEFAULT '';

-- A key has at most one open dispatch: two submits at once meet here.
CREATE UNIQUE INDEX agent_dispatches_open_by_key ON agent_dispatches (idempotency_key, task_name)
    WHERE status IN ('PENDING', 'STARTED');

-- A starting agent marks the task instance that stands for its dispatch.
CREATE INDEX task_instances_by_external_task ON task_instances (external_task_id)
    WHERE external_task_id IS NOT NULL;

-- migrate:down

DROP INDEX task_instances_by_external_task;
DROP INDEX agent_dispatches_open_by_key;
ALTER TABLE agent_dispatches DROP COLUMN request_fingerprint;
ALTER TABLE idempotency_keys ALTER COLUMN fence SET DEFAULT 1;
DROP SEQUENCE idempotency_fences;
