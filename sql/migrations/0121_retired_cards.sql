-- migrate:up

-- The housekeeping looks for cards that left the pool long ago.
CREATE INDEX topics_snippets_retired ON topics_snippets (retired_at) WHERE retired_at IS NOT NULL;

-- migrate:down

DROP INDEX topics_snippets_retired;
