-- Who may do a piece of work, and what came of it. Only the database clock is asked, and as
-- clock_timestamp(): now() would stand still while a statement waits for another's lock.

-- name: claim
-- One statement decides. It returns a row to the one caller that now owns the key, and to
-- nobody else: the key is new, its time is over, its owner's lease is over, or its last
-- attempt failed in a way that may be tried again.
INSERT INTO idempotency_keys AS held (
    idempotency_key, task_name, workflow_id, status, request_fingerprint, owner,
    lease_expires_at, expires_at)
VALUES (
    %(idempotency_key)s, %(task_name)s, %(workflow_id)s, 'processing', %(fingerprint)s, %(owner)s,
    clock_timestamp() + make_interval(secs => %(lease_seconds)s),
    clock_timestamp() + make_interval(secs => %(retention_seconds)s))
ON CONFLICT (idempotency_key, task_name) DO UPDATE SET
    workflow_id = excluded.workflow_id,
    status = 'processing',
    request_fingerprint = excluded.request_fingerprint,
    result_payload = NULL,
    error_payload = NULL,
    owner = excluded.owner,
    fence = nextval('idempotency_fences'),
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s),
    attempts = CASE WHEN held.expires_at <= clock_timestamp() THEN 1 ELSE held.attempts + 1 END,
    updated_at = clock_timestamp(),
    expires_at = clock_timestamp() + make_interval(secs => %(retention_seconds)s)
WHERE (held.expires_at <= clock_timestamp()
       AND (held.status <> 'processing' OR held.lease_expires_at <= clock_timestamp()))
   OR (held.request_fingerprint = excluded.request_fingerprint
       AND held.attempts < %(attempts_cap)s
       AND ((held.status = 'processing' AND held.lease_expires_at <= clock_timestamp())
            OR (held.status = 'failed' AND (held.error_payload ->> 'retryable')::boolean)))
RETURNING fence, attempts;

-- name: look
-- What a caller that did not get the key is told.
SELECT status, request_fingerprint, result_payload, error_payload, attempts,
       extract(epoch FROM lease_expires_at - clock_timestamp())::double precision AS lease_left
FROM idempotency_keys
WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
  AND (expires_at > clock_timestamp()
       OR (status = 'processing' AND lease_expires_at > clock_timestamp()));

-- name: give_up
-- All attempts are spent: the last error, or the last death, becomes final.
UPDATE idempotency_keys SET
    error_payload = CASE WHEN status = 'failed'
        THEN error_payload || '{"retryable": false}' ELSE %(error)s END,
    status = 'failed',
    fence = nextval('idempotency_fences'),
    lease_expires_at = NULL,
    updated_at = clock_timestamp()
WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
  AND attempts >= %(attempts_cap)s
  AND ((status = 'processing' AND lease_expires_at <= clock_timestamp())
       OR (status = 'failed' AND (error_payload ->> 'retryable')::boolean));

-- name: renew
-- A late renewal is good as long as nobody took the key over.
UPDATE idempotency_keys SET
    lease_expires_at = clock_timestamp() + make_interval(secs => %(lease_seconds)s),
    updated_at = clock_timestamp()
WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
  AND fence = %(fence)s AND status = 'processing';

-- name: guard
-- Holds the key still until the writes of this transaction are committed.
SELECT fence
FROM idempotency_keys
WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
  AND fence = %(fence)s AND status = 'processing'
FOR SHARE;

-- name: complete
-- The one committed result of a key.
WITH done AS (
    UPDATE idempotency_keys SET
        status = 'completed',
        result_payload = %(result)s,
        lease_expires_at = NULL,
        updated_at = clock_timestamp(),
        expires_at = clock_timestamp() + make_interval(secs => %(retention_seconds)s)
    WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
      AND fence = %(fence)s AND status = 'processing'
    RETURNING idempotency_key)
SELECT pg_notify('idempotency_key', idempotency_key) FROM done;

-- name: fail
-- Whether the key may be claimed again stands in the error itself.
WITH done AS (
    UPDATE idempotency_keys SET
        status = 'failed',
        error_payload = %(error)s,
        lease_expires_at = NULL,
        updated_at = clock_timestamp(),
        expires_at = clock_timestamp() + make_interval(secs => %(retention_seconds)s)
    WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
      AND fence = %(fence)s AND status = 'processing'
    RETURNING idempotency_key)
SELECT pg_notify('idempotency_key', idempotency_key) FROM done;

-- name: release
-- The owner stops before the end. The fence rises, so that what it still writes is refused,
-- and the attempt does not count. The lease keeps others away until the time is over.
UPDATE idempotency_keys SET
    lease_expires_at = clock_timestamp() + make_interval(secs => %(seconds)s),
    fence = nextval('idempotency_fences'),
    attempts = attempts - 1,
    updated_at = clock_timestamp()
WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
  AND fence = %(fence)s AND status = 'processing';

-- name: revoke
-- Takes the key from whoever works on it: from here on all its writes are refused.
WITH done AS (
    UPDATE idempotency_keys SET
        status = 'failed',
        error_payload = %(error)s,
        fence = nextval('idempotency_fences'),
        lease_expires_at = NULL,
        updated_at = clock_timestamp()
    WHERE idempotency_key = %(idempotency_key)s AND task_name = %(task_name)s
      AND status = 'processing'
    RETURNING idempotency_key)
SELECT pg_notify('idempotency_key', idempotency_key) FROM done;
