-- name: begin_step
-- Opens an attempt at a task. A retry goes on in its row; a task that a person cleared (its
-- budget of tries grew) gets a row of the run's new generation. Nothing begins in a workflow that
-- was cancelled, nor in that of a deleted run of the same id. Where the workflow or the task has
-- ended, only what Airflow itself says is running (`confirmed`) opens it again: a retry or a Clear,
-- and not an attempt that a person ended while its process was starting.
WITH latest AS (
    SELECT generation, max_tries, status, try_number FROM task_instances
    WHERE workflow_id = %(workflow_id)s AND airflow_task_id = %(airflow_task_id)s
      AND map_index = %(map_index)s
    ORDER BY generation DESC LIMIT 1),
flow AS (
    UPDATE workflow_instances
    SET overall_status = 'in_progress', end_timestamp = NULL, error_message = NULL,
        last_updated_timestamp = now()
    WHERE workflow_id = %(workflow_id)s AND dag_id = %(dag_id)s AND dag_run_id = %(run_id)s
      AND overall_status <> 'cancelled'
      AND coalesce(context_data ->> 'run_after', %(run_after)s) = %(run_after)s
      AND (%(confirmed)s OR end_timestamp IS NULL AND NOT EXISTS (
               SELECT FROM latest WHERE status IN ('completed', 'failed', 'skipped')))
    RETURNING workflow_id, user_id),
podcast AS (
    UPDATE podcasts SET status = 'GENERATING', error = NULL, updated_at = now()
    FROM flow WHERE podcast_id = flow.workflow_id AND status NOT IN ('GENERATING', 'CANCELLED')),
step AS (
    INSERT INTO task_instances AS standing (
        workflow_id, agent_name, airflow_task_id, map_index, generation, task_order, status,
        input_params, start_timestamp, try_number, max_tries)
    SELECT flow.workflow_id, %(agent_name)s, %(airflow_task_id)s, %(map_index)s,
           coalesce((SELECT generation FROM latest
                     WHERE try_number > 0 AND max_tries = %(max_tries)s
                       AND status <> 'cancelled'), %(clear_number)s),
           %(task_order)s, 'in_progress', %(input_params)s, now(), %(try_number)s, %(max_tries)s
    FROM flow
    ON CONFLICT (workflow_id, airflow_task_id, map_index, generation) DO UPDATE
    SET status = 'in_progress', end_timestamp = NULL, error_details = NULL,
        retry_count = standing.retry_count
            + (standing.try_number > 0 AND standing.try_number <> excluded.try_number)::int,
        start_timestamp = coalesce(standing.start_timestamp, excluded.start_timestamp),
        input_params = excluded.input_params, try_number = excluded.try_number,
        max_tries = excluded.max_tries, last_updated_timestamp = now()
    RETURNING task_id, workflow_id, generation, retry_count, external_task_id,
              start_timestamp AS started_at)
SELECT step.*, flow.user_id, pg_notify('workflow', flow.workflow_id::text)::text AS told
FROM step CROSS JOIN flow;

-- name: resume_step
-- The attempt that deferred, as it was left.
SELECT step.task_id, step.workflow_id, step.generation, step.retry_count, step.external_task_id,
       step.start_timestamp AS started_at, flow.user_id, ''::text AS told
FROM task_instances AS step JOIN workflow_instances AS flow USING (workflow_id)
WHERE flow.dag_id = %(dag_id)s AND flow.dag_run_id = %(run_id)s
  AND step.airflow_task_id = %(airflow_task_id)s AND step.map_index = %(map_index)s
ORDER BY step.generation DESC LIMIT 1;

-- name: plan_step
-- A task that is still to come, so that whoever looks sees the whole flow.
INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, generation, task_order)
VALUES (%(workflow_id)s, %(agent_name)s, %(airflow_task_id)s, %(generation)s, %(task_order)s)
ON CONFLICT DO NOTHING;

-- name: find_workflow
-- The workflow of a run, whatever its state; run_after tells runs of one id apart, and is null
-- where the facade asked for the run.
SELECT workflow_id, overall_status, dag_id, dag_run_id, context_data ->> 'run_after' AS run_after
FROM workflow_instances
WHERE workflow_id = %(workflow_id)s OR (dag_id = %(dag_id)s AND dag_run_id = %(run_id)s);

-- name: hold_open
-- Before a dispatch, in its transaction: whoever closes the workflow waits for it and then finds
-- the dispatch, or was first, and nothing is dispatched any more.
SELECT workflow_id FROM workflow_instances
WHERE workflow_id = %(workflow_id)s AND end_timestamp IS NULL
FOR SHARE;

-- name: note_dispatch
-- In the dispatch's own transaction: the agent cannot start before its row is known here.
UPDATE task_instances
SET status = CASE WHEN EXISTS (SELECT FROM agent_dispatches AS sent
                               WHERE sent.task_id = %(external_task_id)s
                                 AND sent.status = 'STARTED')
             THEN 'in_progress' ELSE 'dispatched' END,
    external_task_id = %(external_task_id)s, input_params = %(input_params)s,
    last_updated_timestamp = now()
WHERE task_id = %(task_id)s;

-- name: complete_step
-- What the task made, in short. A row that was ended from outside (a person's mark, a cancelled
-- workflow) stays as it is.
WITH done AS (
    UPDATE task_instances
    SET status = 'completed', output_result_summary = %(summary)s, error_details = NULL,
        end_timestamp = now(), last_updated_timestamp = now()
    WHERE task_id = %(task_id)s AND status IN ('pending', 'dispatched', 'in_progress')
    RETURNING workflow_id)
SELECT pg_notify('workflow', workflow_id::text) FROM done;

-- name: end_step
-- An attempt that did not succeed: failed, skipped, cancelled, or pending where it is retried.
-- What was ended from outside stays so, whatever the task then says of itself.
WITH ended AS (
    UPDATE task_instances
    SET status = %(status)s, error_details = %(error)s, last_updated_timestamp = now(),
        end_timestamp = CASE WHEN %(status)s <> 'pending' THEN now() END
    WHERE task_id = %(task_id)s AND status IN ('pending', 'dispatched', 'in_progress')
    RETURNING workflow_id)
SELECT pg_notify('workflow', workflow_id::text) FROM ended;

-- name: end_step_of_run
-- The same for a task that did not say so itself: killed, or marked by a person. Only a row at
-- work is touched (a pending one may fail), but for a person's word (`force`), which overrules
-- all but the caller's own, who cancelled the workflow.
WITH target AS (
    SELECT step.task_id, step.workflow_id, flow.overall_status = 'cancelled' AS cancelled
    FROM task_instances AS step JOIN workflow_instances AS flow USING (workflow_id)
    WHERE flow.dag_id = %(dag_id)s AND flow.dag_run_id = %(run_id)s
      AND step.airflow_task_id = %(airflow_task_id)s AND step.map_index = %(map_index)s
    ORDER BY step.generation DESC LIMIT 1)
UPDATE task_instances AS step
SET status = %(status)s, error_details = %(error)s, last_updated_timestamp = now(),
    end_timestamp = CASE WHEN %(status)s <> 'pending' THEN now() END
FROM target
WHERE step.task_id = target.task_id
  AND (%(force)s AND NOT target.cancelled
       OR step.status IN ('dispatched', 'in_progress')
       OR (step.status = 'pending' AND %(status)s = 'failed'))
RETURNING target.workflow_id, step.external_task_id,
          pg_notify('workflow', target.workflow_id::text)::text AS told;

-- name: cancel_step_of_dispatch
-- The task whose agent a person stopped by clearing it; one marked failed has been told already.
-- It may be pending: the scheduler can be first, and what it takes for killed it will try again.
WITH ended AS (
    UPDATE task_instances
    SET status = 'cancelled', end_timestamp = now(), last_updated_timestamp = now()
    WHERE external_task_id = %(external_task_id)s
      AND status IN ('pending', 'dispatched', 'in_progress')
    RETURNING workflow_id)
SELECT pg_notify('workflow', workflow_id::text) FROM ended;

-- name: open_dispatches
-- What agents still do for a workflow, for one task of it, or for one of a mapped task.
SELECT sent.task_id FROM agent_dispatches AS sent
WHERE sent.workflow_id = %(workflow_id)s AND sent.status IN ('PENDING', 'STARTED')
  AND (%(airflow_task_id)s::text IS NULL OR sent.task_id IN (
      SELECT step.external_task_id FROM task_instances AS step
      WHERE step.workflow_id = %(workflow_id)s AND step.airflow_task_id = %(airflow_task_id)s
        AND (%(map_index)s::int IS NULL OR step.map_index = %(map_index)s)));

-- name: superseded_dispatches
-- What agents still do for earlier generations of a task.
SELECT sent.task_id
FROM task_instances AS step
JOIN task_instances AS old
    ON old.workflow_id = step.workflow_id AND old.airflow_task_id = step.airflow_task_id
    AND old.map_index = step.map_index AND old.generation < step.generation
JOIN agent_dispatches AS sent ON sent.task_id = old.external_task_id
WHERE step.task_id = %(task_id)s AND sent.status IN ('PENDING', 'STARTED');

-- name: read_steps
-- The newest attempt at each task of a workflow, in order.
SELECT * FROM (
    SELECT DISTINCT ON (airflow_task_id, map_index)
           airflow_task_id, agent_name, map_index, task_order, generation, status, retry_count,
           input_params AS inputs, output_result_summary AS summary, error_details AS error,
           extract(epoch FROM coalesce(end_timestamp, now()) - start_timestamp)::float8 AS seconds
    FROM task_instances WHERE workflow_id = %(workflow_id)s
    ORDER BY airflow_task_id, map_index, generation DESC) AS newest
ORDER BY task_order, map_index;

-- name: read_made
-- What became of a workflow, for whoever reads of it in one place. How long it took is told only
-- where nobody cleared in between: the pause before a Clear is no work.
SELECT flow.dag_id, p.title, flow.overall_status AS status, flow.error_message AS error,
       p.duration_seconds AS seconds,
       extract(epoch FROM coalesce(flow.end_timestamp, now()) - work.began)::float8 AS took
FROM workflow_instances AS flow
LEFT JOIN podcasts AS p ON p.podcast_id = flow.workflow_id
LEFT JOIN LATERAL (
    SELECT min(start_timestamp) AS began FROM task_instances AS step
    WHERE step.workflow_id = flow.workflow_id
    HAVING max(generation) = 0) AS work ON true
WHERE flow.workflow_id = %(workflow_id)s;

-- name: read_costs
-- What the agents of a workflow cost, over all its generations. A call out of the journal is free.
SELECT upper(split_part(task_name, '.', 1)) AS agent_name,
       count(*) FILTER (WHERE outcome IN ('completed', 'failed')) AS calls,
       count(*) FILTER (WHERE outcome = 'reused') AS reused,
       coalesce(sum((units ->> 'characters')::float8), 0) AS characters,
       sum(cost_usd)::float8 AS cost_usd
FROM call_ledger WHERE workflow_id = %(workflow_id)s
GROUP BY agent_name ORDER BY agent_name;

-- name: leftover_reader
-- The newest attempt at a task that works with what another made, if it began before that
-- other's newest generation: then it works, or worked, with what is out of date.
SELECT status FROM (
    SELECT status, generation FROM task_instances
    WHERE workflow_id = %(workflow_id)s AND airflow_task_id = %(airflow_task_id)s
    ORDER BY generation DESC LIMIT 1) AS newest
WHERE generation < %(generation)s AND status <> 'pending';

-- name: close
-- Only an open workflow is closed: whoever closed it first knew best. Its podcast says the same,
-- no task stays at work but the one that closes, and the listeners of a stream that nobody will
-- finish are told. What never began was skipped; what waited for its next try had begun.
WITH closed AS (
    UPDATE workflow_instances
    SET overall_status = %(status)s, error_message = %(error)s, end_timestamp = now(),
        last_updated_timestamp = now()
    WHERE workflow_id = %(workflow_id)s AND end_timestamp IS NULL
    RETURNING workflow_id),
unplayed AS (
    UPDATE task_instances
    SET status = CASE WHEN status = 'pending' AND start_timestamp IS NULL THEN 'skipped'
                      ELSE 'cancelled' END,
        end_timestamp = now(), last_updated_timestamp = now()
    FROM closed
    WHERE task_instances.workflow_id = closed.workflow_id
      AND status IN ('pending', 'dispatched', 'in_progress')
      AND (airflow_task_id IS DISTINCT FROM %(closing_task)s::text
           OR EXISTS (SELECT FROM task_instances AS newer
                      WHERE newer.workflow_id = task_instances.workflow_id
                        AND newer.airflow_task_id = task_instances.airflow_task_id
                        AND newer.generation > task_instances.generation))),
podcast AS (
    UPDATE podcasts SET status = upper(%(status)s), error = %(error)s, updated_at = now()
    FROM closed WHERE podcast_id = closed.workflow_id AND status = 'GENERATING'),
stream AS (
    UPDATE streams SET status = %(status)s, error = %(error)s, ended_at = now()
    FROM closed
    WHERE streams.workflow_id = closed.workflow_id AND streams.status = 'open'
      AND %(status)s IN ('failed', 'cancelled')
    RETURNING stream_id),
silenced AS (SELECT pg_notify('stream_segment', stream_id::text) FROM stream)
SELECT workflow_id, pg_notify('workflow', workflow_id::text)::text AS told,
       (SELECT count(*) FROM silenced) AS streams
FROM closed;

-- name: reopen
-- A person cleared tasks of a run that had ended, cancelled ones included.
WITH flow AS (
    UPDATE workflow_instances
    SET overall_status = 'in_progress', end_timestamp = NULL, error_message = NULL,
        last_updated_timestamp = now()
    WHERE dag_id = %(dag_id)s AND dag_run_id = %(run_id)s AND end_timestamp IS NOT NULL
      AND coalesce(context_data ->> 'run_after', %(run_after)s) = %(run_after)s
    RETURNING workflow_id)
UPDATE podcasts SET status = 'GENERATING', error = NULL, updated_at = now()
FROM flow WHERE podcast_id = flow.workflow_id;

-- name: copy_plan
-- The tasks a person cleared get rows of the new generation before any of them begins, so that
-- each knows what the others will do.
INSERT INTO task_instances (workflow_id, agent_name, airflow_task_id, generation, task_order)
SELECT DISTINCT ON (step.airflow_task_id) step.workflow_id, step.agent_name,
       step.airflow_task_id, %(generation)s, step.task_order
FROM task_instances AS step JOIN workflow_instances AS flow USING (workflow_id)
WHERE flow.dag_id = %(dag_id)s AND flow.dag_run_id = %(run_id)s AND step.map_index = -1
  AND step.airflow_task_id = ANY (%(airflow_task_ids)s)
  AND coalesce(flow.context_data ->> 'run_after', %(run_after)s) = %(run_after)s
ON CONFLICT DO NOTHING;

-- name: adopt_owner
-- Whose it is. Their token may never have been seen yet.
INSERT INTO users (subject) VALUES (%(subject)s)
ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
RETURNING user_id;

-- name: adopt_workflow
-- The workflow of a run that nobody asked the facade for.
INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, trigger_event_details,
                                dag_id, dag_run_id, triggered_at, context_data,
                                client_workflow_id, client_idempotency_key)
VALUES (%(workflow_id)s, %(user_id)s, %(event_type)s, %(details)s, %(dag_id)s, %(run_id)s, now(),
        %(context)s, %(client_workflow_id)s, %(client_idempotency_key)s)
ON CONFLICT DO NOTHING;

-- name: adopt_stream
-- As the facade does for a caller.
INSERT INTO streams (stream_id, workflow_id) VALUES (%(stream_id)s, %(workflow_id)s)
ON CONFLICT DO NOTHING;

-- name: adopt_podcast
-- As the facade does for a caller.
INSERT INTO podcasts (podcast_id, user_id, topic, preferences, script_id, stream_id)
SELECT flow.workflow_id, flow.user_id, %(topic)s, %(preferences)s, %(script_id)s, stream.stream_id
FROM workflow_instances AS flow JOIN streams AS stream USING (workflow_id)
WHERE flow.workflow_id = %(workflow_id)s
ON CONFLICT DO NOTHING;

-- name: read_podcast
-- What the agents of a podcast are asked with. The script's revision is the generation of its
-- writing, be that finished, at work or still to come.
SELECT p.topic, p.preferences, p.script_id, p.stream_id, p.tts_settings,
       coalesce(writing.generation, p.script_revision) AS script_revision,
       coalesce(writing.status, 'pending') AS writing_status,
       writing.error AS writing_error, harvest.summary AS harvest
FROM podcasts AS p
LEFT JOIN LATERAL (
    SELECT generation, status, error_details ->> 'message' AS error FROM task_instances
    WHERE workflow_id = p.podcast_id AND airflow_task_id = 'weave_script'
    ORDER BY generation DESC LIMIT 1) AS writing ON true
LEFT JOIN LATERAL (
    SELECT output_result_summary AS summary FROM task_instances
    WHERE workflow_id = p.podcast_id AND airflow_task_id = 'harvest' AND status = 'completed'
    ORDER BY generation DESC LIMIT 1) AS harvest ON true
WHERE p.podcast_id = %(workflow_id)s;

-- name: choose_script
-- The podcast speaks of the newest script from the moment its writing is asked for.
UPDATE podcasts SET script_revision = %(revision)s, updated_at = now()
WHERE podcast_id = %(workflow_id)s;

-- name: read_script_title
-- What the writer called the episode.
SELECT title FROM generated_scripts WHERE script_id = %(script_id)s AND revision = %(revision)s;

-- name: publish_podcast
-- What the flow made. A media URI that is missing leaves what an earlier generation made.
UPDATE podcasts
SET title = coalesce(%(title)s, title),
    audio_uri = coalesce(%(audio_uri)s, audio_uri),
    episode_uri = coalesce(%(episode_uri)s, episode_uri),
    cover_uri = coalesce(%(cover_uri)s, cover_uri),
    duration_seconds = coalesce(%(duration_seconds)s, duration_seconds),
    quality = coalesce(%(quality)s, quality),
    notification_status = %(notification_status)s,
    orchestration_log = %(orchestration_log)s, updated_at = now()
WHERE podcast_id = %(workflow_id)s;
