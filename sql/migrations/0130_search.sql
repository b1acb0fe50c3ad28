-- migrate:up

-- No index over the scripts' parts: it would cost the insert of a part 3 ms, and that insert lies
-- on the way to an episode's first sound.
ALTER TABLE topics_snippets ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', coalesce(summary, '')), 'B')
    || setweight(to_tsvector('english', coalesce(text_content, '')), 'C')) STORED;
CREATE INDEX topics_snippets_by_search ON topics_snippets USING gin (search);
ALTER TABLE podcasts ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('english', coalesce(title, '')), 'A')
    || setweight(to_tsvector('english', topic), 'B')) STORED;
CREATE INDEX podcasts_by_search ON podcasts USING gin (search);

-- migrate:down

DROP INDEX podcasts_by_search, topics_snippets_by_search;
ALTER TABLE podcasts DROP COLUMN search;
ALTER TABLE topics_snippets DROP COLUMN search;
