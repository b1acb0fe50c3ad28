-- migrate:up

-- A cancelled workflow's run in Airflow is to end too. Airflow may be away when it is told, so it is
-- told until it has ended: `run_ended_for` is the end of the workflow for which that is known. (A
-- workflow that a person cleared may be cancelled again, and then ends anew.)
ALTER TABLE workflow_instances ADD COLUMN run_ended_for timestamptz;
CREATE INDEX workflow_instances_unstopped ON workflow_instances (check_after)
    WHERE overall_status = 'cancelled' AND run_ended_for IS DISTINCT FROM end_timestamp;

-- migrate:down

DROP INDEX workflow_instances_unstopped;
ALTER TABLE workflow_instances DROP COLUMN run_ended_for;
