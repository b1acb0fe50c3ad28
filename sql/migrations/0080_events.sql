-- migrate:up

-- What happened to a workflow, in order, and so which version of it a caller has seen: the version
-- is the number of the last event. Everything that a status shows is watched by triggers, so no
-- writer has to remember, whichever room it lives in.
--
-- Two steps. While a transaction works, each change is noted in a setting that lives as long as
-- the transaction. When it commits, the first deferred trigger takes the rows of all workflows it
-- touched, in one order, and numbers the events. Those locks are the last that a transaction takes:
-- it never waits for anything while it holds one. And since a lock is held until the commit is
-- done, numbers become visible in their order: whoever has read up to n misses nothing by asking
-- for what is greater than n.

CREATE TABLE workflow_versions (
    workflow_id  uuid PRIMARY KEY,
    user_id      uuid,
    version      bigint NOT NULL DEFAULT 0,
    ended        bigint,
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN workflow_versions.ended IS 'The event that ended the workflow; null while it is open.';

CREATE TABLE workflow_events (
    workflow_id  uuid NOT NULL REFERENCES workflow_versions ON DELETE CASCADE,
    seq          bigint NOT NULL,
    kind         text NOT NULL,
    data         jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workflow_id, seq)
);

-- What there is already has no history, only a present.
INSERT INTO workflow_versions (workflow_id, user_id, ended)
SELECT workflow_id, user_id, CASE WHEN end_timestamp IS NOT NULL THEN 0 END FROM workflow_instances;

-- Said twice in a transaction is said once.
CREATE FUNCTION note_change(workflow_id uuid, kind text, data jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    noted text := coalesce(current_setting('aethercast.noted', true), '');
    line text := jsonb_build_array(workflow_id, kind, data)::text || E'\n';
BEGIN
    IF workflow_id IS NOT NULL AND position(line IN noted) = 0 THEN
        PERFORM set_config('aethercast.noted', noted || line, true);
    END IF;
END $$;

CREATE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    all_noted text := current_setting('aethercast.noted', true);
BEGIN
    IF coalesce(all_noted, '') = '' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('aethercast.noted', '', true);
    -- One order for all. A statement of its own, so that the next one sees what was waited for.
    PERFORM FROM workflow_versions AS v
    WHERE v.workflow_id IN (SELECT (line::jsonb ->> 0)::uuid
                            FROM string_to_table(trim(E'\n' FROM all_noted), E'\n') AS line)
    ORDER BY v.workflow_id FOR UPDATE;
    WITH noted AS (
        SELECT (change ->> 0)::uuid AS workflow_id, change ->> 1 AS kind, change -> 2 AS data, place
        FROM string_to_table(trim(E'\n' FROM all_noted), E'\n') WITH ORDINALITY AS each (line, place)
        CROSS JOIN LATERAL (SELECT line::jsonb AS change) AS parsed),
    told AS (
        SELECT workflow_id, kind, data, place FROM noted
        WHERE kind NOT IN ('status', 'end', 'agent_progress', 'changed', 'deleted')
        UNION ALL
        SELECT n.workflow_id, n.kind, jsonb_build_object('status', p.status,
                   'title', coalesce(p.title, g.title), 'error', coalesce(p.error, w.error_message)),
               n.place
        FROM noted AS n
        JOIN workflow_instances AS w ON w.workflow_id = n.workflow_id
        LEFT JOIN podcasts AS p ON p.podcast_id = n.workflow_id
        LEFT JOIN generated_scripts AS g
            ON g.script_id = p.script_id AND g.revision = p.script_revision
        WHERE n.kind IN ('status', 'end')
        UNION ALL
        SELECT n.workflow_id, n.kind, jsonb_build_object('agent', t.agent_name,
                   'task', t.airflow_task_id, 'progress', n.data -> 'progress'), n.place
        FROM noted AS n
        JOIN task_instances AS t ON t.external_task_id = (n.data ->> 'dispatch')::uuid
        WHERE n.kind = 'agent_progress' AND NOT EXISTS (
            SELECT FROM task_instances AS newer
            WHERE newer.workflow_id = t.workflow_id AND newer.airflow_task_id = t.airflow_task_id
              AND newer.map_index = t.map_index AND newer.generation > t.generation)
        UNION ALL
        SELECT workflow_id, kind, jsonb_build_object('what', jsonb_agg(data ORDER BY place)),
               max(place)
        FROM noted WHERE kind = 'changed' GROUP BY workflow_id, kind),
    written AS (
        INSERT INTO workflow_events (workflow_id, seq, kind, data)
        SELECT v.workflow_id,
               v.version + row_number() OVER (
                   PARTITION BY v.workflow_id ORDER BY told.kind = 'end', told.place),
               told.kind, told.data
        FROM told JOIN workflow_versions AS v ON v.workflow_id = told.workflow_id
        RETURNING workflow_id, seq, kind),
    latest AS (
        SELECT w.workflow_id, w.user_id, w.end_timestamp, max(written.seq) AS version,
               max(written.seq) FILTER (WHERE written.kind = 'end') AS ended
        FROM written JOIN workflow_instances AS w USING (workflow_id) GROUP BY w.workflow_id)
    UPDATE workflow_versions AS v
    SET version = latest.version, user_id = latest.user_id, changed_at = clock_timestamp(),
        ended = CASE WHEN latest.end_timestamp IS NOT NULL THEN coalesce(latest.ended, v.ended) END
    FROM latest WHERE v.workflow_id = latest.workflow_id;
    DELETE FROM workflow_versions AS v
    WHERE v.workflow_id IN (
            SELECT (line::jsonb ->> 0)::uuid
            FROM string_to_table(trim(E'\n' FROM all_noted), E'\n') AS line
            WHERE line::jsonb ->> 1 = 'deleted')
      AND NOT EXISTS (SELECT FROM workflow_instances AS w WHERE w.workflow_id = v.workflow_id);
    PERFORM pg_notify('workflow', told.workflow_id)
    FROM (SELECT DISTINCT line::jsonb ->> 0 AS workflow_id
          FROM string_to_table(trim(E'\n' FROM all_noted), E'\n') AS line) AS told;
    RETURN NULL;
END $$;

CREATE FUNCTION note_workflow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO workflow_versions (workflow_id, user_id) VALUES (NEW.workflow_id, NEW.user_id)
        ON CONFLICT DO NOTHING;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.workflow_id, 'deleted', 'null');
    ELSIF OLD.end_timestamp IS NULL AND NEW.end_timestamp IS NOT NULL THEN
        PERFORM note_change(NEW.workflow_id, 'end', 'null');
    ELSIF (OLD.overall_status, OLD.error_message, OLD.triggered_at, OLD.end_timestamp, OLD.user_id,
           OLD.client_workflow_id)
        IS DISTINCT FROM (NEW.overall_status, NEW.error_message, NEW.triggered_at,
           NEW.end_timestamp, NEW.user_id, NEW.client_workflow_id) THEN
        PERFORM note_change(NEW.workflow_id, 'changed', '"workflow"');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_podcast() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.podcast_id, 'changed', '"podcast"');
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' OR (OLD.status, OLD.title, OLD.error)
            IS DISTINCT FROM (NEW.status, NEW.title, NEW.error) THEN
        PERFORM note_change(NEW.podcast_id, 'status', 'null');
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.audio_uri, OLD.episode_uri, OLD.cover_uri, OLD.duration_seconds,
            OLD.quality) IS DISTINCT FROM (NEW.audio_uri, NEW.episode_uri, NEW.cover_uri,
            NEW.duration_seconds, NEW.quality) THEN
        PERFORM note_change(NEW.podcast_id, 'changed', '"media"');
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.topic, OLD.preferences, OLD.script_id, OLD.script_revision,
            OLD.stream_id, OLD.user_id, OLD.created_at) IS DISTINCT FROM (NEW.topic,
            NEW.preferences, NEW.script_id, NEW.script_revision, NEW.stream_id, NEW.user_id,
            NEW.created_at) THEN
        PERFORM note_change(NEW.podcast_id, 'changed', '"podcast"');
    END IF;
    RETURN NULL;
END $$;

-- A status shows the newest generation of a task; what still happens to an older one says nothing
-- of the step.
CREATE FUNCTION note_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.workflow_id, 'changed', '"steps"');
    ELSIF TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.retry_count = OLD.retry_count
        OR EXISTS (SELECT FROM task_instances AS newer
                   WHERE newer.workflow_id = NEW.workflow_id
                     AND newer.airflow_task_id = NEW.airflow_task_id
                     AND newer.map_index = NEW.map_index AND newer.generation > NEW.generation) THEN
        IF TG_OP = 'INSERT' OR (OLD.agent_name, OLD.airflow_task_id, OLD.map_index, OLD.generation,
                OLD.task_order, OLD.status, OLD.retry_count, OLD.start_timestamp,
                OLD.end_timestamp, OLD.error_details, OLD.external_task_id)
            IS DISTINCT FROM (NEW.agent_name, NEW.airflow_task_id, NEW.map_index, NEW.generation,
                NEW.task_order, NEW.status, NEW.retry_count, NEW.start_timestamp,
                NEW.end_timestamp, NEW.error_details, NEW.external_task_id) THEN
            PERFORM note_change(NEW.workflow_id, 'changed', '"steps"');
        END IF;
    ELSE
        PERFORM note_change(
            NEW.workflow_id,
            CASE WHEN NEW.status IN ('pending', 'dispatched') THEN 'agent_waiting'
                 WHEN NEW.status = 'in_progress' THEN 'agent_started'
                 ELSE 'agent_ended' END,
            jsonb_build_object('agent', NEW.agent_name, 'task', NEW.airflow_task_id,
                'status', NEW.status, 'retries', NEW.retry_count,
                'error', CASE WHEN NEW.status IN ('pending', 'failed', 'cancelled')
                         THEN NEW.error_details ->> 'message' END));
    END IF;
    RETURN NULL;
END $$;

-- Which step a dispatch stands for is looked up at the end, under the workflow's lock: whoever ties
-- the two together commits before or after, never unseen.
CREATE FUNCTION note_dispatch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.workflow_id, 'changed', '"steps"');
        RETURN NULL;
    END IF;
    IF NEW.progress IS DISTINCT FROM OLD.progress THEN
        PERFORM note_change(NEW.workflow_id, 'agent_progress',
            jsonb_build_object('dispatch', NEW.task_id, 'progress', NEW.progress));
    END IF;
    IF NEW.error IS DISTINCT FROM OLD.error THEN
        PERFORM note_change(NEW.workflow_id, 'changed', '"steps"');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_script() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.workflow_id, 'changed', '"script"');
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.title IS DISTINCT FROM OLD.title THEN
        PERFORM note_change(NEW.workflow_id, 'status', 'null');
    END IF;
    IF TG_OP = 'INSERT' OR (OLD.status, OLD.part_count, OLD.structured_script ->> 'summary')
            IS DISTINCT FROM (NEW.status, NEW.part_count, NEW.structured_script ->> 'summary') THEN
        PERFORM note_change(NEW.workflow_id, 'changed', '"script"');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part script_parts := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    script generated_scripts;
    outlined numeric;
BEGIN
    SELECT * INTO script FROM generated_scripts AS g
    WHERE g.script_id = part.script_id AND g.revision = part.revision;
    IF TG_OP <> 'INSERT' THEN
        PERFORM note_change(script.workflow_id, 'changed', '"script"');
        RETURN NULL;
    END IF;
    -- How many there will be, the writer says in its progress until the script is complete.
    SELECT (d.progress ->> 'total')::numeric INTO outlined
    FROM task_instances AS t JOIN agent_dispatches AS d ON d.task_id = t.external_task_id
    WHERE t.workflow_id = script.workflow_id AND d.progress ->> 'unit' = 'parts'
    ORDER BY t.generation DESC LIMIT 1;
    PERFORM note_change(script.workflow_id, 'script_part', jsonb_build_object(
        'position', part.position, 'heading', part.heading,
        'written', (SELECT count(*) FROM script_parts AS standing
                    WHERE standing.script_id = part.script_id
                      AND standing.revision = part.revision),
        'total', coalesce(script.part_count, outlined)));
    RETURN NULL;
END $$;

CREATE FUNCTION note_stream() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.status, OLD.revision) IS DISTINCT FROM (NEW.status, NEW.revision)
    THEN
        PERFORM note_change(NEW.workflow_id, 'stream',
            jsonb_build_object('status', NEW.status, 'revision', NEW.revision));
    ELSIF TG_OP = 'UPDATE' AND OLD.expires_at IS DISTINCT FROM NEW.expires_at THEN
        PERFORM note_change(NEW.workflow_id, 'changed', '"stream"');
    END IF;
    RETURN NULL;
END $$;

-- A frame has 20 ms.
CREATE FUNCTION note_segment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    segment stream_segments := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    stream streams;
BEGIN
    IF segment.line_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO stream FROM streams AS s WHERE s.stream_id = segment.stream_id;
    IF TG_OP = 'INSERT' AND segment.revision = stream.revision THEN
        PERFORM note_change(stream.workflow_id, 'spoken', jsonb_build_object(
            'line_id', segment.line_id,
            'seconds', round((segment.first_frame + segment.frames) * 0.02, 2)));
    ELSE
        PERFORM note_change(stream.workflow_id, 'changed', '"stream"');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_grounding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_change((CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).podcast_id,
                        'changed', '"sources"');
    RETURN NULL;
END $$;

CREATE FUNCTION note_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.kind, OLD.title, OLD.url, OLD.author, OLD.published_on, OLD.harvested_at, OLD.body)
        IS DISTINCT FROM (NEW.kind, NEW.title, NEW.url, NEW.author, NEW.published_on,
                          NEW.harvested_at, NEW.body) THEN
        PERFORM note_change(grounded.podcast_id, 'source', jsonb_build_object(
            'source_id', NEW.source_id, 'title', NEW.title, 'url', NEW.url,
            'harvested', NEW.harvested_at IS NOT NULL))
        FROM podcast_sources AS grounded WHERE grounded.source_id = NEW.source_id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_media() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.media_type, OLD.bytes) IS DISTINCT FROM (NEW.media_type, NEW.bytes) THEN
        PERFORM note_change(p.podcast_id, 'changed', '"media"') FROM podcasts AS p
        WHERE p.audio_uri = NEW.uri OR p.episode_uri = NEW.uri OR p.cover_uri = NEW.uri;
    END IF;
    RETURN NULL;
END $$;

-- Each watched table has two triggers on the same changes: one notes, one tells at the commit.
-- Columns are named where a table is written often for reasons that no status shows.
DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
        ('workflow_instances', 'note_workflow',
         'INSERT OR DELETE OR UPDATE OF overall_status, error_message, triggered_at, '
         'end_timestamp, user_id, client_workflow_id'),
        ('podcasts', 'note_podcast', 'INSERT OR UPDATE OR DELETE'),
        ('task_instances', 'note_step', 'INSERT OR UPDATE OR DELETE'),
        ('agent_dispatches', 'note_dispatch', 'DELETE OR UPDATE OF progress, error'),
        ('generated_scripts', 'note_script',
         'INSERT OR DELETE OR UPDATE OF status, title, part_count, structured_script'),
        ('script_parts', 'note_part', 'INSERT OR UPDATE OR DELETE'),
        ('streams', 'note_stream', 'UPDATE OF status, revision, expires_at'),
        ('stream_segments', 'note_segment', 'INSERT OR UPDATE OR DELETE'),
        ('podcast_sources', 'note_grounding', 'INSERT OR UPDATE OR DELETE'),
        ('sources', 'note_source', 'UPDATE'),
        ('media_objects', 'note_media', 'UPDATE OF media_type, bytes')
    ) AS each (name, noting, changes) LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I FOR EACH ROW EXECUTE FUNCTION %I()',
                       watched.name || '_noted', watched.changes, watched.name, watched.noting);
        EXECUTE format('CREATE CONSTRAINT TRIGGER %I AFTER %s ON %I DEFERRABLE INITIALLY DEFERRED '
                       'FOR EACH ROW EXECUTE FUNCTION tell_changes()',
                       watched.name || '_told', watched.changes, watched.name);
    END LOOP;
END $$;

-- migrate:down

DROP FUNCTION note_workflow, note_podcast, note_step, note_dispatch, note_script, note_part,
    note_stream, note_segment, note_grounding, note_source, note_media, tell_changes, note_change
    CASCADE;
DROP TABLE workflow_events, workflow_versions;
