-- migrate:up

-- What the harvest knows of a web site, so that all workers together keep to its manners: what its
-- robots.txt says, and when it may be visited again. One short statement each; nothing is held.
CREATE TABLE web_sites (
    origin         text PRIMARY KEY CHECK (length(origin) BETWEEN 1 AND 300),
    robots         text,
    robots_open    boolean,
    robots_until   timestamptz,
    next_visit_at  timestamptz NOT NULL DEFAULT now(),
    visits         timestamptz[] NOT NULL DEFAULT '{}',
    seen_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX web_sites_by_age ON web_sites (seen_at);

COMMENT ON COLUMN web_sites.robots IS 'the rules, where there are some';
COMMENT ON COLUMN web_sites.robots_open IS 'what holds where there are no rules: open or closed';
COMMENT ON COLUMN web_sites.visits IS 'until when each visit under way may last';

-- migrate:down

DROP TABLE web_sites;
