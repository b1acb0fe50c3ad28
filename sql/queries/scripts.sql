-- name: sources
-- What a script is grounded in. Another caller's source is not found; the shared ones are.
SELECT source_id, title, author, body, outline
FROM sources
WHERE source_id = ANY(%(source_ids)s)
  AND (user_id IS NULL OR %(user_id)s::uuid IS NULL OR user_id = %(user_id)s);

-- name: finished
-- The script where it is completed: it is never written again, whatever became of its inputs.
UPDATE generated_scripts
SET last_accessed_timestamp = now()
WHERE script_id = %(script_id)s AND revision = %(revision)s AND status = 'completed'
RETURNING structured_script;

-- name: begin
-- Opens a script, or goes on with one that was begun; one that is completed stays as it is.
INSERT INTO generated_scripts (script_id, revision, workflow_id, user_id, topic_hash,
                               llm_model_used)
VALUES (%(script_id)s, %(revision)s, %(workflow_id)s, %(user_id)s, %(topic_hash)s, %(model)s)
ON CONFLICT (script_id, revision) DO UPDATE
SET status = CASE WHEN generated_scripts.status = 'completed' THEN 'completed' ELSE 'writing' END,
    error = CASE WHEN generated_scripts.status = 'completed' THEN generated_scripts.error END,
    last_accessed_timestamp = now();

-- name: plan
-- How much there will be, known before the first part stands; what is complete says it itself.
UPDATE generated_scripts
SET title = %(title)s, planned_parts = %(planned_parts)s,
    estimated_seconds = %(estimated_seconds)s, last_accessed_timestamp = now()
WHERE script_id = %(script_id)s AND revision = %(revision)s AND status <> 'completed';

-- name: published
-- The parts that stand: they are never written again.
SELECT position, heading, lines
FROM script_parts
WHERE script_id = %(script_id)s AND revision = %(revision)s
ORDER BY position;

-- name: publish
-- A part is inserted whole and once; who waits for it is told when the transaction commits.
WITH inserted AS (
    INSERT INTO script_parts (script_id, revision, position, heading, lines)
    VALUES (%(script_id)s, %(revision)s, %(position)s, %(heading)s, %(lines)s)
    ON CONFLICT DO NOTHING
    RETURNING script_id)
SELECT pg_notify('script_part', script_id::text) FROM inserted;

-- name: complete
-- The script is whole; the voice need wait for no further part.
WITH completed AS (
    UPDATE generated_scripts
    SET status = 'completed', title = %(title)s, part_count = %(part_count)s,
        planned_parts = %(part_count)s, estimated_seconds = %(estimated_seconds)s,
        structured_script = %(script)s, error = NULL, llm_model_used = %(model)s,
        last_accessed_timestamp = now()
    WHERE script_id = %(script_id)s AND revision = %(revision)s
    RETURNING script_id)
SELECT pg_notify('script_part', script_id::text) FROM completed;

-- name: fail
-- What went wrong. A passing error leaves the script open, since the same key will go on with it.
WITH failed AS (
    UPDATE generated_scripts
    SET status = %(status)s, error = %(error)s, last_accessed_timestamp = now()
    WHERE script_id = %(script_id)s AND revision = %(revision)s AND status <> 'completed'
    RETURNING script_id)
SELECT pg_notify('script_part', script_id::text) FROM failed;
