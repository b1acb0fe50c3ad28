-- migrate:up

-- Where the bytes of a segment lie, no status shows. That its stream was swept, a status does show:
-- so far it was told only because the segments are emptied by the same statement.
CREATE OR REPLACE FUNCTION note_stream() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.status, OLD.revision) IS DISTINCT FROM (NEW.status, NEW.revision)
    THEN
        PERFORM note_change(NEW.workflow_id, 'stream',
            jsonb_build_object('status', NEW.status, 'revision', NEW.revision));
    ELSIF TG_OP = 'UPDATE' AND (OLD.expires_at, OLD.swept_at IS NULL)
            IS DISTINCT FROM (NEW.expires_at, NEW.swept_at IS NULL) THEN
        PERFORM note_change(NEW.workflow_id, 'changed', '"stream"');
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER streams_noted ON streams;
DROP TRIGGER streams_told ON streams;
CREATE TRIGGER streams_noted AFTER UPDATE OF status, revision, expires_at, swept_at ON streams
    FOR EACH ROW EXECUTE FUNCTION note_stream();
CREATE CONSTRAINT TRIGGER streams_told AFTER UPDATE OF status, revision, expires_at, swept_at ON streams
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_changes();

DROP TRIGGER stream_segments_noted ON stream_segments;
DROP TRIGGER stream_segments_told ON stream_segments;
CREATE TRIGGER stream_segments_noted AFTER INSERT OR DELETE
    OR UPDATE OF stream_id, revision, line_id, first_frame, frames ON stream_segments
    FOR EACH ROW EXECUTE FUNCTION note_segment();
CREATE CONSTRAINT TRIGGER stream_segments_told AFTER INSERT OR DELETE
    OR UPDATE OF stream_id, revision, line_id, first_frame, frames ON stream_segments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_changes();

-- Something may happen to a podcast long after its end: its stream is swept, its agents' messages
-- are forgotten. So events are forgotten in the order of the last change, not of the end, and what
-- was passed by is looked at once more.
CREATE INDEX workflow_versions_changed ON workflow_versions (changed_at, workflow_id);
DELETE FROM housekeeping_positions WHERE step = 'events';

-- migrate:down

DELETE FROM housekeeping_positions WHERE step = 'events';
DROP INDEX workflow_versions_changed;

DROP TRIGGER stream_segments_noted ON stream_segments;
DROP TRIGGER stream_segments_told ON stream_segments;
CREATE TRIGGER stream_segments_noted AFTER INSERT OR UPDATE OR DELETE ON stream_segments
    FOR EACH ROW EXECUTE FUNCTION note_segment();
CREATE CONSTRAINT TRIGGER stream_segments_told AFTER INSERT OR UPDATE OR DELETE ON stream_segments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_changes();

DROP TRIGGER streams_noted ON streams;
DROP TRIGGER streams_told ON streams;
CREATE TRIGGER streams_noted AFTER UPDATE OF status, revision, expires_at ON streams
    FOR EACH ROW EXECUTE FUNCTION note_stream();
CREATE CONSTRAINT TRIGGER streams_told AFTER UPDATE OF status, revision, expires_at ON streams
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_changes();

CREATE OR REPLACE FUNCTION note_stream() RETURNS trigger LANGUAGE plpgsql AS $$
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
