-- migrate:up

-- What a card can be about; `position` is the order in which they are shown.
CREATE TABLE categories (
    category  text PRIMARY KEY CHECK (category ~ '^[a-z]{3,20}$'),
    label     text NOT NULL,
    position  integer NOT NULL UNIQUE
);
INSERT INTO categories (category, label, position) VALUES
    ('world', 'World', 1), ('science', 'Science', 2), ('technology', 'Technology', 3),
    ('history', 'History', 4), ('culture', 'Culture', 5), ('nature', 'Nature', 6),
    ('health', 'Health', 7), ('space', 'Space', 8), ('economics', 'Economics', 9),
    ('climate', 'Climate', 10), ('music', 'Music', 11), ('food', 'Food', 12),
    ('architecture', 'Architecture', 13), ('ocean', 'Ocean', 14), ('sport', 'Sport', 15);

-- The feeds asked for news. The validators hold only for what this version of the parser read.
CREATE TABLE feeds (
    url            text PRIMARY KEY CHECK (length(url) BETWEEN 8 AND 2000),
    title          text,
    etag           text,
    last_modified  text,
    parser         integer NOT NULL DEFAULT 0,
    status         text NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'fresh', 'unchanged', 'failing')),
    problem        text,
    failures       integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    checked_at     timestamptz,
    next_check_at  timestamptz NOT NULL DEFAULT now()
);

-- `item_key` is the hash of the entry's id, else of its canonical link, else of its text.
-- `published_at` is null where none was given, or one that lies ahead of us.
CREATE TABLE feed_items (
    feed_url       text NOT NULL REFERENCES feeds ON DELETE CASCADE,
    item_key       text NOT NULL,
    url            text CHECK (url ~ '^https?://'),
    title          text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    body           text NOT NULL CHECK (length(body) <= 20000),
    author         text,
    tags           text[] NOT NULL DEFAULT '{}',
    published_at   timestamptz,
    sha256         text NOT NULL,
    first_seen_at  timestamptz NOT NULL DEFAULT now(),
    last_seen_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (feed_url, item_key)
);
CREATE INDEX feed_items_recent ON feed_items (coalesce(published_at, first_seen_at) DESC);
CREATE INDEX feed_items_by_age ON feed_items (last_seen_at);

-- A topic without a user is everybody's. `fingerprint` is that of the material: another one is
-- another telling.
ALTER TABLE topics_snippets
    ADD COLUMN user_id uuid REFERENCES users ON DELETE CASCADE,
    ADD COLUMN state text NOT NULL DEFAULT 'discovered'
        CHECK (state IN ('discovered', 'ready', 'failed', 'retired')),
    ADD COLUMN fingerprint text,
    ADD COLUMN spread integer NOT NULL DEFAULT 1 CHECK (spread >= 1),
    ADD COLUMN novelty double precision,
    ADD COLUMN quality double precision,
    ADD COLUMN shown integer NOT NULL DEFAULT 0,
    ADD COLUMN problem text,
    ADD COLUMN retired_at timestamptz,
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT topics_snippets_category_fkey FOREIGN KEY (category) REFERENCES categories;
CREATE INDEX topics_snippets_by_user ON topics_snippets (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX topics_snippets_by_category ON topics_snippets (category);
CREATE INDEX topics_to_match ON topics_snippets (last_seen_at DESC)
    WHERE type = 'topic' AND state <> 'retired';

-- The material of a topic. `body` begins with the title and is what every span of a card points
-- into: once cited it never changes, better material is a further row. `complete` says that it is
-- the whole text and not a feed's extract.
CREATE TABLE topic_sources (
    source_id     uuid PRIMARY KEY,
    topic_id      uuid NOT NULL REFERENCES topics_snippets ON DELETE CASCADE,
    position      integer NOT NULL CHECK (position >= 0),
    kind          text NOT NULL CHECK (kind IN ('feed', 'page', 'document')),
    url           text CHECK (url ~ '^https?://'),
    document_id   text,
    title         text NOT NULL,
    publisher     text NOT NULL,
    author        text,
    published_at  timestamptz,
    body          text NOT NULL,
    outline       jsonb NOT NULL DEFAULT '[]',
    sha256        text NOT NULL,
    complete      boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (topic_id, position)
);

-- migrate:down

DROP TABLE topic_sources;
DROP INDEX topics_to_match, topics_snippets_by_category, topics_snippets_by_user;
ALTER TABLE topics_snippets
    DROP CONSTRAINT topics_snippets_category_fkey,
    DROP COLUMN user_id, DROP COLUMN state, DROP COLUMN fingerprint, DROP COLUMN spread,
    DROP COLUMN novelty, DROP COLUMN quality, DROP COLUMN shown, DROP COLUMN problem,
    DROP COLUMN retired_at, DROP COLUMN last_seen_at;
DROP TABLE feed_items, feeds, categories;
