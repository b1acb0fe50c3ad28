-- migrate:up

-- When a card's picture was hung, and how often and when one that has none was handed to the painter
-- again.
ALTER TABLE topics_snippets
    ADD COLUMN cover_painted_at timestamptz,
    ADD COLUMN cover_tries integer NOT NULL DEFAULT 0 CHECK (cover_tries >= 0),
    ADD COLUMN cover_tried_at timestamptz;
CREATE INDEX cards_by_painting ON topics_snippets (cover_painted_at)
    WHERE cover_painted_at IS NOT NULL;
CREATE INDEX cards_without_picture ON topics_snippets (generation_timestamp DESC)
    WHERE type = 'snippet' AND state = 'ready' AND image_url IS NULL;

-- migrate:down

DROP INDEX cards_without_picture, cards_by_painting;
ALTER TABLE topics_snippets
    DROP COLUMN cover_painted_at, DROP COLUMN cover_tries, DROP COLUMN cover_tried_at;
