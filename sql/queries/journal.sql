-- What model calls gave, by content, and every attempt at one.

-- name: find
-- A call that finished before is not made again.
SELECT result FROM call_journal
WHERE call_key = %(call_key)s AND expires_at > clock_timestamp();

-- name: keep
-- The first result of a call stays; one whose time is over is replaced.
INSERT INTO call_journal AS kept (call_key, kind, user_id, result)
VALUES (%(call_key)s, %(kind)s, %(user_id)s, %(result)s)
ON CONFLICT (call_key) DO UPDATE SET
    result = CASE WHEN kept.expires_at <= clock_timestamp()
        THEN excluded.result ELSE kept.result END,
    created_at = CASE WHEN kept.expires_at <= clock_timestamp()
        THEN excluded.created_at ELSE kept.created_at END,
    expires_at = CASE WHEN kept.expires_at <= clock_timestamp()
        THEN excluded.expires_at ELSE kept.expires_at END
RETURNING result;

-- name: begin
-- Written before the call is made, so that a call that died with its worker is still seen.
INSERT INTO call_ledger (call_key, kind, workflow_id, task_name, idempotency_key, fence, model)
VALUES (%(call_key)s, %(kind)s, %(workflow_id)s, %(task_name)s, %(idempotency_key)s,
        %(fence)s, %(model)s)
RETURNING call_id;

-- name: finish
-- How an attempt ended, and what it cost.
UPDATE call_ledger SET
    outcome = %(outcome)s,
    units = %(units)s,
    cost_usd = %(cost_usd)s,
    error = %(error)s,
    finished_at = clock_timestamp()
WHERE call_id = %(call_id)s AND outcome = 'started';

-- name: note_reuse
-- An answer out of the journal costs nothing, and is recorded as such.
INSERT INTO call_ledger (call_key, kind, workflow_id, task_name, idempotency_key, fence, model,
                         outcome, finished_at)
VALUES (%(call_key)s, %(kind)s, %(workflow_id)s, %(task_name)s, %(idempotency_key)s,
        %(fence)s, %(model)s, 'reused', clock_timestamp());
