-- What the house may be rid of, a batch at a time. A row somebody is at work on is left for the
-- next run (SKIP LOCKED). Rows are judged after they are locked, never before. Ages are measured by
-- now(), which an index can be searched by; clock_timestamp() cannot.

-- name: go_by_indexes
-- For the rest of the transaction. That a search in JSON finds next to nothing the planner cannot
-- know: it would rather unpack every document of the table.
SELECT set_config('enable_seqscan', 'off', true);

-- name: forget_request_keys
-- The first answers to requests, past their 24 hours.
WITH due AS (
    SELECT user_id, request_key FROM request_keys
    WHERE expires_at <= now()
    ORDER BY expires_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM request_keys AS held USING due
    WHERE held.user_id = due.user_id AND held.request_key = due.request_key
    RETURNING held.request_key)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_dispatches
-- Messages that ended long ago and whose key is over or gone. They go before their keys do, so
-- that no task is ever called a success without its result.
WITH due AS (
    SELECT sent.task_id FROM agent_dispatches AS sent
    WHERE sent.finished_at <= now() - make_interval(secs => %(dispatch_seconds)s)
      AND NOT EXISTS (
          SELECT FROM idempotency_keys AS held
          WHERE held.idempotency_key = sent.idempotency_key AND held.task_name = sent.task_name
            AND (held.expires_at > now()
                 OR held.lease_expires_at > now()))
    ORDER BY sent.finished_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM agent_dispatches AS sent USING due WHERE sent.task_id = due.task_id
    RETURNING sent.task_id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_agent_keys
-- Keys whose time is over, nobody at work under them, no message left that speaks of them.
WITH due AS (
    SELECT held.idempotency_key, held.task_name FROM idempotency_keys AS held
    WHERE held.expires_at <= now()
      AND (held.status <> 'processing' OR held.lease_expires_at <= now())
      AND NOT EXISTS (
          SELECT FROM agent_dispatches AS sent
          WHERE sent.idempotency_key = held.idempotency_key AND sent.task_name = held.task_name)
    ORDER BY held.expires_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM idempotency_keys AS held USING due
    WHERE held.idempotency_key = due.idempotency_key AND held.task_name = due.task_name
    RETURNING held.idempotency_key)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_journal
-- Model calls that are no longer answered from the journal. The ledger is never swept.
WITH due AS (
    SELECT call_key FROM call_journal
    WHERE expires_at <= now()
    ORDER BY expires_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM call_journal AS kept USING due WHERE kept.call_key = due.call_key
    RETURNING kept.call_key)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_sessions
-- Sessions that ended long ago. Until then the user's next one takes over their preferences.
WITH due AS (
    SELECT session_id FROM user_sessions
    WHERE expires_at <= now() - make_interval(secs => %(session_seconds)s)
    ORDER BY expires_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM user_sessions AS held USING due WHERE held.session_id = due.session_id
    RETURNING held.session_id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_login_codes
-- Printed links that nobody followed in time.
WITH due AS (
    SELECT code_hash FROM login_codes
    WHERE expires_at <= now()
    ORDER BY expires_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM login_codes AS held USING due WHERE held.code_hash = due.code_hash
    RETURNING held.code_hash)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: expire_streams
-- The record of a stream that may no longer be heard stays; its bytes are given up. Nothing is
-- taken from a flow that is open or ended only just now. `bytes` is what the segments and the
-- whole have together.
WITH due AS (
    SELECT stream.stream_id FROM streams AS stream JOIN workflow_instances AS flow USING (workflow_id)
    WHERE stream.swept_at IS NULL
      AND stream.expires_at <= now() - make_interval(secs => %(stream_seconds)s)
      AND flow.end_timestamp <= now() - make_interval(secs => %(stream_seconds)s)
    ORDER BY stream.expires_at LIMIT %(most)s
    FOR UPDATE OF stream SKIP LOCKED),
swept AS (
    UPDATE streams AS stream
    SET swept_at = clock_timestamp(), init_uri = NULL, stream_uri = NULL
    FROM due WHERE stream.stream_id = due.stream_id
    RETURNING stream.stream_id, stream.bytes),
emptied AS (
    UPDATE stream_segments AS segment SET uri = NULL
    FROM swept WHERE segment.stream_id = swept.stream_id
    RETURNING segment.bytes),
told AS (SELECT pg_notify('stream_segment', stream_id::text) FROM swept)
SELECT (SELECT count(*) FROM swept) AS removed, (SELECT count(*) FROM told) AS told,
       (SELECT coalesce(sum(bytes), 0) FROM emptied)::bigint AS bytes;

-- name: ended_flows
-- Flows that ended and to which nothing has happened for long, behind the last one looked at.
SELECT told.workflow_id, told.changed_at
FROM workflow_versions AS told JOIN workflow_instances AS flow USING (workflow_id)
WHERE told.changed_at <= now() - make_interval(secs => %(event_seconds)s)
  AND (told.changed_at, told.workflow_id) > (%(after)s, %(after_id)s)
  AND flow.end_timestamp IS NOT NULL
ORDER BY told.changed_at, told.workflow_id LIMIT %(most)s;

-- name: forget_events
-- What happened to these, one by one. Whoever asks for it is told the present state instead. To
-- which something has happened since the look, made again perhaps, is left alone: it comes again.
-- The rows are locked in the order in which `tell_changes` locks them.
WITH quiet AS MATERIALIZED (
    SELECT told.workflow_id FROM workflow_versions AS told
    JOIN unnest(%(workflow_ids)s::uuid[], %(times)s::timestamptz[]) AS seen (workflow_id, changed_at)
        ON told.workflow_id = seen.workflow_id AND told.changed_at = seen.changed_at
    ORDER BY told.workflow_id FOR UPDATE OF told),
gone AS (
    DELETE FROM workflow_events AS event USING quiet WHERE event.workflow_id = quiet.workflow_id
    RETURNING event.seq)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: retire_old_cards
-- What somebody explored long ago leaves that one's page. Its topic stays as it is: who explores
-- the same again has the card again.
WITH due AS MATERIALIZED (
    SELECT card.id FROM topics_snippets AS card
    WHERE card.type = 'snippet' AND card.state = 'ready' AND card.user_id IS NOT NULL
      AND card.generation_timestamp <= now() - make_interval(secs => %(explored_seconds)s)
    ORDER BY card.id LIMIT %(most)s
    FOR NO KEY UPDATE OF card SKIP LOCKED),
gone AS (
    UPDATE topics_snippets AS card SET state = 'retired', retired_at = now()
    FROM due WHERE card.id = due.id RETURNING card.id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: retire_surplus_cards
-- Of what one person explored all but the newest.
WITH counted AS MATERIALIZED (
    SELECT id, row_number() OVER (PARTITION BY user_id
                                  ORDER BY generation_timestamp DESC, id) AS place
    FROM topics_snippets
    WHERE type = 'snippet' AND state = 'ready' AND user_id IS NOT NULL),
due AS MATERIALIZED (
    SELECT card.id FROM counted JOIN topics_snippets AS card USING (id)
    WHERE counted.place > %(explored_cards)s AND card.state = 'ready'
    ORDER BY card.id LIMIT %(most)s
    FOR NO KEY UPDATE OF card SKIP LOCKED),
gone AS (
    UPDATE topics_snippets AS card SET state = 'retired', retired_at = now()
    FROM due WHERE card.id = due.id RETURNING card.id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_cards
-- Cards that left the pool long ago, with their topics and what those were told from; not where
-- somebody had an episode made of one. The card's own row goes with its topic's.
WITH due AS (
    SELECT topic.id FROM topics_snippets AS card
    JOIN topics_snippets AS topic ON topic.id = card.topic_id
    WHERE card.type = 'snippet' AND card.state = 'retired'
      AND card.retired_at <= now() - make_interval(secs => %(card_seconds)s)
      AND NOT EXISTS (SELECT FROM podcasts AS p WHERE p.topic_id = topic.id)
    ORDER BY card.retired_at LIMIT %(most)s
    FOR UPDATE OF topic, card SKIP LOCKED),
gone AS (
    DELETE FROM topics_snippets AS topic USING due WHERE topic.id = due.id RETURNING topic.id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_topics
-- Topics that nobody found again for long and of which no card ever came.
WITH due AS (
    SELECT topic.id FROM topics_snippets AS topic
    WHERE topic.type = 'topic' AND topic.state <> 'retired'
      AND topic.last_seen_at <= now() - make_interval(secs => %(card_seconds)s)
      AND NOT EXISTS (SELECT FROM topics_snippets AS card WHERE card.topic_id = topic.id)
      AND NOT EXISTS (SELECT FROM podcasts AS p WHERE p.topic_id = topic.id)
    ORDER BY topic.last_seen_at LIMIT %(most)s
    FOR UPDATE OF topic SKIP LOCKED),
gone AS (
    DELETE FROM topics_snippets AS topic USING due WHERE topic.id = due.id RETURNING topic.id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_feed_items
-- News that no feed has any more.
WITH due AS (
    SELECT feed_url, item_key FROM feed_items
    WHERE last_seen_at <= now() - make_interval(secs => %(news_seconds)s)
    ORDER BY last_seen_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM feed_items AS item USING due
    WHERE item.feed_url = due.feed_url AND item.item_key = due.item_key
    RETURNING item.item_key)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_feeds
-- Feeds that nobody asks any more: one of the settings is asked once a week at least, however bad
-- it is. Few, so the table is read whole.
WITH due AS (
    SELECT url FROM feeds
    WHERE coalesce(checked_at, next_check_at) <= now() - interval '30 days'
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM feeds USING due WHERE feeds.url = due.url RETURNING feeds.url)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_pages
-- All pages but the newest fifty of a kind: each refresh composes one.
WITH due AS (
    SELECT page_id FROM pages WHERE kind = 'landing'
    ORDER BY created_at DESC OFFSET 50 LIMIT %(most)s),
gone AS (DELETE FROM pages USING due WHERE pages.page_id = due.page_id RETURNING pages.page_id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_refreshes
-- Refreshes of everybody's pool that ended long ago, with their steps and what happened to them:
-- there is one every half hour at least. Not where something that one made still stands. What one
-- person explored is that person's, as a podcast is.
WITH due AS (
    SELECT flow.workflow_id FROM workflow_instances AS flow
    WHERE flow.trigger_event_type = 'snippets_refresh' AND flow.user_id IS NULL
      AND flow.end_timestamp <= now() - make_interval(secs => %(card_seconds)s)
      AND NOT EXISTS (SELECT FROM topics_snippets AS made WHERE made.workflow_id = flow.workflow_id)
      AND NOT EXISTS (SELECT FROM pages AS page WHERE page.workflow_id = flow.workflow_id)
    ORDER BY flow.end_timestamp LIMIT %(most)s
    FOR UPDATE OF flow SKIP LOCKED),
gone AS (
    DELETE FROM workflow_instances AS flow USING due WHERE flow.workflow_id = due.workflow_id
    RETURNING flow.workflow_id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: forget_orders
-- Who ordered which refresh, a day later; one still at work keeps its scope.
WITH due AS (
    SELECT scope FROM refresh_orders AS held
    WHERE ordered_at <= now() - interval '1 day'
      AND NOT EXISTS (SELECT FROM workflow_instances AS w
                      WHERE w.workflow_id = held.workflow_id AND w.end_timestamp IS NULL)
    ORDER BY ordered_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM refresh_orders AS held USING due WHERE held.scope = due.scope RETURNING held.scope)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: hold_uploads
-- Material handed in long ago that was never read for any podcast. The lock keeps whoever would
-- attach one waiting.
SELECT source_id FROM sources
WHERE harvested_at IS NULL AND created_at <= now() - make_interval(secs => %(upload_seconds)s)
  AND NOT EXISTS (
      SELECT FROM podcast_sources AS used WHERE used.source_id = sources.source_id)
ORDER BY created_at LIMIT %(most)s
FOR UPDATE SKIP LOCKED;

-- name: drop_uploads
-- Those of the held that are still not attached: asked anew, since an attachment may have been
-- committed between the look and the lock.
WITH gone AS (
    DELETE FROM sources
    WHERE source_id = ANY (%(source_ids)s)
      AND NOT EXISTS (
          SELECT FROM podcast_sources AS used WHERE used.source_id = sources.source_id)
    RETURNING source_id)
SELECT count(*) AS removed, 0::bigint AS bytes FROM gone;

-- name: page_of_media
-- The next media objects in the order of their URIs.
SELECT uri FROM media_objects WHERE uri > %(after)s ORDER BY uri LIMIT %(most)s;

-- name: look
-- The one place that says what refers to a media object. Of the objects asked for, those that
-- lost their last reference are marked, those that have one again are cleared; both are returned.
-- Whatever belongs to a flow that is still open is wanted, referred to or not.
WITH named AS MATERIALIZED (
    SELECT jsonb_array_elements_text(media_uris(result)) AS uri FROM call_journal
    WHERE media_uris(result) ?| %(uris)s::text[]
    UNION ALL
    SELECT jsonb_array_elements_text(media_uris(result_payload)) FROM idempotency_keys
    WHERE result_payload IS NOT NULL AND media_uris(result_payload) ?| %(uris)s::text[]
    UNION ALL
    SELECT jsonb_array_elements_text(media_uris(messages)) FROM pages
    WHERE media_uris(messages) ?| %(uris)s::text[]),
judged AS MATERIALIZED (
    SELECT m.uri,
           EXISTS (SELECT FROM podcasts AS p WHERE p.audio_uri = m.uri)
        OR EXISTS (SELECT FROM podcasts AS p WHERE p.episode_uri = m.uri)
        OR EXISTS (SELECT FROM podcasts AS p WHERE p.cover_uri = m.uri)
        OR EXISTS (SELECT FROM sources AS s WHERE s.content_uri = m.uri)
        OR EXISTS (SELECT FROM stream_segments AS s WHERE s.uri = m.uri)
        OR EXISTS (SELECT FROM streams AS s WHERE s.init_uri = m.uri)
        OR EXISTS (SELECT FROM streams AS s WHERE s.stream_uri = m.uri)
        OR EXISTS (SELECT FROM topics_snippets AS t WHERE t.image_url = m.uri)
        OR EXISTS (SELECT FROM named AS n WHERE n.uri = m.uri)
        OR EXISTS (SELECT FROM workflow_instances AS w
                   WHERE w.workflow_id = m.workflow_id AND w.end_timestamp IS NULL) AS wanted
    FROM media_objects AS m WHERE m.uri = ANY (%(uris)s))
UPDATE media_objects AS object
SET unreferenced_since = CASE WHEN judged.wanted THEN NULL ELSE clock_timestamp() END
FROM judged
WHERE object.uri = judged.uri AND judged.wanted = (object.unreferenced_since IS NOT NULL)
RETURNING object.uri, judged.wanted;

-- name: hold_media
-- Objects that have stood unreferenced for long, behind the last one held. Only those of the
-- store at hand: `base` begins all its URIs.
SELECT uri, coalesce(bytes, 0) AS bytes, unreferenced_since FROM media_objects
WHERE unreferenced_since <= now() - make_interval(secs => %(media_seconds)s)
  AND (unreferenced_since, uri) > (%(after)s, %(after_uri)s)
  AND starts_with(uri, %(base)s)
ORDER BY unreferenced_since, uri LIMIT %(most)s
FOR UPDATE SKIP LOCKED;

-- name: forget_media
-- The rows of objects on the point of being removed. A reference that `look` does not know of
-- stops it here, by its foreign key, before any byte is gone.
DELETE FROM media_objects WHERE uri = ANY (%(uris)s);

-- name: find_strays
-- Which of these have no row.
SELECT found.uri FROM unnest(%(uris)s::text[]) AS found (uri)
WHERE NOT EXISTS (SELECT FROM media_objects AS m WHERE m.uri = found.uri);

-- name: adopt_strays
-- A file without a row gets one, unreferenced since it was written: so it goes the way of every
-- other object, under a lock. Where somebody keeps the same key just now, theirs stands.
WITH adopted AS (
    INSERT INTO media_objects (uri, media_type, bytes, created_at, unreferenced_since)
    SELECT found.uri, 'application/octet-stream', found.bytes, found.modified_at, found.modified_at
    FROM unnest(%(uris)s::text[], %(sizes)s::bigint[], %(times)s::timestamptz[])
        AS found (uri, bytes, modified_at)
    ON CONFLICT (uri) DO NOTHING
    RETURNING bytes)
SELECT count(*) AS removed, coalesce(sum(bytes), 0)::bigint AS bytes FROM adopted;

-- name: position
-- Where the last look stopped; nothing where it came to the end.
SELECT position FROM housekeeping_positions WHERE step = %(step)s;

-- name: keep_position
-- The next look goes on here.
INSERT INTO housekeeping_positions (step, position) VALUES (%(step)s, %(position)s)
ON CONFLICT (step) DO UPDATE SET position = excluded.position, updated_at = now();
