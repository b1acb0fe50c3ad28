-- migrate:up

-- Every request asks how new everybody's cards are and how new the asker's own: the last entry of
-- an index each, however many cards were taken off the page meanwhile.
CREATE INDEX snippets_of_everybody ON topics_snippets (pool_version)
    WHERE type = 'snippet' AND user_id IS NULL;
CREATE INDEX snippets_of_user ON topics_snippets (user_id, pool_version)
    WHERE type = 'snippet' AND user_id IS NOT NULL;

-- migrate:down

DROP INDEX snippets_of_user, snippets_of_everybody;
