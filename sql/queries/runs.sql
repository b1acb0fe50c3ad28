-- name: claim_untriggered
-- Accepted workflows without a run, each for one replica at a time: the lease is `check_after`.
WITH due AS (
    SELECT workflow_id FROM workflow_instances
    WHERE triggered_at IS NULL AND end_timestamp IS NULL AND check_after <= now()
      AND trigger_event_type IN ('podcast_request', 'snippets_refresh')
    ORDER BY check_after
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED)
UPDATE workflow_instances AS w
SET trigger_attempts = w.trigger_attempts + 1,
    check_after = now() + make_interval(secs => %(lease_seconds)s)
FROM due WHERE w.workflow_id = due.workflow_id
RETURNING w.workflow_id, w.dag_id, w.dag_run_id, w.trigger_attempts AS attempts,
          w.trigger_event_details AS details,
          jsonb_strip_nulls(jsonb_build_object(
              'client_workflow_id', w.client_workflow_id,
              'client_idempotency_key', w.client_idempotency_key,
              'request_id', w.context_data->'request_id',
              'traceparent', w.context_data->'traceparent')) AS request;

-- name: mark_triggered
-- Airflow has the run. `pending` stays: the first task to start makes it in_progress.
UPDATE workflow_instances
SET triggered_at = now(), check_after = now(), last_updated_timestamp = now()
WHERE workflow_id = %(workflow_id)s AND triggered_at IS NULL;

-- name: postpone
-- Look again after a while.
UPDATE workflow_instances SET check_after = now() + make_interval(secs => %(seconds)s)
WHERE workflow_id = %(workflow_id)s AND end_timestamp IS NULL;

-- name: claim_stale
-- Triggered workflows that are open and have been silent for long, each for one replica.
WITH due AS (
    SELECT w.workflow_id FROM workflow_instances AS w
    WHERE w.end_timestamp IS NULL AND w.triggered_at IS NOT NULL AND w.check_after <= now()
      AND w.last_updated_timestamp < now() - make_interval(secs => %(stale_seconds)s)
      AND NOT EXISTS (
          SELECT FROM task_instances AS t
          WHERE t.workflow_id = w.workflow_id
            AND t.last_updated_timestamp >= now() - make_interval(secs => %(stale_seconds)s))
    ORDER BY w.check_after
    LIMIT %(most)s
    FOR UPDATE OF w SKIP LOCKED)
UPDATE workflow_instances AS w
SET check_after = now() + make_interval(secs => %(stale_seconds)s)
FROM due WHERE w.workflow_id = due.workflow_id
RETURNING w.workflow_id, w.dag_id, w.dag_run_id;

-- name: read_outcome
-- What a run that ended has left behind, for the verdict on it: a podcast's sound and cover, or
-- nothing of the kind where the run was a refresh of the pool.
SELECT w.dag_id = 'snippets' AS is_refresh, p.audio_uri IS NOT NULL AS has_audio,
       p.cover_uri IS NOT NULL OR p.preferences->>'cover' = 'false' AS has_cover,
       (SELECT coalesce(t.error_details->>'message', t.error_details->>'error')
        FROM task_instances AS t
        WHERE t.workflow_id = w.workflow_id AND t.status = 'failed'
        ORDER BY t.generation DESC, t.task_order LIMIT 1) AS task_error
FROM workflow_instances AS w LEFT JOIN podcasts AS p ON p.podcast_id = w.workflow_id
WHERE w.workflow_id = %(workflow_id)s;

-- name: count_by_status
-- For /metrics: by an index, which alone is read.
SELECT overall_status AS status, count(*) AS workflows
FROM workflow_instances GROUP BY overall_status;

-- name: claim_unstopped
-- Cancelled workflows whose run is not known to have ended, each for one replica at a time. One
-- that was never handed to Airflow has none; one that was being handed over is left until whoever
-- did so must be done (`check_after`).
WITH due AS (
    SELECT workflow_id FROM workflow_instances
    WHERE overall_status = 'cancelled' AND run_ended_for IS DISTINCT FROM end_timestamp
      AND (triggered_at IS NOT NULL OR trigger_attempts > 0) AND check_after <= now()
    ORDER BY check_after
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED)
UPDATE workflow_instances AS w
SET check_after = now() + make_interval(secs => %(lease_seconds)s)
FROM due WHERE w.workflow_id = due.workflow_id
RETURNING w.workflow_id, w.dag_id, w.dag_run_id, w.end_timestamp AS ended_at,
          extract(epoch FROM now() - w.end_timestamp)::float8 AS ended_for;

-- name: look_again
-- The run was only just ended: what still happened beside that is seen in a moment.
UPDATE workflow_instances SET check_after = now() + make_interval(secs => %(seconds)s)
WHERE workflow_id = %(workflow_id)s AND end_timestamp = %(ended_at)s;

-- name: is_still_cancelled
-- A person may have cleared it meanwhile.
SELECT workflow_id FROM workflow_instances
WHERE workflow_id = %(workflow_id)s AND overall_status = 'cancelled'
  AND end_timestamp = %(ended_at)s;

-- name: mark_stopped
-- The run of this end is over.
UPDATE workflow_instances SET run_ended_for = %(ended_at)s
WHERE workflow_id = %(workflow_id)s AND end_timestamp = %(ended_at)s;

-- name: dispatches_to_stop
-- What agents still do for a cancelled workflow. Once a person had it made again, nothing: what is
-- at work then is wanted.
SELECT sent.task_id
FROM agent_dispatches AS sent JOIN workflow_instances AS flow USING (workflow_id)
WHERE sent.workflow_id = %(workflow_id)s AND sent.status IN ('PENDING', 'STARTED')
  AND flow.overall_status = 'cancelled';
