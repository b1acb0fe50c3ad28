-- migrate:up

-- The different words of a text's title and beginning, each a number of four bytes: what a discovery
-- reads of all topics that stand, to see which of them are near enough to be compared at all.
CREATE FUNCTION words_in(body text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(int4send(hashtext(told.lexeme)), ''), '')
    FROM unnest(to_tsvector('pg_catalog.english', left(body, 1500))) AS told
$$;
ALTER TABLE topic_sources ADD COLUMN words bytea NOT NULL GENERATED ALWAYS AS (words_in(body)) STORED;

-- migrate:down

ALTER TABLE topic_sources DROP COLUMN words;
DROP FUNCTION words_in(text);
