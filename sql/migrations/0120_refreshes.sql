-- migrate:up

-- One open refresh per scope: 'pool', or 'explore/<user>/<hash of what was asked>'.
CREATE TABLE refresh_orders (
    scope        text PRIMARY KEY CHECK (length(scope) BETWEEN 1 AND 200),
    workflow_id  uuid NOT NULL,
    ordered_at   timestamptz NOT NULL DEFAULT now(),
    not_before   timestamptz NOT NULL
);
CREATE INDEX refresh_orders_by_age ON refresh_orders (ordered_at);

-- Pages as they were composed: A2UI messages, with media as the store's own addresses.
CREATE TABLE pages (
    page_id       uuid PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('landing')),
    workflow_id   uuid REFERENCES workflow_instances ON DELETE SET NULL,
    catalog       text NOT NULL,
    pool_version  bigint NOT NULL,
    snippet_ids   uuid[] NOT NULL,
    messages      jsonb NOT NULL,
    sha256        text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pages_newest ON pages (kind, created_at DESC);
CREATE INDEX pages_by_workflow ON pages (workflow_id);
CREATE INDEX pages_by_media ON pages USING gin (media_uris(messages));

-- migrate:down

DROP TABLE pages, refresh_orders;
