-- migrate:up

-- The media URIs in a JSON document, wherever in it they stand: an array of strings.
CREATE FUNCTION media_uris(document jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_path_query_array(
        document, '$.** ? (@ starts with "media:///" || @ starts with "gs://")');

-- Since when nothing has been seen to refer to an object. Whoever is about to refer to one that
-- stood unreferenced sets it to null first, under the row's lock.
ALTER TABLE media_objects ADD COLUMN unreferenced_since timestamptz;
CREATE INDEX media_objects_unreferenced ON media_objects (unreferenced_since, uri)
    WHERE unreferenced_since IS NOT NULL;

-- What refers to an object without a foreign key.
CREATE INDEX call_journal_by_media ON call_journal USING gin (media_uris(result));
CREATE INDEX idempotency_keys_by_media ON idempotency_keys USING gin (media_uris(result_payload))
    WHERE result_payload IS NOT NULL;
CREATE INDEX topics_snippets_by_image ON topics_snippets (image_url) WHERE image_url IS NOT NULL;

-- An expired stream keeps its record (a transcript's times come from it) and gives up its bytes.
ALTER TABLE streams ADD COLUMN swept_at timestamptz;
ALTER TABLE stream_segments ALTER COLUMN uri DROP NOT NULL;
CREATE INDEX streams_unswept ON streams (expires_at) WHERE swept_at IS NULL;

-- What is looked for by its age.
CREATE INDEX agent_dispatches_finished ON agent_dispatches (finished_at)
    WHERE finished_at IS NOT NULL;
CREATE INDEX sources_unread ON sources (created_at) WHERE harvested_at IS NULL;

-- Where a look at everything stopped when its time was over; the next run goes on there.
CREATE TABLE housekeeping_positions (
    step        text PRIMARY KEY,
    position    text NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- migrate:down

DROP TABLE housekeeping_positions;
DROP INDEX sources_unread, agent_dispatches_finished, streams_unswept;
DELETE FROM stream_segments WHERE uri IS NULL;
ALTER TABLE stream_segments ALTER COLUMN uri SET NOT NULL;
ALTER TABLE streams DROP COLUMN swept_at;
DROP INDEX topics_snippets_by_image, idempotency_keys_by_media, call_journal_by_media,
    media_objects_unreferenced;
ALTER TABLE media_objects DROP COLUMN unreferenced_since;
DROP FUNCTION media_uris(jsonb);
