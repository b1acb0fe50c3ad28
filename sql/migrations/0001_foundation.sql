-- migrate:up

-- Who calls. `subject` is the `sub` claim of the caller's token.
CREATE TABLE users (
    user_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    subject     text NOT NULL UNIQUE CHECK (length(subject) BETWEEN 1 AND 255),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_sessions (
    session_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    preferences  jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX user_sessions_by_user ON user_sessions (user_id);
CREATE INDEX user_sessions_by_expiry ON user_sessions (expires_at);

-- One row per flow: the journal of the Central Podcast Orchestrator (Airflow).
CREATE TABLE workflow_instances (
    workflow_id             uuid PRIMARY KEY,
    user_id                 uuid REFERENCES users ON DELETE SET NULL,
    trigger_event_type      text NOT NULL
        CHECK (trigger_event_type IN ('podcast_request', 'snippets_refresh', 'operator', 'schedule')),
    trigger_event_details   jsonb NOT NULL DEFAULT '{}',
    overall_status          text NOT NULL DEFAULT 'pending'
        CHECK (overall_status IN ('pending', 'in_progress', 'completed',
                                  'completed_with_errors', 'failed', 'cancelled')),
    dag_id                  text NOT NULL,
    dag_run_id              text NOT NULL,
    client_workflow_id      text,
    client_idempotency_key  text,
    context_data            jsonb NOT NULL DEFAULT '{}',
    error_message           text,
    triggered_at            timestamptz,
    start_timestamp         timestamptz NOT NULL DEFAULT now(),
    end_timestamp           timestamptz,
    last_updated_timestamp  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (dag_id, dag_run_id),
    CHECK ((end_timestamp IS NOT NULL)
           = (overall_status IN ('completed', 'completed_with_errors', 'failed', 'cancelled')))
);
CREATE INDEX workflow_instances_by_user ON workflow_instances (user_id, start_timestamp DESC);
CREATE INDEX workflow_instances_by_start ON workflow_instances (start_timestamp DESC);
CREATE INDEX workflow_instances_by_trigger ON workflow_instances (trigger_event_type);
CREATE INDEX workflow_instances_open ON workflow_instances (last_updated_timestamp)
    WHERE end_timestamp IS NULL;

-- One row per task of a flow and generation (Airflow's clear number).
CREATE TABLE task_instances (
    task_id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id            uuid NOT NULL REFERENCES workflow_instances ON DELETE CASCADE,
    agent_name             text NOT NULL,
    airflow_task_id        text NOT NULL,
    map_index              integer NOT NULL DEFAULT -1,
    generation             integer NOT NULL DEFAULT 0,
    task_order             integer NOT NULL,
    status                 text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'dispatched', 'in_progress', 'completed',
                          'failed', 'skipped', 'cancelled')),
    input_params           jsonb NOT NULL DEFAULT '{}',
    output_result_summary  jsonb,
    error_details          jsonb,
    external_task_id       uuid,
    retry_count            integer NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    start_timestamp        timestamptz,
    end_timestamp          timestamptz,
    last_updated_timestamp timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workflow_id, airflow_task_id, map_index, generation)
);
CREATE INDEX task_instances_by_agent ON task_instances (agent_name);
CREATE INDEX task_instances_by_status ON task_instances (status);
CREATE INDEX task_instances_by_order ON task_instances (workflow_id, task_order);

-- Exactly one committed effect per (key, task). Every write after the claim names its fence.
CREATE TABLE idempotency_keys (
    idempotency_key      text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    task_name            text NOT NULL,
    workflow_id          uuid NOT NULL,
    status               text NOT NULL CHECK (status IN ('processing', 'completed', 'failed')),
    request_fingerprint  text NOT NULL,
    result_payload       jsonb,
    error_payload        jsonb,
    owner                text NOT NULL,
    fence                bigint NOT NULL DEFAULT 1,
    lease_expires_at     timestamptz,
    attempts             integer NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    expires_at           timestamptz NOT NULL,
    PRIMARY KEY (idempotency_key, task_name),
    CHECK ((status = 'processing') = (lease_expires_at IS NOT NULL))
);
CREATE INDEX idempotency_keys_by_workflow ON idempotency_keys (workflow_id);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_leased ON idempotency_keys (lease_expires_at)
    WHERE status = 'processing';

-- One row per Celery message sent: maps a Celery task id to its key.
CREATE TABLE agent_dispatches (
    task_id              uuid PRIMARY KEY,
    idempotency_key      text NOT NULL,
    task_name            text NOT NULL,
    workflow_id          uuid NOT NULL,
    queue                text NOT NULL,
    kwargs               jsonb NOT NULL,
    status               text NOT NULL DEFAULT 'PENDING'
        CHECK (status IN ('PENDING', 'STARTED', 'SUCCESS', 'FAILURE', 'REVOKED')),
    progress             jsonb,
    error                jsonb,
    sends                integer NOT NULL DEFAULT 1,
    last_sent_at         timestamptz NOT NULL DEFAULT now(),
    cancel_requested_at  timestamptz,
    created_at           timestamptz NOT NULL DEFAULT now(),
    started_at           timestamptz,
    finished_at          timestamptz
);
CREATE INDEX agent_dispatches_by_key ON agent_dispatches (idempotency_key, task_name);
CREATE INDEX agent_dispatches_by_workflow ON agent_dispatches (workflow_id);
CREATE INDEX agent_dispatches_open ON agent_dispatches (last_sent_at)
    WHERE status IN ('PENDING', 'STARTED');

-- Every finished model call by content hash, so that no re-run repeats it.
CREATE TABLE call_journal (
    call_key    text PRIMARY KEY,
    kind        text NOT NULL,
    user_id     uuid REFERENCES users ON DELETE CASCADE,
    result      jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL DEFAULT now() + interval '30 days'
);
CREATE INDEX call_journal_by_expiry ON call_journal (expires_at);

-- Every attempt at a model call, finished or not. Nothing is hidden, nothing deleted.
CREATE TABLE call_ledger (
    call_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_key         text NOT NULL,
    kind             text NOT NULL,
    workflow_id      uuid NOT NULL,
    task_name        text NOT NULL,
    idempotency_key  text NOT NULL,
    fence            bigint NOT NULL,
    model            text,
    outcome          text NOT NULL DEFAULT 'started'
        CHECK (outcome IN ('started', 'completed', 'failed', 'reused')),
    units            jsonb NOT NULL DEFAULT '{}',
    cost_usd         numeric(12, 6) NOT NULL DEFAULT 0,
    error            text,
    started_at       timestamptz NOT NULL DEFAULT now(),
    finished_at      timestamptz
);
CREATE INDEX call_ledger_by_workflow ON call_ledger (workflow_id);
CREATE INDEX call_ledger_by_key ON call_ledger (call_key);

-- A row stands here before each upload; what nothing refers to is swept later.
CREATE TABLE media_objects (
    uri         text PRIMARY KEY,
    user_id     uuid REFERENCES users ON DELETE CASCADE,
    workflow_id uuid,
    media_type  text NOT NULL,
    bytes       bigint CHECK (bytes >= 0),
    sha256      text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    stored_at   timestamptz
);
CREATE INDEX media_objects_by_workflow ON media_objects (workflow_id);
CREATE INDEX media_objects_by_age ON media_objects (created_at);

-- Material an episode is grounded in. `body` is the extracted text all citations point into.
CREATE TABLE sources (
    source_id    uuid PRIMARY KEY,
    user_id      uuid REFERENCES users ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('upload', 'text', 'url', 'library', 'web')),
    title        text,
    author       text,
    url          text,
    published_on date,
    media_type   text,
    content_uri  text REFERENCES media_objects (uri),
    document_id  text,
    body         text,
    outline      jsonb NOT NULL DEFAULT '[]',
    sha256       text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    harvested_at timestamptz
);
CREATE INDEX sources_by_user ON sources (user_id, created_at DESC);

-- The shared document library, searched when a caller gives no source.
CREATE TABLE documents (
    document_id   text PRIMARY KEY,
    title         text NOT NULL,
    category      text NOT NULL,
    author        text,
    url           text,
    published_on  date,
    body          text NOT NULL,
    facts_from    jsonb NOT NULL DEFAULT '[]',
    sha256        text NOT NULL,
    search        tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', category), 'B')
        || setweight(to_tsvector('english', body), 'C')) STORED,
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX documents_by_search ON documents USING gin (search);
CREATE INDEX documents_by_category ON documents (category, published_on DESC);

CREATE TABLE topics_snippets (
    id                                uuid PRIMARY KEY,
    type                              text NOT NULL CHECK (type IN ('topic', 'snippet')),
    topic_id                          uuid REFERENCES topics_snippets (id) ON DELETE CASCADE,
    workflow_id                       uuid REFERENCES workflow_instances ON DELETE SET NULL,
    title                             text NOT NULL,
    summary                           text,
    text_content                      text,
    keywords                          text[] NOT NULL DEFAULT '{}',
    category                          text,
    source_url                        text,
    source_name                       text,
    original_topic_details            jsonb NOT NULL DEFAULT '{}',
    llm_model_used_for_snippet        text,
    cover_art_prompt                  text,
    image_url                         text,
    relevance_score                   double precision,
    publication_date                  timestamptz,
    generation_timestamp              timestamptz NOT NULL DEFAULT now(),
    last_accessed_timestamp           timestamptz
);
CREATE INDEX topics_snippets_fresh ON topics_snippets (type, generation_timestamp DESC);
CREATE INDEX topics_snippets_by_topic ON topics_snippets (topic_id);
CREATE INDEX topics_snippets_by_workflow ON topics_snippets (workflow_id);

-- A script: `topic_hash` covers every input of the writing.
CREATE TABLE generated_scripts (
    script_id                uuid NOT NULL,
    revision                 integer NOT NULL DEFAULT 0,
    workflow_id              uuid NOT NULL REFERENCES workflow_instances ON DELETE CASCADE,
    user_id                  uuid REFERENCES users ON DELETE CASCADE,
    topic_hash               text NOT NULL,
    title                    text,
    status                   text NOT NULL DEFAULT 'writing'
        CHECK (status IN ('writing', 'completed', 'failed')),
    part_count               integer,
    structured_script        jsonb,
    error                    jsonb,
    llm_model_used           text,
    generation_timestamp     timestamptz NOT NULL DEFAULT now(),
    last_accessed_timestamp  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (script_id, revision)
);
CREATE INDEX generated_scripts_by_topic ON generated_scripts (topic_hash);
CREATE INDEX generated_scripts_by_workflow ON generated_scripts (workflow_id);

-- A part is published once, whole, and never changes. `lines` is an array of
-- {line_id, speaker, kind, text, citations: [{source_id, start, end}]}.
CREATE TABLE script_parts (
    script_id   uuid NOT NULL,
    revision    integer NOT NULL,
    position    integer NOT NULL CHECK (position >= 0),
    heading     text NOT NULL,
    lines       jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (script_id, revision, position),
    FOREIGN KEY (script_id, revision) REFERENCES generated_scripts ON DELETE CASCADE
);

CREATE TABLE streams (
    stream_id    uuid PRIMARY KEY,
    workflow_id  uuid NOT NULL REFERENCES workflow_instances ON DELETE CASCADE,
    revision     integer NOT NULL DEFAULT 0,
    fence        bigint NOT NULL DEFAULT 0,
    status       text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'ended', 'failed', 'cancelled')),
    init_uri     text REFERENCES media_objects (uri),
    bytes        bigint NOT NULL DEFAULT 0,
    frames       bigint NOT NULL DEFAULT 0,
    sha256       text,
    stream_uri   text REFERENCES media_objects (uri),
    released     boolean NOT NULL DEFAULT false,
    error        text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    expires_at   timestamptz NOT NULL DEFAULT now() + interval '7 days'
);
CREATE UNIQUE INDEX streams_by_workflow ON streams (workflow_id);
CREATE INDEX streams_by_expiry ON streams (expires_at);

-- The stream's record: immutable runs of bytes in order. Segment 0 is the init segment.
CREATE TABLE stream_segments (
    stream_id    uuid NOT NULL REFERENCES streams ON DELETE CASCADE,
    revision     integer NOT NULL,
    position     integer NOT NULL CHECK (position >= 0),
    line_id      text,
    uri          text NOT NULL REFERENCES media_objects (uri),
    first_byte   bigint NOT NULL CHECK (first_byte >= 0),
    bytes        integer NOT NULL CHECK (bytes > 0),
    first_frame  bigint NOT NULL CHECK (first_frame >= 0),
    frames       integer NOT NULL CHECK (frames >= 0),
    sha256       text NOT NULL,
    fence        bigint NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream_id, revision, position),
    UNIQUE (stream_id, revision, first_byte)
);

CREATE TABLE podcasts (
    podcast_id           uuid PRIMARY KEY REFERENCES workflow_instances ON DELETE CASCADE,
    user_id              uuid REFERENCES users ON DELETE CASCADE,
    topic                text NOT NULL,
    title                text,
    status               text NOT NULL DEFAULT 'GENERATING'
        CHECK (status IN ('GENERATING', 'COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED')),
    error                text,
    preferences          jsonb NOT NULL DEFAULT '{}',
    script_id            uuid NOT NULL,
    script_revision      integer NOT NULL DEFAULT 0,
    stream_id            uuid NOT NULL REFERENCES streams DEFERRABLE INITIALLY DEFERRED,
    websocket_url        text,
    notification_status  text NOT NULL DEFAULT 'pending'
        CHECK (notification_status IN ('pending', 'notified', 'failed')),
    audio_uri            text REFERENCES media_objects (uri),
    episode_uri          text REFERENCES media_objects (uri),
    cover_uri            text REFERENCES media_objects (uri),
    duration_seconds     double precision,
    quality              jsonb,
    tts_settings         jsonb NOT NULL DEFAULT '{}',
    orchestration_log    jsonb NOT NULL DEFAULT '[]',
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX podcasts_by_user ON podcasts (user_id, created_at DESC, podcast_id);

CREATE TABLE podcast_sources (
    podcast_id  uuid NOT NULL REFERENCES podcasts ON DELETE CASCADE,
    source_id   uuid NOT NULL REFERENCES sources ON DELETE CASCADE,
    position    integer NOT NULL,
    PRIMARY KEY (podcast_id, source_id)
);

-- The facade's own keys: what a caller asked and the first answer, committed together.
CREATE TABLE request_keys (
    user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    request_key   text NOT NULL CHECK (length(request_key) BETWEEN 1 AND 255),
    route         text NOT NULL,
    fingerprint   text NOT NULL,
    status_code   integer NOT NULL,
    headers       jsonb NOT NULL DEFAULT '{}',
    body          jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    PRIMARY KEY (user_id, request_key)
);
CREATE INDEX request_keys_by_expiry ON request_keys (expires_at);

-- migrate:down

DROP TABLE request_keys, podcast_sources, podcasts, stream_segments, streams, script_parts,
    generated_scripts, topics_snippets, documents, sources, media_objects, call_ledger,
    call_journal, agent_dispatches, idempotency_keys, task_instances, workflow_instances,
    user_sessions, users;
