-- migrate:up

-- When an answer was last read whole: validators may lie, so once a day nothing is taken as known.
ALTER TABLE feeds ADD COLUMN read_at timestamptz;

-- `complete` says that the feed carried the whole text, not an extract of it.
ALTER TABLE feed_items
    ADD COLUMN outline jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN complete boolean NOT NULL DEFAULT false;

-- How often a topic was proposed for a card, and when last: one that failed is tried again, ever
-- more rarely.
ALTER TABLE topics_snippets
    ADD COLUMN proposals integer NOT NULL DEFAULT 1 CHECK (proposals >= 1),
    ADD COLUMN proposed_at timestamptz NOT NULL DEFAULT now();

-- What a topic is made from, whatever its state: the same page or document is no second topic.
CREATE INDEX topic_sources_by_url ON topic_sources (url) WHERE url IS NOT NULL;
CREATE INDEX topic_sources_by_document ON topic_sources (document_id)
    WHERE document_id IS NOT NULL;

-- migrate:down

DROP INDEX topic_sources_by_document, topic_sources_by_url;
ALTER TABLE topics_snippets DROP COLUMN proposals, DROP COLUMN proposed_at;
ALTER TABLE feed_items DROP COLUMN outline, DROP COLUMN complete;
ALTER TABLE feeds DROP COLUMN read_at;
