-- Celery messages as PostgreSQL knows them. Whoever locks a dispatch and its key in one
-- transaction locks the dispatch first.

-- name: record
-- A key has one open dispatch. Whoever asks again is given that one.
INSERT INTO agent_dispatches AS standing (
    task_id, idempotency_key, task_name, workflow_id, queue, kwargs, request_fingerprint)
VALUES (%(task_id)s, %(idempotency_key)s, %(task_name)s, %(workflow_id)s, %(queue)s, %(kwargs)s,
        %(fingerprint)s)
ON CONFLICT (idempotency_key, task_name) WHERE status IN ('PENDING', 'STARTED')
DO UPDATE SET last_sent_at = standing.last_sent_at
RETURNING task_id, task_name, queue, kwargs, request_fingerprint,
          task_id = %(task_id)s AS created;

-- name: fingerprint_of_key
-- What the key stood for before, if anything.
SELECT request_fingerprint
FROM idempotency_keys
WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
  AND (expires_at > clock_timestamp() OR status = 'processing');

-- name: lock
-- A cancelled or finished dispatch is not started, however often its message arrives.
SELECT status, request_fingerprint
FROM agent_dispatches WHERE task_id = %(task_id)s FOR UPDATE;

-- name: start
-- Work has really begun: the dispatch says so, and so does the task instance it stands for.
WITH begun AS (
    UPDATE agent_dispatches SET
        status = 'STARTED',
        started_at = coalesce(started_at, clock_timestamp())
    WHERE task_id = %(task_id)s AND status IN ('PENDING', 'STARTED')
    RETURNING task_id),
noted AS (
    UPDATE task_instances SET
        status = 'in_progress',
        start_timestamp = coalesce(start_timestamp, clock_timestamp()),
        last_updated_timestamp = clock_timestamp()
    FROM begun
    WHERE external_task_id = begun.task_id AND status IN ('pending', 'dispatched'))
SELECT pg_notify('agent_task', task_id::text) FROM begun;

-- name: settle_key
-- The key has its answer, and so has every dispatch that waits for it.
WITH settled AS (
    UPDATE agent_dispatches SET
        status = %(status)s,
        error = %(error)s,
        finished_at = clock_timestamp()
    WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
      AND status IN ('PENDING', 'STARTED')
    RETURNING task_id)
SELECT pg_notify('agent_task', task_id::text) FROM settled;

-- name: settle_one
-- This dispatch alone is answered.
WITH settled AS (
    UPDATE agent_dispatches SET
        status = %(status)s,
        error = %(error)s,
        finished_at = clock_timestamp()
    WHERE task_id = %(task_id)s AND status IN ('PENDING', 'STARTED')
    RETURNING task_id)
SELECT pg_notify('agent_task', task_id::text) FROM settled;

-- name: progress
-- Shown to whoever waits. Only the owner of the key speaks.
WITH told AS (
    UPDATE agent_dispatches AS dispatch SET progress = %(progress)s
    FROM idempotency_keys AS held
    WHERE dispatch.idempotency_key = %(idempotency_key)s AND dispatch.task_name = %(task_name)s
      AND dispatch.status IN ('PENDING', 'STARTED')
      AND held.idempotency_key = dispatch.idempotency_key
      AND held.task_name = dispatch.task_name
      AND held.fence = %(fence)s AND held.status = 'processing'
    RETURNING dispatch.task_id)
SELECT pg_notify('agent_task', task_id::text) FROM told;

-- name: cancel
-- Ends every open dispatch of the key the task id belongs to.
WITH stopped AS (
    UPDATE agent_dispatches AS dispatch SET
        status = 'REVOKED',
        cancel_requested_at = clock_timestamp(),
        finished_at = clock_timestamp()
    FROM agent_dispatches AS target
    WHERE target.task_id = %(task_id)s
      AND dispatch.idempotency_key = target.idempotency_key
      AND dispatch.task_name = target.task_name
      AND dispatch.status IN ('PENDING', 'STARTED')
    RETURNING dispatch.task_id, dispatch.idempotency_key, dispatch.task_name)
SELECT task_id, idempotency_key, task_name, pg_notify('agent_task', task_id::text)::text AS told
FROM stopped;

-- name: is_cancelled
-- Why an owner lost its key: cancelled, or taken over.
SELECT cancel_requested_at IS NOT NULL AS cancelled
FROM agent_dispatches WHERE task_id = %(task_id)s;

-- name: caller_of
-- Whose work a workflow is, and by what names its caller knows it.
SELECT user_id, jsonb_strip_nulls(jsonb_build_object(
           'client_workflow_id', client_workflow_id,
           'client_idempotency_key', client_idempotency_key,
           'request_id', context_data->'request_id',
           'traceparent', context_data->'traceparent')) AS names
FROM workflow_instances WHERE workflow_id = %(workflow_id)s;

-- name: take_due
-- What nobody claimed, with pauses that double, and what a dead worker left, as soon as its
-- lease is over and then with pauses that double. Each row goes to one taker.
UPDATE agent_dispatches SET sends = sends + 1, last_sent_at = clock_timestamp()
WHERE task_id IN (
    SELECT dispatch.task_id
    FROM agent_dispatches AS dispatch
    LEFT JOIN idempotency_keys AS held USING (idempotency_key, task_name)
    WHERE dispatch.status IN ('PENDING', 'STARTED')
      AND CASE WHEN held.status = 'processing' THEN
            held.lease_expires_at <= clock_timestamp()
            AND (dispatch.last_sent_at < held.lease_expires_at
                 OR clock_timestamp() - dispatch.last_sent_at > greatest(
                     make_interval(secs => %(after_seconds)s),
                     dispatch.last_sent_at - held.lease_expires_at))
          ELSE
            clock_timestamp() - dispatch.last_sent_at > least(
                make_interval(secs => %(ceiling_seconds)s),
                make_interval(secs => %(after_seconds)s) * power(2, least(sends - 1, 20)))
          END
    ORDER BY dispatch.last_sent_at
    LIMIT 100
    FOR UPDATE OF dispatch SKIP LOCKED)
RETURNING task_id, task_name, queue, kwargs, request_fingerprint, workflow_id, sends;

-- name: state
-- A dispatch is in the state of its key, whichever dispatch or send of it did the work.
SELECT dispatch.task_id, dispatch.task_name, dispatch.workflow_id, dispatch.progress,
       held.result_payload AS result,
       coalesce(dispatch.error, held.error_payload) AS error,
       CASE WHEN dispatch.status IN ('SUCCESS', 'FAILURE', 'REVOKED') THEN dispatch.status
            WHEN held.status = 'completed' THEN 'SUCCESS'
            WHEN held.status = 'failed'
                 AND NOT (held.error_payload ->> 'retryable')::boolean THEN 'FAILURE'
            WHEN held.status = 'processing' THEN 'STARTED'
            ELSE dispatch.status END AS status
FROM agent_dispatches AS dispatch
LEFT JOIN idempotency_keys AS held
    ON held.idempotency_key = dispatch.idempotency_key
    AND held.task_name = dispatch.task_name
    AND held.request_fingerprint = dispatch.request_fingerprint
WHERE dispatch.task_id = %(task_id)s;
