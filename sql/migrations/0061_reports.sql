-- migrate:up

-- What analysts ask about: runs, agents, costs. One row is one run, one step in one generation, or
-- one day's calls of one model for one owner. Times are in seconds, money is in US dollars.

CREATE VIEW run_report AS
SELECT flow.workflow_id, flow.dag_id, flow.dag_run_id,
       flow.trigger_event_type AS started_by, person.subject AS owner,
       coalesce(podcast.topic, flow.trigger_event_details ->> 'topic') AS topic,
       podcast.title, flow.overall_status AS status,
       coalesce(podcast.error, flow.error_message) AS error,
       flow.start_timestamp AS asked_at, flow.end_timestamp AS ended_at,
       extract(epoch FROM step.began - flow.start_timestamp)::float8 AS waited_seconds,
       extract(epoch FROM flow.end_timestamp - flow.start_timestamp)::float8 AS seconds,
       extract(epoch FROM sound.first_at - flow.start_timestamp)::float8 AS first_sound_seconds,
       podcast.duration_seconds AS episode_seconds,
       step.steps, step.retries, step.clears,
       coalesce(spent.calls, 0) AS model_calls, coalesce(spent.reused, 0) AS calls_reused,
       coalesce(spent.failed, 0) AS calls_failed, coalesce(spent.characters, 0) AS characters,
       coalesce(spent.cost_usd, 0) AS cost_usd,
       flow.client_workflow_id
FROM workflow_instances AS flow
LEFT JOIN users AS person USING (user_id)
LEFT JOIN podcasts AS podcast ON podcast.podcast_id = flow.workflow_id
LEFT JOIN LATERAL (
    SELECT count(DISTINCT (airflow_task_id, map_index)) AS steps, sum(retry_count) AS retries,
           count(DISTINCT generation) FILTER (WHERE generation > 0) AS clears,
           min(start_timestamp) AS began
    FROM task_instances WHERE workflow_id = flow.workflow_id) AS step ON true
LEFT JOIN LATERAL (
    SELECT min(segment.created_at) AS first_at
    FROM streams JOIN stream_segments AS segment USING (stream_id)
    WHERE streams.workflow_id = flow.workflow_id AND segment.line_id IS NOT NULL) AS sound ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE outcome <> 'reused') AS calls,
           count(*) FILTER (WHERE outcome = 'reused') AS reused,
           count(*) FILTER (WHERE outcome = 'failed') AS failed,
           sum((units ->> 'characters')::float8) AS characters,
           sum(cost_usd) AS cost_usd
    FROM call_ledger WHERE workflow_id = flow.workflow_id) AS spent ON true;
COMMENT ON VIEW run_report IS
    'One row per run: whose, what came of it, how long it took, what it cost.';

CREATE VIEW agent_report AS
SELECT step.workflow_id, step.agent_name AS agent, step.airflow_task_id AS task, step.map_index,
       step.generation, step.status, step.retry_count AS retries,
       step.start_timestamp AS began_at, step.end_timestamp AS ended_at,
       extract(epoch FROM step.end_timestamp - step.start_timestamp)::float8 AS seconds,
       extract(epoch FROM sent.started_at - sent.created_at)::float8 AS queued_seconds,
       extract(epoch FROM sent.finished_at - sent.started_at)::float8 AS agent_seconds,
       sent.sends, held.attempts,
       coalesce(spent.calls, 0) AS model_calls, coalesce(spent.reused, 0) AS calls_reused,
       coalesce(spent.cost_usd, 0) AS cost_usd,
       step.error_details ->> 'type' AS error_type, step.error_details ->> 'message' AS error
FROM task_instances AS step
LEFT JOIN agent_dispatches AS sent ON sent.task_id = step.external_task_id
LEFT JOIN idempotency_keys AS held
    ON held.idempotency_key = sent.idempotency_key AND held.task_name = sent.task_name
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE outcome <> 'reused') AS calls,
           count(*) FILTER (WHERE outcome = 'reused') AS reused, sum(cost_usd) AS cost_usd
    FROM call_ledger AS call
    WHERE call.workflow_id = step.workflow_id AND call.task_name = sent.task_name
      AND call.idempotency_key = sent.idempotency_key) AS spent ON true;
COMMENT ON VIEW agent_report IS
    'One row per step and generation: how long it waited and worked, how often it was tried.';

CREATE VIEW cost_report AS
SELECT date_trunc('day', call.started_at) AS day, person.subject AS owner,
       upper(split_part(call.task_name, '.', 1)) AS agent, call.kind, call.model,
       count(*) FILTER (WHERE outcome <> 'reused') AS calls,
       count(*) FILTER (WHERE outcome = 'reused') AS reused,
       count(*) FILTER (WHERE outcome = 'failed') AS failed,
       count(*) FILTER (WHERE outcome = 'started') AS unfinished,
       sum(extract(epoch FROM call.finished_at - call.started_at))::float8 AS seconds,
       coalesce(sum((units ->> 'characters')::float8), 0) AS characters,
       coalesce(sum((units ->> 'audio_seconds')::float8), 0) AS audio_seconds,
       coalesce(sum((units ->> 'images')::float8), 0) AS images,
       sum(call.cost_usd) AS cost_usd
FROM call_ledger AS call
LEFT JOIN workflow_instances AS flow USING (workflow_id)
LEFT JOIN users AS person USING (user_id)
GROUP BY 1, 2, 3, 4, 5;
COMMENT ON VIEW cost_report IS
    'One row per day, owner, agent, kind of call and model: how many calls, and what they cost.';

-- migrate:down

DROP VIEW cost_report, agent_report, run_report;
