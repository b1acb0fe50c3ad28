-- migrate:up

-- What ended long ago is looked for by its end.
CREATE INDEX workflow_instances_ended ON workflow_instances (end_timestamp, workflow_id)
    WHERE end_timestamp IS NOT NULL;

-- migrate:down

DROP INDEX workflow_instances_ended;
