-- migrate:up

-- A workflow that was accepted while 0080 was applied, after its look at what there was and before
-- its triggers stood, has no version, and so nobody could see it. It gets one now; and should one
-- ever be missing again, the first change to its workflow adds it.
INSERT INTO workflow_versions (workflow_id, user_id, ended)
SELECT workflow_id, user_id, CASE WHEN end_timestamp IS NOT NULL THEN 0 END FROM workflow_instances
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    all_noted text := current_setting('aethercast.noted', true);
BEGIN
    IF coalesce(all_noted, '') = '' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('aethercast.noted', '', true);
    -- Before any lock, so that whoever waits here holds none; and in one order as well.
    INSERT INTO workflow_versions (workflow_id, user_id, ended)
    SELECT w.workflow_id, w.user_id, CASE WHEN w.end_timestamp IS NOT NULL THEN 0 END
    FROM workflow_instances AS w
    WHERE w.workflow_id IN (SELECT (line::jsonb ->> 0)::uuid
                            FROM string_to_table(trim(E'\n' FROM all_noted), E'\n') AS line)
      AND NOT EXISTS (SELECT FROM workflow_versions AS v WHERE v.workflow_id = w.workflow_id)
    ORDER BY w.workflow_id
    ON CONFLICT DO NOTHING;
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

-- migrate:down

CREATE OR REPLACE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql AS $$
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
