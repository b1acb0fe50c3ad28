-- migrate:up

-- The house forgets refreshes of everybody's pool some time after their end; /metrics counts
-- workflows at every scrape.
CREATE INDEX workflow_instances_refreshes ON workflow_instances (end_timestamp)
    WHERE trigger_event_type = 'snippets_refresh' AND user_id IS NULL AND end_timestamp IS NOT NULL;
CREATE INDEX workflow_instances_by_status ON workflow_instances (overall_status);

-- migrate:down

DROP INDEX workflow_instances_by_status, workflow_instances_refreshes;
