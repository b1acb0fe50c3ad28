-- Whether anything is being made, or stopped, at the moment.
SELECT EXISTS (SELECT FROM workflow_instances
               WHERE end_timestamp IS NULL
                  OR (overall_status = 'cancelled'
                      AND run_ended_for IS DISTINCT FROM end_timestamp))
    OR EXISTS (SELECT FROM agent_dispatches WHERE status IN ('PENDING', 'STARTED'));
