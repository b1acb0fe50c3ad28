-- migrate:up

-- Who wrote each revision: the position of an idempotency key is the revision it wrote. A key that
-- is not the last one was superseded and may never write again. `quality` is the verdict that
-- decides whether the finished episode may be released.
ALTER TABLE streams
    ADD COLUMN owners text[] NOT NULL DEFAULT '{}',
    ADD COLUMN quality jsonb;
CREATE INDEX stream_segments_by_uri ON stream_segments (uri);

-- migrate:down

DROP INDEX stream_segments_by_uri;
ALTER TABLE streams DROP COLUMN owners, DROP COLUMN quality;
