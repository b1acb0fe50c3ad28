-- name: missing_tables
-- The tables that a flow cannot do without and that are not there (yet).
SELECT name
FROM unnest(ARRAY['users', 'workflow_instances', 'podcasts', 'sources', 'media_objects',
                  'request_keys', 'agent_dispatches']) AS name
WHERE to_regclass(name) IS NULL;
