-- migrate:up

-- Whoever follows the pool hears of a refresh that began or ended, whoever began or ended it.
CREATE FUNCTION tell_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('pool', NEW.workflow_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER refreshes_told AFTER INSERT OR UPDATE OF end_timestamp ON workflow_instances
    FOR EACH ROW WHEN (NEW.trigger_event_type = 'snippets_refresh')
    EXECUTE FUNCTION tell_refresh();

-- migrate:down

DROP TRIGGER refreshes_told ON workflow_instances;
DROP FUNCTION tell_refresh();
