-- name: lock
-- One discovery at a time writes topics, so that no two tell the same story. Held to the commit.
SELECT pg_advisory_xact_lock(hashtext('topics'));

-- name: patience
-- How long the next statement may wait for a lock.
SET LOCAL lock_timeout = '1s';

-- name: of_workflow
-- What a workflow has proposed already, in the order of worth: a repeated discovery answers that.
SELECT id AS topic_id, title, summary, keywords, category, relevance_score, publication_date,
       generation_timestamp, spread, fingerprint,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('source_id', s.source_id, 'title', s.title,
                                  'url', s.url, 'publisher', s.publisher) ORDER BY s.position),
                        '[]')
        FROM topic_sources s WHERE s.topic_id = t.id) AS sources
FROM topics_snippets t
WHERE t.workflow_id = %(workflow_id)s AND t.type = 'topic'
ORDER BY relevance_score DESC, id;

-- name: in_short
-- By what the texts of all topics that a caller may see and that were met lately are known, and the
-- numbers of their words: the topics met last come first, and no more than `limit` texts.
SELECT t.id AS topic_id, s.words, coalesce(s.url, s.document_id) AS address,
       CASE WHEN s.position = 0 THEN t.original_topic_details ->> 'identity' END AS identity
FROM topics_snippets t JOIN topic_sources s ON s.topic_id = t.id
WHERE t.type = 'topic'
  AND (t.state <> 'retired'
       OR NOT EXISTS (SELECT FROM topic_sources d
                      WHERE d.topic_id = t.id
                        AND d.document_id = t.original_topic_details ->> 'identity'))
  AND t.last_seen_at > now() - make_interval(secs => 86400 * %(match_days)s)
  AND (t.user_id IS NULL OR t.user_id = %(user_id)s)
ORDER BY t.last_seen_at DESC, t.id, s.position
LIMIT %(limit)s;

-- name: words_in
-- The numbers of the words of texts that are no topic's yet, in their order.
SELECT words_in(told.body) AS words
FROM unnest(%(bodies)s::text[]) WITH ORDINALITY AS told (body, place)
ORDER BY told.place;

-- name: standing
-- Topics with the beginning of what they are told from: those that were chosen of `in_short`, and
-- those that came, or came again, since shortly before. `again`: it has no card, because one failed
-- or its flow ended before, and waited as long as it has been proposed often. `shown` is how often
-- its card was shown in the last week. A topic that was put away with its card is still known, so
-- that no other paper's report tells it again; but not a document's, which is looked for again when
-- its time has come (`untold_documents`). A card that left one person's page is no card: who
-- explores the same again has it again.
SELECT t.id AS topic_id, t.state, t.last_seen_at,
       t.proposed_at + make_interval(mins => power(2, least(t.proposals - 1, 9))::int - 1) <= now()
           AND card.id IS NULL
           AND (t.state = 'failed' OR flow.workflow_id IS NULL OR flow.end_timestamp IS NOT NULL
                OR t.proposed_at < now() - interval '15 minutes') AS again,
       CASE WHEN card.last_accessed_timestamp < now() - interval '7 days' THEN 0
            ELSE coalesce(card.shown, 0) END AS shown,
       (SELECT jsonb_agg(jsonb_build_object(
                   'position', s.position, 'url', s.url, 'document_id', s.document_id,
                   'publisher', s.publisher, 'title', s.title, 'kind', s.kind,
                   'published_at', s.published_at, 'complete', s.complete,
                   'beginning', substr(s.body, length(s.title) + 3, 1500)) ORDER BY s.position)
        FROM topic_sources s WHERE s.topic_id = t.id) AS sources,
       t.original_topic_details ->> 'identity' AS identity,
       t.original_topic_details ? 'page_tried' AS tried
FROM topics_snippets t
LEFT JOIN topics_snippets card ON card.topic_id = t.id AND card.type = 'snippet'
    AND (card.state = 'ready' OR t.state = 'retired')
LEFT JOIN workflow_instances flow ON flow.workflow_id = t.workflow_id
WHERE t.type = 'topic'
  AND (t.state <> 'retired'
       OR NOT EXISTS (SELECT FROM topic_sources d
                      WHERE d.topic_id = t.id
                        AND d.document_id = t.original_topic_details ->> 'identity'))
  AND t.last_seen_at > now() - make_interval(secs => 86400 * %(match_days)s)
  AND (t.user_id IS NULL OR t.user_id = %(user_id)s)
  AND t.id IN (SELECT unnest(%(topic_ids)s::uuid[])
               UNION ALL
               (SELECT newer.id FROM topics_snippets newer
                WHERE newer.type = 'topic'
                  AND newer.generation_timestamp > now() - make_interval(secs => %(lately_seconds)s)
                  AND (newer.user_id IS NULL OR newer.user_id = %(user_id)s)
                ORDER BY newer.generation_timestamp DESC LIMIT %(newest)s))
ORDER BY t.id;

-- name: untold_documents
-- The beginnings of documents that no topic tells which this caller may see, the newest first; of
-- those told long ago, too. Topics that are still to be matched are told apart by that matching.
SELECT d.document_id, d.title, d.category, d.author, d.url, d.published_on,
       left(d.body, 4000) AS beginning, length(d.body) AS characters
FROM documents d
WHERE NOT EXISTS (
    SELECT FROM topic_sources s JOIN topics_snippets t ON t.id = s.topic_id
    WHERE s.document_id = d.document_id AND t.original_topic_details ->> 'identity' = d.document_id
      AND (t.user_id IS NULL OR t.user_id = %(user_id)s)
      AND t.state = 'retired'
      AND coalesce(t.retired_at, now()) > now() - make_interval(secs => 86400 * %(retell_days)s))
  AND (%(only)s::text[] IS NULL OR d.document_id = ANY(%(only)s))
ORDER BY d.published_on DESC NULLS LAST, d.document_id
LIMIT %(limit)s;

-- name: documents
-- Documents whole.
SELECT document_id, title, category, author, url, published_on, body
FROM documents WHERE document_id = ANY(%(document_ids)s);

-- name: propose
-- A topic for a card; one that stood before is proposed again.
INSERT INTO topics_snippets (
    id, type, user_id, workflow_id, title, summary, keywords, category, source_url, source_name,
    original_topic_details, relevance_score, publication_date, state, fingerprint, spread, novelty,
    quality)
VALUES (%(topic_id)s, 'topic', %(user_id)s, %(workflow_id)s, %(title)s, %(summary)s, %(keywords)s,
        %(category)s, %(source_url)s, %(source_name)s, %(details)s, %(relevance_score)s,
        %(publication_date)s, 'discovered', %(fingerprint)s, %(spread)s, %(novelty)s, %(quality)s)
ON CONFLICT (id) DO UPDATE
SET workflow_id = excluded.workflow_id, title = excluded.title, summary = excluded.summary,
    keywords = excluded.keywords, source_url = excluded.source_url,
    source_name = excluded.source_name, original_topic_details = excluded.original_topic_details,
    relevance_score = excluded.relevance_score, publication_date = excluded.publication_date,
    state = 'discovered', fingerprint = excluded.fingerprint, spread = excluded.spread,
    novelty = excluded.novelty, quality = excluded.quality, problem = NULL, retired_at = NULL,
    generation_timestamp = now(), last_seen_at = now(), proposed_at = now(),
    proposals = topics_snippets.proposals + 1;

-- name: add_source
-- A text beside a topic, behind those that are there; one that is there stays as it is, but may
-- turn out to be the whole.
INSERT INTO topic_sources (
    source_id, topic_id, position, kind, url, document_id, title, publisher, author, published_at,
    body, outline, sha256, complete)
SELECT %(source_id)s, %(topic_id)s,
       (SELECT coalesce(max(position) + 1, 0) FROM topic_sources WHERE topic_id = %(topic_id)s),
       %(kind)s, %(url)s, %(document_id)s, %(title)s, %(publisher)s, %(author)s, %(published_at)s,
       %(body)s, %(outline)s, %(sha256)s, %(complete)s
ON CONFLICT (source_id) DO UPDATE SET complete = true
WHERE excluded.complete AND NOT topic_sources.complete;

-- name: join
-- More that tells a topic has been met: by how many publishers it is told now.
UPDATE topics_snippets AS t
SET spread = greatest(t.spread,
                      (SELECT count(DISTINCT s.publisher) FROM topic_sources s
                       WHERE s.topic_id = t.id)),
    last_seen_at = now()
FROM (SELECT id FROM topics_snippets WHERE id = ANY(%(topic_ids)s) ORDER BY id FOR NO KEY UPDATE)
    AS met
WHERE t.id = met.id;

-- name: spread_on_cards
-- The cards of these topics say by how many they are told now; each takes the pool's next number by
-- that. Last in the transaction, which holds the pool's version from here on. A card at which
-- somebody is just now is left for the next time: whoever waited here could wait in a circle.
WITH wider AS MATERIALIZED (
    SELECT card.id, topic.spread
    FROM topics_snippets AS card JOIN topics_snippets AS topic ON topic.id = card.topic_id
    WHERE card.topic_id = ANY(%(topic_ids)s) AND card.type = 'snippet' AND card.state = 'ready'
      AND card.spread < topic.spread
    ORDER BY card.id FOR NO KEY UPDATE OF card SKIP LOCKED)
UPDATE topics_snippets AS card SET spread = wider.spread FROM wider WHERE card.id = wider.id;

-- name: note_tried
-- The pages behind these topics were fetched, or cannot be: none is fetched again.
UPDATE topics_snippets AS t
SET original_topic_details = t.original_topic_details || '{"page_tried": true}'
FROM (SELECT id FROM topics_snippets WHERE id = ANY(%(topic_ids)s) ORDER BY id FOR NO KEY UPDATE)
    AS met
WHERE t.id = met.id;

-- name: read
-- One topic with what it is told from, if the caller may see it.
SELECT t.id AS topic_id, t.user_id, t.title, t.summary, t.keywords, t.category, t.fingerprint,
       t.state, t.spread, t.publication_date
FROM topics_snippets t
WHERE t.id = %(topic_id)s AND t.type = 'topic'
  AND (t.user_id IS NULL OR t.user_id = %(user_id)s);

-- name: sources
-- What a topic is told from, whole texts first.
SELECT source_id, position, kind, url, document_id, title, publisher, author, published_at, body,
       outline, sha256, complete
FROM topic_sources WHERE topic_id = %(topic_id)s ORDER BY complete DESC, position;
