-- name: create
-- Material a caller hands in. Only plain text has its body at once; the rest is harvested later.
INSERT INTO sources (source_id, user_id, kind, title, url, media_type, content_uri, body, sha256)
VALUES (%(source_id)s, %(user_id)s, %(kind)s, %(title)s, %(url)s, %(media_type)s,
        %(content_uri)s, %(body)s, %(sha256)s);

-- name: owned
-- Which of these sources the caller may use. They stay until the transaction is over, or are gone
-- already: housekeeping and whoever attaches a source wait for one another.
SELECT source_id FROM sources
WHERE source_id = ANY(%(source_ids)s) AND user_id = %(user_id)s
FOR KEY SHARE;

-- name: withdraw
-- A file that lost to another request with its key, unless it is a source after all.
DELETE FROM media_objects AS object
WHERE object.uri = %(uri)s
  AND NOT EXISTS (SELECT FROM sources AS s WHERE s.content_uri = object.uri);
