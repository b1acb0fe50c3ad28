-- migrate:up

-- What a card has beyond its topic. `sentences` is [{"text", "citations": [{"source_id", "start",
-- "end"}]}], spans into topic_sources.body; the length is in seconds, null where nothing tells;
-- `cover` is {"width", "height", "ink": "light" or "dark"}.
ALTER TABLE topics_snippets
    ADD COLUMN sentences jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN title_citations jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN estimated_full_podcast_length integer CHECK (estimated_full_podcast_length > 0),
    ADD COLUMN cover jsonb,
    ADD COLUMN cover_problem text,
    ADD COLUMN pool_version bigint,
    ADD CONSTRAINT topics_snippets_card_check
        CHECK (type <> 'snippet' OR (topic_id IS NOT NULL AND length(title) BETWEEN 1 AND 80));
CREATE UNIQUE INDEX snippets_one_of_topic ON topics_snippets (topic_id) WHERE type = 'snippet';
CREATE UNIQUE INDEX snippets_of_pool ON topics_snippets (pool_version) WHERE type = 'snippet';

-- The pool's version: the number of the last change to any card, taken under this row's lock, so
-- that numbers stand in the order of commits and "what is newer than n" misses nothing.
CREATE TABLE pool_state (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    version     bigint NOT NULL DEFAULT 0,
    changed_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO pool_state DEFAULT VALUES;

CREATE FUNCTION number_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pool_state SET version = version + 1, changed_at = clock_timestamp()
    RETURNING version INTO NEW.pool_version;
    PERFORM pg_notify('pool', NEW.pool_version::text);
    RETURN NEW;
END $$;
CREATE TRIGGER cards_numbered
    BEFORE INSERT OR UPDATE OF title, text_content, sentences, image_url, cover, cover_problem,
        category, state, retired_at, user_id
    ON topics_snippets FOR EACH ROW WHEN (NEW.type = 'snippet') EXECUTE FUNCTION number_card();

-- migrate:down

DROP TRIGGER cards_numbered ON topics_snippets;
DROP FUNCTION number_card();
DROP TABLE pool_state;
DROP INDEX snippets_of_pool, snippets_one_of_topic;
ALTER TABLE topics_snippets
    DROP CONSTRAINT topics_snippets_card_check,
    DROP COLUMN sentences, DROP COLUMN title_citations, DROP COLUMN estimated_full_podcast_length,
    DROP COLUMN cover, DROP COLUMN cover_problem, DROP COLUMN pool_version;
