-- migrate:up

-- How much there will be, from the moment the outline stands: until the script is complete,
-- part_count is null, since the voice counts parts by it.
ALTER TABLE generated_scripts ADD COLUMN planned_parts integer CHECK (planned_parts >= 0);
ALTER TABLE generated_scripts ADD COLUMN estimated_seconds double precision
    CHECK (estimated_seconds >= 0);
COMMENT ON COLUMN generated_scripts.estimated_seconds IS
    'How long the episode will sound; null where nothing is known that would tell.';

-- How long a line that is spoken now makes the whole: what the stream is ahead of its estimate, or
-- behind it, the rest will not make good.
CREATE FUNCTION estimate_total(workflow uuid, spoken_line text, spoken_seconds double precision)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT round(greatest(expected.seconds, spoken_seconds)::numeric, 2)
    FROM podcasts AS p
    JOIN generated_scripts AS g ON g.script_id = p.script_id AND g.revision = p.script_revision
    JOIN script_parts AS sp ON sp.script_id = g.script_id AND sp.revision = g.revision
    CROSS JOIN LATERAL jsonb_array_elements(sp.lines) AS line (line)
    CROSS JOIN LATERAL (
        SELECT g.estimated_seconds + spoken_seconds - (line ->> 'estimated_end')::float8
    ) AS expected (seconds)
    WHERE p.podcast_id = workflow AND line ->> 'line_id' = spoken_line
      AND sp.position::text = split_part(spoken_line, '.', 1)
      AND expected.seconds IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION note_script() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.workflow_id, 'changed', '"script"');
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.title IS DISTINCT FROM OLD.title THEN
        PERFORM note_change(NEW.workflow_id, 'status', 'null');
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.planned_parts, OLD.estimated_seconds)
            IS DISTINCT FROM (NEW.planned_parts, NEW.estimated_seconds) THEN
        PERFORM note_change(NEW.workflow_id, 'script_planned', jsonb_build_object(
            'total', NEW.planned_parts,
            'estimated_total_seconds', round(NEW.estimated_seconds::numeric, 2)));
    END IF;
    IF TG_OP = 'INSERT' OR (OLD.status, OLD.part_count, OLD.structured_script ->> 'summary')
            IS DISTINCT FROM (NEW.status, NEW.part_count, NEW.structured_script ->> 'summary') THEN
        PERFORM note_change(NEW.workflow_id, 'changed', '"script"');
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER generated_scripts_noted ON generated_scripts;
DROP TRIGGER generated_scripts_told ON generated_scripts;
CREATE TRIGGER generated_scripts_noted AFTER INSERT OR DELETE OR UPDATE OF status, title,
    part_count, planned_parts, estimated_seconds, structured_script ON generated_scripts
    FOR EACH ROW EXECUTE FUNCTION note_script();
CREATE CONSTRAINT TRIGGER generated_scripts_told AFTER INSERT OR DELETE OR UPDATE OF status, title,
    part_count, planned_parts, estimated_seconds, structured_script ON generated_scripts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_changes();

CREATE OR REPLACE FUNCTION note_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part script_parts := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    script generated_scripts;
BEGIN
    SELECT * INTO script FROM generated_scripts AS g
    WHERE g.script_id = part.script_id AND g.revision = part.revision;
    IF TG_OP <> 'INSERT' THEN
        PERFORM note_change(script.workflow_id, 'changed', '"script"');
        RETURN NULL;
    END IF;
    PERFORM note_change(script.workflow_id, 'script_part', jsonb_build_object(
        'position', part.position, 'heading', part.heading,
        'written', (SELECT count(*) FROM script_parts AS standing
                    WHERE standing.script_id = part.script_id
                      AND standing.revision = part.revision),
        'total', coalesce(script.part_count, script.planned_parts)));
    RETURN NULL;
END $$;

-- A frame has 20 ms.
CREATE OR REPLACE FUNCTION note_segment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    segment stream_segments := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    stream streams;
    heard double precision := (segment.first_frame + segment.frames) * 0.02;
BEGIN
    IF segment.line_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO stream FROM streams AS s WHERE s.stream_id = segment.stream_id;
    IF TG_OP = 'INSERT' AND segment.revision = stream.revision THEN
        PERFORM note_change(stream.workflow_id, 'spoken', jsonb_build_object(
            'line_id', segment.line_id,
            'seconds', round(heard::numeric, 2),
            'estimated_total_seconds',
            estimate_total(stream.workflow_id, segment.line_id, heard)));
    ELSE
        PERFORM note_change(stream.workflow_id, 'changed', '"stream"');
    END IF;
    RETURN NULL;
END $$;

-- migrate:down

DROP TRIGGER generated_scripts_noted ON generated_scripts;
DROP TRIGGER generated_scripts_told ON generated_scripts;
CREATE TRIGGER generated_scripts_noted AFTER INSERT OR DELETE
    OR UPDATE OF status, title, part_count, structured_script ON generated_scripts
    FOR EACH ROW EXECUTE FUNCTION note_script();
CREATE CONSTRAINT TRIGGER generated_scripts_told AFTER INSERT OR DELETE
    OR UPDATE OF status, title, part_count, structured_script ON generated_scripts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_changes();

CREATE OR REPLACE FUNCTION note_script() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION note_part() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION note_segment() RETURNS trigger LANGUAGE plpgsql AS $$
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

DROP FUNCTION estimate_total;
ALTER TABLE generated_scripts DROP COLUMN estimated_seconds, DROP COLUMN planned_parts;
