-- name: versions
-- How far each workflow is: one row by its primary key for each, whatever a status would have to join.
SELECT workflow_id, user_id, version, ended,
       (extract(epoch FROM changed_at) * 1000000)::bigint AS changed
FROM workflow_versions WHERE workflow_id = ANY(%(workflow_ids)s);

-- name: since
-- What happened after the event a caller has seen, up to the version that was looked at.
SELECT seq, kind, data, created_at AS at
FROM workflow_events
WHERE workflow_id = %(workflow_id)s AND seq > %(after)s AND seq <= %(until)s
ORDER BY seq LIMIT %(most)s;

-- name: one_moment
-- All that a transaction reads is as it was at its first statement: a version, and what it is the
-- version of.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: progress
-- How much is written and spoken, and how long it will be. A frame of the stream has 20 ms.
SELECT w.start_timestamp AS began,
       CASE WHEN p.preferences ->> 'length_minutes' ~ '^[0-9]{1,4}$'
            THEN (p.preferences ->> 'length_minutes')::float8 END AS minutes,
       (SELECT count(*) FROM script_parts AS sp
        WHERE sp.script_id = p.script_id AND sp.revision = p.script_revision) AS written,
       coalesce(g.part_count, g.planned_parts) AS part_count,
       coalesce(heard.seconds, 0) AS spoken,
       CASE WHEN s.status = 'ended' THEN heard.seconds
            WHEN heard.line_id IS NULL THEN g.estimated_seconds
            ELSE estimate_total(p.podcast_id, heard.line_id, heard.seconds)::float8
       END AS total_seconds
FROM podcasts AS p
JOIN workflow_instances AS w ON w.workflow_id = p.podcast_id
JOIN streams AS s ON s.stream_id = p.stream_id
LEFT JOIN generated_scripts AS g
    ON g.script_id = p.script_id AND g.revision = p.script_revision
LEFT JOIN LATERAL (
    SELECT seg.line_id, (seg.first_frame + seg.frames) * 0.02::float8 AS seconds
    FROM stream_segments AS seg
    WHERE seg.stream_id = s.stream_id AND seg.revision = s.revision AND seg.line_id IS NOT NULL
    ORDER BY seg.position DESC LIMIT 1) AS heard ON true
WHERE p.podcast_id = %(workflow_id)s;

-- name: asked
-- When the work began and how long the episode shall be, for an estimate.
SELECT w.start_timestamp AS began,
       CASE WHEN p.preferences ->> 'length_minutes' ~ '^[0-9]{1,4}$'
            THEN (p.preferences ->> 'length_minutes')::float8 END AS minutes
FROM podcasts AS p JOIN workflow_instances AS w ON w.workflow_id = p.podcast_id
WHERE p.podcast_id = %(workflow_id)s;
