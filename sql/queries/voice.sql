-- What the voice reads of a script that is still being written.

-- name: script
-- Where the writing is; idle_seconds is the time since its last sign of life.
SELECT g.status, g.part_count, g.title, g.error, g.structured_script -> 'grounding' AS grounding,
    extract(epoch FROM clock_timestamp() - greatest(
        g.last_accessed_timestamp,
        (SELECT max(p.created_at) FROM script_parts AS p
         WHERE p.script_id = g.script_id AND p.revision = g.revision)
    ))::float8 AS idle_seconds
FROM generated_scripts AS g
WHERE g.script_id = %(script_id)s AND g.revision = %(revision)s;

-- name: parts
-- The parts from a position on. Only an unbroken run of them may be spoken.
SELECT position, heading, lines
FROM script_parts
WHERE script_id = %(script_id)s AND revision = %(revision)s AND position >= %(position)s
ORDER BY position;

-- name: writer
-- How the writing of a workflow's script stands in Airflow: a writer that was given up, marked or
-- cleared there never said so itself, perhaps never began.
SELECT generation, status, error_details ->> 'message' AS message,
    extract(epoch FROM clock_timestamp() - last_updated_timestamp)::float8 AS idle_seconds
FROM task_instances
WHERE workflow_id = %(workflow_id)s AND agent_name = 'PSWA'
ORDER BY generation DESC
LIMIT 1;

-- name: recorded
-- What earlier runs recorded of a stream's revision: its length with each line, and how long ago that
-- was, by the clock that wrote it down. So a voice that goes on knows how much a listener has in hand.
SELECT first_frame + frames AS frames,
    extract(epoch FROM clock_timestamp() - created_at)::float8 AS seconds_ago
FROM stream_segments
WHERE stream_id = %(stream_id)s AND revision = %(revision)s AND line_id IS NOT NULL
ORDER BY position;
