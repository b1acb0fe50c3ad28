-- name: limit_wait
-- For the rest of the transaction: a racer gives up waiting for the first one after so long.
SELECT set_config('lock_timeout', %(milliseconds)s, true);

-- name: find
-- The answer that was given under this key, as its exact text.
SELECT fingerprint, status_code, headers, body::text AS body
FROM request_keys
WHERE user_id = %(user_id)s AND request_key = %(request_key)s AND expires_at > now();

-- name: claim
-- The first request writes its whole answer; racers wait here for its commit, then get no row.
-- A key past its 24 hours is as good as new.
INSERT INTO request_keys (user_id, request_key, route, fingerprint, status_code, headers, body)
VALUES (%(user_id)s, %(request_key)s, %(route)s, %(fingerprint)s, %(status_code)s,
        %(headers)s, %(body)s::json)
ON CONFLICT (user_id, request_key) DO UPDATE
SET route = EXCLUDED.route, fingerprint = EXCLUDED.fingerprint,
    status_code = EXCLUDED.status_code, headers = EXCLUDED.headers, body = EXCLUDED.body,
    created_at = now(), expires_at = now() + interval '24 hours'
WHERE request_keys.expires_at <= now()
RETURNING request_key;

-- name: forget_expired
-- Housekeeping: keys past their 24 hours.
DELETE FROM request_keys WHERE expires_at <= now();
