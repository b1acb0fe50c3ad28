-- name: find_topic
-- The title of a discovered topic or snippet; these are shared by everybody.
SELECT id AS topic_id, title FROM topics_snippets WHERE id = %(topic_id)s;

-- name: estimate_seconds
-- Seconds of work per minute asked for, over the last twenty finished episodes.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY recent.seconds / recent.minutes) AS seconds
FROM (
    SELECT extract(epoch FROM w.end_timestamp - w.start_timestamp)::float8 AS seconds,
           greatest((p.preferences->>'length_minutes')::float8, 1) AS minutes
    FROM workflow_instances w JOIN podcasts p ON p.podcast_id = w.workflow_id
    WHERE w.overall_status IN ('completed', 'completed_with_errors')
      AND p.preferences->>'length_minutes' ~ '^[0-9]+$'
    ORDER BY w.start_timestamp DESC
    LIMIT 20
) AS recent;

-- name: create_workflow
-- Not yet triggered: the sweeper hands it to Airflow after the commit.
INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, trigger_event_details,
                                dag_id, dag_run_id, client_workflow_id, client_idempotency_key,
                                context_data)
VALUES (%(workflow_id)s, %(user_id)s, 'podcast_request', %(details)s, %(dag_id)s, %(dag_run_id)s,
        %(client_workflow_id)s, %(client_idempotency_key)s, %(context)s);

-- name: create_stream
-- The stream exists from the start, so that a listener may connect before there is sound.
INSERT INTO streams (stream_id, workflow_id, expires_at)
VALUES (%(stream_id)s, %(workflow_id)s, %(expires_at)s);

-- name: create
-- The podcast under the workflow's id.
INSERT INTO podcasts (podcast_id, user_id, topic, preferences, script_id, stream_id, websocket_url,
                      tts_settings)
VALUES (%(podcast_id)s, %(user_id)s, %(topic)s, %(preferences)s, %(script_id)s, %(stream_id)s,
        %(websocket_url)s, %(tts_settings)s);

-- name: attach_source
-- What the episode is grounded in, in the order given.
INSERT INTO podcast_sources (podcast_id, source_id, position)
VALUES (%(podcast_id)s, %(source_id)s, %(position)s);

-- name: find_cancellable
-- The caller's podcast, with what is needed to stop it.
SELECT w.overall_status AS status, w.dag_id, w.dag_run_id
FROM podcasts p JOIN workflow_instances w ON w.workflow_id = p.podcast_id
WHERE p.podcast_id = %(workflow_id)s AND p.user_id = %(user_id)s;
