-- name: find_topic
-- A discovered topic, named by its own id or its card's, under the card's title. Everybody's topics
-- belong to nobody; what somebody explored is theirs alone.
SELECT t.id AS topic_id, coalesce(card.title, t.title) AS title
FROM topics_snippets AS named
JOIN topics_snippets AS t ON t.id = coalesce(named.topic_id, named.id) AND t.type = 'topic'
LEFT JOIN topics_snippets AS card ON card.topic_id = t.id AND card.type = 'snippet'
WHERE named.id = %(topic_id)s AND (t.user_id IS NULL OR t.user_id = %(user_id)s);

-- name: hold_topic
-- The same at the moment of acceptance: it stays until the transaction is over, or is gone already.
SELECT id AS topic_id, title FROM topics_snippets
WHERE id = %(topic_id)s AND type = 'topic' AND (user_id IS NULL OR user_id = %(user_id)s)
FOR KEY SHARE;

-- name: topic_sources
-- What an episode from a topic is grounded in: what its card cites, then whole texts, then extracts;
-- of an entry that was changed only what it says now.
SELECT s.source_id, s.kind, s.url, s.document_id, s.title, s.author, s.published_at::date
           AS published_on, s.body, s.outline, s.sha256, s.complete
FROM topic_sources AS s
LEFT JOIN topics_snippets AS card ON card.topic_id = s.topic_id AND card.type = 'snippet'
WHERE s.topic_id = %(topic_id)s
  AND NOT EXISTS (SELECT FROM topic_sources newer
                  WHERE newer.topic_id = s.topic_id AND newer.url = s.url AND newer.kind = 'feed'
                    AND newer.position > s.position)
ORDER BY coalesce(jsonb_path_exists(card.sentences, '$[*].citations[*] ? (@.source_id == $id)',
                                    jsonb_build_object('id', s.source_id)), false) DESC,
         s.complete DESC, s.position
LIMIT %(most)s;

-- name: estimate_seconds
-- Seconds of work per minute asked for, over the last twenty finished episodes.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY recent.seconds / recent.minutes) AS seconds
FROM (
    SELECT extract(epoch FROM w.end_timestamp - w.start_timestamp)::float8 AS seconds,
           greatest((p.preferences->>'length_minutes')::float8, 1) AS minutes
    FROM workflow_instances w JOIN podcasts p ON p.podcast_id = w.workflow_id
    WHERE w.overall_status IN ('completed', 'completed_with_errors')
      AND p.preferences->>'length_minutes' ~ '^[0-9]+$'
    ORDER BY w.start_timestamp DESC
    LIMIT 20
) AS recent;

-- name: create_workflow
-- Not yet triggered: the sweeper hands it to Airflow after the commit.
INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, trigger_event_details,
                                dag_id, dag_run_id, client_workflow_id, client_idempotency_key,
                                context_data)
VALUES (%(workflow_id)s, %(user_id)s, 'podcast_request', %(details)s, %(dag_id)s, %(dag_run_id)s,
        %(client_workflow_id)s, %(client_idempotency_key)s, %(context)s);

-- name: create_stream
-- The stream exists from the start, so that a listener may connect before there is sound.
INSERT INTO streams (stream_id, workflow_id, expires_at)
VALUES (%(stream_id)s, %(workflow_id)s, %(expires_at)s);

-- name: create
-- The podcast under the workflow's id.
INSERT INTO podcasts (podcast_id, user_id, topic, topic_id, preferences, script_id, stream_id,
                      websocket_url, tts_settings)
VALUES (%(podcast_id)s, %(user_id)s, %(topic)s, %(topic_id)s, %(preferences)s, %(script_id)s,
        %(stream_id)s, %(websocket_url)s, %(tts_settings)s);

-- name: attach_source
-- What the episode is grounded in, in the order given.
INSERT INTO podcast_sources (podcast_id, source_id, position)
VALUES (%(podcast_id)s, %(source_id)s, %(position)s);

-- name: find_cancellable
-- The caller's podcast, with what is needed to stop it.
SELECT w.overall_status AS status, w.dag_id, w.dag_run_id
FROM podcasts p JOIN workflow_instances w ON w.workflow_id = p.podcast_id
WHERE p.podcast_id = %(workflow_id)s AND p.user_id = %(user_id)s;
