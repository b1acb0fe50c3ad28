-- name: mint
-- A code for one login, as its hash.
INSERT INTO login_codes (code_hash, user_id, expires_at)
VALUES (%(code_hash)s, %(user_id)s, now() + make_interval(mins => %(minutes)s));

-- name: spend
-- The code becomes a session, or there is no row: of racers only one deletes it. What the user
-- liked in the session before goes on.
WITH spent AS (
    DELETE FROM login_codes WHERE code_hash = %(code_hash)s
    RETURNING user_id, expires_at)
INSERT INTO user_sessions (user_id, token_hash, expires_at, preferences)
SELECT spent.user_id, %(token_hash)s, now() + make_interval(days => %(days)s),
       coalesce((SELECT older.preferences FROM user_sessions AS older
                 WHERE older.user_id = spent.user_id
                 ORDER BY older.last_seen_at DESC LIMIT 1), '{}')
FROM spent WHERE spent.expires_at > now()
RETURNING session_id, user_id;

-- name: find_session
-- Whose session it is, if it holds. `seen` says whether its last use is written down already: once
-- a minute is enough.
SELECT session_id, user_id, last_seen_at > now() - interval '1 minute' AS seen
FROM user_sessions
WHERE token_hash = %(token_hash)s AND expires_at > now()
  AND last_seen_at > now() - make_interval(days => %(idle_days)s);

-- name: touch_session
-- It is in use.
UPDATE user_sessions SET last_seen_at = now() WHERE session_id = %(session_id)s;

-- name: end_session
-- Signed out. Housekeeping removes the row later.
UPDATE user_sessions SET expires_at = now()
WHERE token_hash = %(token_hash)s AND expires_at > now();

-- name: forget_codes
-- Links that nobody followed.
DELETE FROM login_codes WHERE expires_at <= now();
