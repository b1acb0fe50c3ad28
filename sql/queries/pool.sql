-- name: look
-- All that an answer about the pool depends on, in one round trip for all who ask at once: how new
-- everybody's cards and each asker's own are, what the session that asks likes (a token's is the
-- one of kind 'api'), what the asker has had made, and how the last refresh stands. A row for each
-- asker, in their order.
SELECT (SELECT coalesce(max(s.pool_version), 0) FROM topics_snippets AS s
        WHERE s.type = 'snippet' AND s.user_id IS NULL) AS shared,
       (SELECT coalesce(max(s.pool_version), 0) FROM topics_snippets AS s
        WHERE s.type = 'snippet' AND s.user_id = asked.user_id) AS own,
       (SELECT s.preferences FROM user_sessions AS s
        WHERE s.user_id = asked.user_id
          AND (s.token_hash = asked.token_hash OR (asked.token_hash IS NULL AND s.kind = 'api'))
       ) AS preferences,
       (SELECT jsonb_object_agg(latest.topic_id, jsonb_build_object(
                   'podcast_id', latest.podcast_id, 'status', latest.status,
                   'duration_seconds', latest.duration_seconds))
        FROM (SELECT DISTINCT ON (recent.topic_id) recent.*
              FROM (SELECT p.topic_id, p.podcast_id, p.status, p.duration_seconds, p.created_at
                    FROM podcasts AS p
                    WHERE p.user_id = asked.user_id AND p.topic_id IS NOT NULL
                    ORDER BY p.created_at DESC LIMIT 500) AS recent
              ORDER BY recent.topic_id, recent.created_at DESC, recent.podcast_id) AS latest
       ) AS listened,
       o.workflow_id AS refresh, w.workflow_id IS NOT NULL AND w.end_timestamp IS NULL AS refreshing,
       w.end_timestamp AS checked_at
FROM unnest(%(user_ids)s::uuid[], %(token_hashes)s::bytea[])
    WITH ORDINALITY AS asked (user_id, token_hash, place)
LEFT JOIN refresh_orders AS o ON o.scope = 'pool'
LEFT JOIN workflow_instances AS w ON w.workflow_id = o.workflow_id
ORDER BY asked.place;

-- name: cards
-- The cards of one shelf (everybody's, or one person's) that changed since it was read, the latest
-- first. Who a topic belongs to is who its card belongs to.
SELECT s.id AS snippet_id, s.topic_id, s.pool_version AS version, s.workflow_id, s.title,
       coalesce(s.text_content, '') AS text_content, s.cover_art_prompt, s.image_url, s.cover,
       s.estimated_full_podcast_length, s.generation_timestamp, s.category, s.keywords,
       s.sentences, s.title_citations, t.spread, t.publication_date AS published_at,
       coalesce(t.publication_date, t.generation_timestamp) AS told_at, t.novelty, t.quality,
       s.shown,
       coalesce((SELECT o.kind = 'document' FROM topic_sources AS o WHERE o.topic_id = t.id
                 ORDER BY o.position LIMIT 1), false) AS from_library
FROM topics_snippets AS s JOIN topics_snippets AS t ON t.id = s.topic_id
WHERE s.type = 'snippet' AND s.state = 'ready' AND s.pool_version > %(known)s
  AND coalesce(s.user_id, t.user_id) IS NOT DISTINCT FROM %(user_id)s::uuid
ORDER BY s.pool_version DESC LIMIT %(most)s;

-- name: standings
-- What of a shelf's cards changes without any version, and moves their places all the same.
SELECT s.id AS snippet_id, s.shown, t.spread
FROM topics_snippets AS s JOIN topics_snippets AS t ON t.id = s.topic_id
WHERE s.type = 'snippet' AND s.state = 'ready'
  AND coalesce(s.user_id, t.user_id) IS NOT DISTINCT FROM %(user_id)s::uuid
ORDER BY s.pool_version DESC LIMIT %(most)s;

-- name: gone
-- The latest cards of a shelf that are to be shown no more.
SELECT s.id AS snippet_id, s.pool_version AS version
FROM topics_snippets AS s
WHERE s.type = 'snippet' AND s.state <> 'ready' AND s.pool_version > %(known)s
  AND s.user_id IS NOT DISTINCT FROM %(user_id)s::uuid
ORDER BY s.pool_version DESC LIMIT %(most)s;

-- name: citations
-- The words that each of these cards rests on. Offsets count characters, as in Python.
SELECT DISTINCT s.id AS snippet_id, o.source_id, (cited.citation ->> 'start')::int AS start,
       (cited.citation ->> 'end')::int AS "end", o.title AS source_title, o.url AS source_url,
       o.publisher,
       substr(o.body, (cited.citation ->> 'start')::int + 1,
              least((cited.citation ->> 'end')::int - (cited.citation ->> 'start')::int, 1000))
           AS quote
FROM topics_snippets AS s
CROSS JOIN LATERAL (
    SELECT of_title.citation FROM jsonb_array_elements(s.title_citations) AS of_title (citation)
    UNION ALL
    SELECT of_sentence.citation
    FROM jsonb_array_elements(s.sentences) AS told (sentence),
         jsonb_array_elements(told.sentence -> 'citations') AS of_sentence (citation)) AS cited
JOIN topic_sources AS o
    ON o.source_id = (cited.citation ->> 'source_id')::uuid AND o.topic_id = s.topic_id
WHERE s.id = ANY(%(snippet_ids)s)
  AND (cited.citation ->> 'end')::int >= (cited.citation ->> 'start')::int;

-- name: categories
-- What a card can be about, in the order in which categories are shown.
SELECT category, label FROM categories ORDER BY position;

-- name: sources
-- The material of a topic.
SELECT source_id, kind, title, url, publisher, author, published_at, complete
FROM topic_sources WHERE topic_id = %(topic_id)s ORDER BY position;

-- name: note_shown
-- How often cards were shown since this was last written down. In the order of ids, so that two
-- processes never wait for each other in a circle. No version moves by it.
WITH counted AS (
    SELECT each.id, each.times
    FROM unnest(%(ids)s::uuid[], %(times)s::int[]) AS each (id, times)),
locked AS (
    SELECT s.id FROM topics_snippets AS s WHERE s.id IN (SELECT id FROM counted)
    ORDER BY s.id FOR NO KEY UPDATE)
UPDATE topics_snippets AS s
SET shown = s.shown + counted.times, last_accessed_timestamp = now()
FROM counted JOIN locked USING (id) WHERE s.id = counted.id;

-- name: order
-- A refresh on its way: not yet triggered, the sweeper hands it to Airflow after the commit. One of
-- everybody's pool belongs to nobody.
INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, trigger_event_details,
                                dag_id, dag_run_id, client_idempotency_key, context_data)
VALUES (%(workflow_id)s, %(user_id)s, 'snippets_refresh', %(details)s, %(dag_id)s, %(dag_run_id)s,
        %(client_idempotency_key)s, %(context)s);

-- name: is_empty
-- Whether there is no card at all for everybody.
SELECT NOT EXISTS (
    SELECT FROM topics_snippets AS s
    WHERE s.type = 'snippet' AND s.state = 'ready' AND s.user_id IS NULL) AS empty;

-- name: refresh
-- How a refresh stands that this person may follow: everybody's, or an exploration of one's own.
SELECT workflow_id, overall_status AS status FROM workflow_instances
WHERE workflow_id = %(workflow_id)s AND trigger_event_type = 'snippets_refresh'
  AND (user_id IS NULL OR user_id = %(user_id)s);

-- name: topic
-- A topic that this person may see.
SELECT id AS topic_id, title, keywords FROM topics_snippets
WHERE id = %(topic_id)s AND type = 'topic' AND (user_id IS NULL OR user_id = %(user_id)s);
