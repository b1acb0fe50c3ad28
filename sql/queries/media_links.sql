-- name: find
-- A stored object by its URI, for the answer's headers.
SELECT uri, media_type, bytes, sha256 FROM media_objects
WHERE uri = %(uri)s AND stored_at IS NOT NULL AND bytes IS NOT NULL AND sha256 IS NOT NULL;
