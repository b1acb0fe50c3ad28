-- name: podcast
-- The podcast with its workflow, its stream and its script's head.
SELECT p.podcast_id, p.user_id, p.topic, coalesce(p.title, g.title) AS title, p.status,
       coalesce(p.error, w.error_message) AS error, p.preferences, p.audio_uri, p.episode_uri,
       p.cover_uri, p.duration_seconds, p.quality, p.created_at, w.end_timestamp AS ended_at,
       w.dag_id, w.dag_run_id, w.triggered_at IS NOT NULL AS triggered, w.client_workflow_id,
       s.stream_id, s.expires_at AS stream_expires_at,
       CASE WHEN s.status = 'ended' AND s.swept_at IS NOT NULL THEN 'expired' ELSE s.status END
           AS stream_status,
       g.status AS script_status, coalesce(g.part_count, g.planned_parts) AS part_count,
       g.estimated_seconds, g.structured_script->>'summary' AS summary
FROM podcasts p
JOIN workflow_instances w ON w.workflow_id = p.podcast_id
JOIN streams s ON s.stream_id = p.stream_id
LEFT JOIN generated_scripts g ON g.script_id = p.script_id AND g.revision = p.script_revision
WHERE p.podcast_id = %(workflow_id)s
  AND (p.user_id = %(user_id)s OR %(user_id)s::uuid IS NULL);

-- name: agents
-- Each step of the flow in its latest generation, with what its agent last said of its progress.
SELECT latest.agent_name AS agent, latest.airflow_task_id AS task, latest.map_index,
       latest.status, latest.retry_count AS retries,
       latest.start_timestamp AS started_at, latest.end_timestamp AS ended_at,
       coalesce(latest.error_details, d.error) AS error, d.progress
FROM (
    SELECT DISTINCT ON (t.airflow_task_id, t.map_index) t.*
    FROM task_instances t WHERE t.workflow_id = %(workflow_id)s
    ORDER BY t.airflow_task_id, t.map_index, t.generation DESC
) AS latest
LEFT JOIN agent_dispatches d ON d.task_id = latest.external_task_id
ORDER BY latest.task_order, latest.map_index;

-- name: parts
-- The script as far as it is written.
SELECT sp.position, sp.heading, sp.lines
FROM script_parts sp
JOIN podcasts p ON p.script_id = sp.script_id AND p.script_revision = sp.revision
WHERE p.podcast_id = %(workflow_id)s
ORDER BY sp.position;

-- name: quotes
-- The words each citation points at. Offsets count characters, as in Python.
SELECT sp.position, line.line_index::int - 1 AS line_index, cited.citation_index::int - 1 AS citation_index,
       substr(o.body, (cited.citation->>'start')::int + 1,
              least((cited.citation->>'end')::int - (cited.citation->>'start')::int, 1000)) AS quote
FROM podcasts p
JOIN script_parts sp ON sp.script_id = p.script_id AND sp.revision = p.script_revision
CROSS JOIN LATERAL jsonb_array_elements(sp.lines) WITH ORDINALITY AS line (line, line_index)
CROSS JOIN LATERAL jsonb_array_elements(line.line->'citations')
    WITH ORDINALITY AS cited (citation, citation_index)
JOIN sources o ON o.source_id = (cited.citation->>'source_id')::uuid
WHERE p.podcast_id = %(workflow_id)s
  AND (cited.citation->>'end')::int >= (cited.citation->>'start')::int;

-- name: spoken
-- When each line is heard. A frame of the stream has 20 ms.
SELECT seg.line_id, (min(seg.first_frame) * 0.02)::float8 AS start_seconds,
       (max(seg.first_frame + seg.frames) * 0.02)::float8 AS end_seconds
FROM podcasts p
JOIN streams s ON s.stream_id = p.stream_id
JOIN stream_segments seg ON seg.stream_id = s.stream_id AND seg.revision = s.revision
WHERE p.podcast_id = %(workflow_id)s AND seg.line_id IS NOT NULL
GROUP BY seg.line_id;

-- name: sources
-- What the episode is grounded in.
SELECT o.source_id, o.kind, o.title, o.url, o.author, o.published_on,
       o.harvested_at IS NOT NULL AS harvested
FROM podcast_sources ps JOIN sources o USING (source_id)
WHERE ps.podcast_id = %(workflow_id)s
ORDER BY ps.position;

-- name: media
-- What is stored of these, for their links.
SELECT uri, media_type, bytes FROM media_objects WHERE uri = ANY(%(uris)s);

-- name: page
-- The caller's own podcasts, newest first, from where the last page ended.
SELECT p.podcast_id, p.topic, coalesce(p.title, g.title) AS title, p.status, p.created_at,
       p.duration_seconds
FROM podcasts p
LEFT JOIN generated_scripts g ON g.script_id = p.script_id AND g.revision = p.script_revision
WHERE p.user_id = %(user_id)s
  AND (%(before)s::timestamptz IS NULL
       OR p.created_at < %(before)s
       OR (p.created_at = %(before)s AND p.podcast_id > %(after_id)s))
ORDER BY p.created_at DESC, p.podcast_id
LIMIT %(most)s;

-- name: workflow
-- Any flow of the caller's; and a refresh of the pool of cards, which is everybody's.
SELECT workflow_id, overall_status AS status, trigger_event_type AS trigger, dag_id, dag_run_id,
       triggered_at, start_timestamp AS started_at, end_timestamp AS ended_at,
       error_message AS error, client_workflow_id, context_data -> 'result' AS result
FROM workflow_instances
WHERE workflow_id = %(workflow_id)s
  AND (user_id = %(user_id)s OR (user_id IS NULL AND trigger_event_type = 'snippets_refresh'));
