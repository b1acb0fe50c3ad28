-- name: of_podcast
-- What an episode is grounded in, in the order given.
SELECT s.source_id, s.kind, s.title, s.author, s.url, s.published_on, s.media_type, s.content_uri,
       s.document_id, s.body, s.outline, s.harvested_at
FROM podcast_sources ps JOIN sources s USING (source_id)
WHERE ps.podcast_id = %(podcast_id)s
ORDER BY ps.position, s.source_id;

-- name: write_text
-- A source's text is written once: citations point into it, so a second harvest changes nothing.
UPDATE sources
SET body = %(body)s, outline = %(outline)s, title = %(title)s, author = %(author)s,
    published_on = %(published_on)s, sha256 = %(sha256)s, harvested_at = now()
WHERE source_id = %(source_id)s AND harvested_at IS NULL;

-- name: add_found
-- What the search chose becomes a source of the caller; its id is derived, so a re-run adds nothing.
INSERT INTO sources (source_id, user_id, kind, title, author, url, published_on, document_id,
                     media_type, body, outline, sha256, harvested_at)
VALUES (%(source_id)s, %(user_id)s, %(kind)s, %(title)s, %(author)s, %(url)s, %(published_on)s,
        %(document_id)s, %(media_type)s, %(body)s, %(outline)s, %(sha256)s, now())
ON CONFLICT (source_id) DO NOTHING;

-- name: attach
-- Ties a source to its episode.
INSERT INTO podcast_sources (podcast_id, source_id, position)
VALUES (%(podcast_id)s, %(source_id)s, %(position)s)
ON CONFLICT DO NOTHING;

-- name: harvest_standing
-- Whether a harvest still has a point: its step is at work, its workflow open, and no later
-- generation has taken its place.
SELECT step.status = 'in_progress' AND flow.end_timestamp IS NULL AND NOT EXISTS (
           SELECT FROM task_instances AS later
           WHERE later.workflow_id = step.workflow_id
             AND later.airflow_task_id = step.airflow_task_id
             AND later.map_index = step.map_index
             AND later.generation > step.generation) AS wanted
FROM task_instances AS step JOIN workflow_instances AS flow USING (workflow_id)
WHERE step.task_id = %(task_id)s;
