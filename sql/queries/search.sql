-- Full-text search. What is found is marked with two characters of the private use area, for the few
-- rows that are shown.

-- name: snippets
-- Cards that this person may see.
WITH asked AS MATERIALIZED (SELECT asked_for(%(words)s, %(head)s, %(prefix)s) AS query),
found AS (
    SELECT s.id, s.title, coalesce(s.text_content, '') AS text, asked.query,
           ts_rank_cd(s.search, asked.query, 32) AS rank
    FROM topics_snippets AS s JOIN topics_snippets AS t ON t.id = s.topic_id, asked
    WHERE s.type = 'snippet' AND s.state = 'ready' AND s.search @@ asked.query
      AND (coalesce(s.user_id, t.user_id) IS NULL
           OR coalesce(s.user_id, t.user_id) = %(user_id)s)
      AND coalesce(s.category, '') <> ALL (%(muted)s)
    ORDER BY rank DESC, s.id LIMIT %(most)s)
SELECT id, ts_headline('english', title, query, %(marks)s) AS title,
       ts_headline('english', text, query, %(marks)s) AS text
FROM found ORDER BY rank DESC, id;

-- name: topics
-- Stories that were found and of which there is no card.
WITH asked AS MATERIALIZED (SELECT asked_for(%(words)s, %(head)s, %(prefix)s) AS query),
found AS (
    SELECT t.*, asked.query, ts_rank_cd(t.search, asked.query, 32) AS rank
    FROM topics_snippets AS t, asked
    WHERE t.type = 'topic' AND t.state IN ('discovered', 'ready') AND t.search @@ asked.query
      AND (t.user_id IS NULL OR t.user_id = %(user_id)s)
      AND coalesce(t.category, '') <> ALL (%(muted)s)
      AND NOT EXISTS (SELECT FROM topics_snippets AS s
                      WHERE s.topic_id = t.id AND s.type = 'snippet')
    ORDER BY rank DESC, t.id LIMIT %(most)s)
SELECT id AS topic_id, title, coalesce(summary, '') AS summary, category, publication_date
           AS published_at,
       ts_headline('english', title, query, %(marks)s) AS marked_title,
       ts_headline('english', coalesce(summary, ''), query, %(marks)s) AS marked_text
FROM found ORDER BY rank DESC, id;

-- name: episodes
-- The caller's own podcasts.
WITH asked AS MATERIALIZED (SELECT asked_for(%(words)s, %(head)s, %(prefix)s) AS query),
found AS (
    SELECT p.*, asked.query, ts_rank_cd(p.search, asked.query, 32) AS rank
    FROM podcasts AS p, asked
    WHERE p.user_id = %(user_id)s AND p.search @@ asked.query
    ORDER BY rank DESC, p.podcast_id LIMIT %(most)s)
SELECT p.podcast_id, p.topic, coalesce(p.title, g.title) AS title, p.status, p.created_at,
       p.duration_seconds,
       ts_headline('english', coalesce(p.title, g.title, ''), p.query, %(marks)s) AS marked_title,
       ts_headline('english', p.topic, p.query, %(marks)s) AS marked_text
FROM found AS p
LEFT JOIN generated_scripts AS g ON g.script_id = p.script_id AND g.revision = p.script_revision
ORDER BY p.rank DESC, p.podcast_id;
