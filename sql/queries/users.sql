-- name: find
-- Who a token's subject is; nearly every request asks this and nothing is written.
SELECT user_id FROM users WHERE subject = %(subject)s;

-- name: welcome
-- The first sight of a subject; racers all get the one row.
INSERT INTO users (subject) VALUES (%(subject)s)
ON CONFLICT (subject) DO UPDATE SET subject = EXCLUDED.subject
RETURNING user_id;

-- name: lock
-- One change at a time to what a caller has. Rows that refer to the user are written meanwhile.
SELECT user_id FROM users WHERE user_id = %(user_id)s FOR NO KEY UPDATE;
