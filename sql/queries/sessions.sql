-- name: list
-- The caller's sessions that hold. The current one is the cookie's, or without a cookie the one of
-- kind 'api'.
SELECT session_id, kind, created_at, last_seen_at, expires_at, preferences,
       CASE WHEN %(token_hash)s::bytea IS NULL THEN kind = 'api'
            ELSE token_hash = %(token_hash)s END AS is_current
FROM user_sessions
WHERE user_id = %(user_id)s AND expires_at > now()
  AND (kind = 'api' OR last_seen_at > now() - make_interval(days => %(idle_days)s))
ORDER BY last_seen_at DESC, session_id
LIMIT 100;

-- name: find
-- One of them.
SELECT session_id, kind, created_at, last_seen_at, expires_at, preferences,
       CASE WHEN %(token_hash)s::bytea IS NULL THEN kind = 'api'
            ELSE token_hash = %(token_hash)s END AS is_current
FROM user_sessions
WHERE session_id = %(session_id)s AND user_id = %(user_id)s AND expires_at > now()
  AND (kind = 'api' OR last_seen_at > now() - make_interval(days => %(idle_days)s));

-- name: find_by_token
-- The session of a cookie, whoever's.
SELECT session_id FROM user_sessions WHERE token_hash = %(token_hash)s AND expires_at > now();

-- name: kept
-- What the user likes by the session that a request comes from: the cookie's, or the one of kind
-- 'api'. None is made for it.
SELECT preferences FROM user_sessions
WHERE user_id = %(user_id)s AND expires_at > now()
  AND CASE WHEN %(token_hash)s::bytea IS NULL THEN kind = 'api'
           ELSE token_hash = %(token_hash)s END;

-- name: keep_api
-- The one session of whoever comes with a token; it lives on while it is used. A new one goes on
-- with what the user liked last.
INSERT INTO user_sessions (user_id, token_hash, kind, expires_at, preferences)
VALUES (%(user_id)s, %(token_hash)s, 'api', now() + make_interval(days => %(days)s),
        coalesce((SELECT older.preferences FROM user_sessions AS older
                  WHERE older.user_id = %(user_id)s
                  ORDER BY older.last_seen_at DESC LIMIT 1), '{}'))
ON CONFLICT (user_id) WHERE kind = 'api'
DO UPDATE SET last_seen_at = now(), expires_at = EXCLUDED.expires_at
RETURNING session_id;

-- name: lock
-- Of two changes at once the second builds upon the first.
SELECT preferences FROM user_sessions
WHERE session_id = %(session_id)s AND user_id = %(user_id)s AND expires_at > now()
FOR NO KEY UPDATE;

-- name: save
-- What the user likes from now on.
UPDATE user_sessions SET preferences = %(preferences)s, last_seen_at = now()
WHERE session_id = %(session_id)s;

-- name: end_browser
-- Signed out. Housekeeping removes the row later; till then the next session goes on with what was
-- liked.
UPDATE user_sessions SET expires_at = now()
WHERE session_id = %(session_id)s AND user_id = %(user_id)s AND kind = 'browser'
  AND expires_at > now();

-- name: forget_api
-- Nobody is signed in by it, so what goes is what it kept.
DELETE FROM user_sessions
WHERE session_id = %(session_id)s AND user_id = %(user_id)s AND kind = 'api';

-- name: categories
-- What there is to like and to mute.
SELECT category, label FROM categories ORDER BY position;
