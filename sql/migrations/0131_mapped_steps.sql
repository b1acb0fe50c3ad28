-- migrate:up

-- Steps of one name are told apart by their place among the topics of a refresh.
CREATE OR REPLACE FUNCTION note_step() RETURNS trigger LANGUAGE plpgsql AS $$
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
                'map_index', nullif(NEW.map_index, -1), 'status', NEW.status, 'retries', NEW.retry_count,
                'error', CASE WHEN NEW.status IN ('pending', 'failed', 'cancelled')
                         THEN NEW.error_details ->> 'message' END));
    END IF;
    RETURN NULL;
END $$;

-- migrate:down

CREATE OR REPLACE FUNCTION note_step() RETURNS trigger LANGUAGE plpgsql AS $$
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
