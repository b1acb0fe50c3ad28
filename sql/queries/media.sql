-- name: announce
-- The row that stands before the bytes do; a second keeping of the same key starts over.
INSERT INTO media_objects (uri, user_id, workflow_id, media_type, bytes, sha256)
VALUES (%(uri)s, %(user_id)s, %(workflow_id)s, %(media_type)s, %(bytes)s, %(sha256)s)
ON CONFLICT (uri) DO UPDATE
SET user_id = EXCLUDED.user_id, workflow_id = EXCLUDED.workflow_id,
    media_type = EXCLUDED.media_type, bytes = EXCLUDED.bytes, sha256 = EXCLUDED.sha256,
    stored_at = CASE
        WHEN media_objects.sha256 = EXCLUDED.sha256 THEN media_objects.stored_at END,
    unreferenced_since = NULL;

-- name: mark_stored
-- The bytes are there: from now on the object may be referred to.
UPDATE media_objects SET stored_at = coalesce(stored_at, now()) WHERE uri = %(uri)s;

-- name: touch
-- Before somebody refers to an object that may have stood unreferenced: housekeeping lets go of it,
-- or, where it was quicker, there is no row any more.
UPDATE media_objects SET unreferenced_since = NULL WHERE uri = %(uri)s;
