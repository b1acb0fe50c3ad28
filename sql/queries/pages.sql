-- name: cards
-- Cards by their ids, in the order of the ids, with the words each sentence rests on. What is
-- retired, or belongs to somebody else, is left out.
SELECT s.id::text AS snippet_id, s.topic_id::text AS topic_id, s.title, s.category, s.image_url,
       s.cover, s.estimated_full_podcast_length, s.spread,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'text', told.sentence->>'text',
                      'citations', coalesce((
                          SELECT jsonb_agg(jsonb_build_object(
                                     'source_id', source.source_id,
                                     'start', (span.cited->>'start')::int,
                                     'end', (span.cited->>'end')::int,
                                     'source_title', source.title, 'source_url', source.url,
                                     'publisher', source.publisher,
                                     'quote', substr(source.body, (span.cited->>'start')::int + 1,
                                                     (span.cited->>'end')::int
                                                     - (span.cited->>'start')::int))
                                 ORDER BY span.place)
                          FROM jsonb_array_elements(told.sentence->'citations')
                               WITH ORDINALITY AS span(cited, place)
                          JOIN topic_sources AS source
                               ON source.source_id = (span.cited->>'source_id')::uuid), '[]'))
                  ORDER BY told.place)
           FROM jsonb_array_elements(s.sentences) WITH ORDINALITY AS told(sentence, place)),
           '[]') AS sentences
FROM unnest(%(snippet_ids)s::uuid[]) WITH ORDINALITY AS wanted(snippet_id, place)
JOIN topics_snippets AS s ON s.id = wanted.snippet_id AND s.type = 'snippet'
WHERE s.state <> 'retired' AND (s.user_id IS NULL OR s.user_id = %(user_id)s)
ORDER BY wanted.place;

-- name: categories
-- What categories are called, in the order in which they are shown.
SELECT category, label FROM categories ORDER BY position;

-- name: pool_version
-- How far the pool is.
SELECT version FROM pool_state;

-- name: store
-- A page as it was composed. Composed again it has the same id, and says the same.
-- Nothing serves it: it is kept for operators, as what a refresh ended with (decision 037).
INSERT INTO pages (page_id, kind, workflow_id, catalog, pool_version, snippet_ids, messages, sha256)
VALUES (%(page_id)s, %(kind)s, %(workflow_id)s, %(catalog)s, %(pool_version)s, %(snippet_ids)s,
        %(messages)s, %(sha256)s)
ON CONFLICT (page_id) DO NOTHING;

-- name: covers
-- The pictures of a caller's podcasts: their own, and until there is one that of the card they were
-- made from.
SELECT p.podcast_id, coalesce(p.cover_uri, s.image_url) AS uri
FROM podcasts AS p
LEFT JOIN topics_snippets AS s ON s.topic_id = p.topic_id AND s.type = 'snippet'
WHERE p.podcast_id = ANY(%(podcast_ids)s::uuid[]) AND p.user_id = %(user_id)s
  AND coalesce(p.cover_uri, s.image_url) IS NOT NULL;

-- name: story
-- The card that a caller's podcast was made from, in its words: what is shown of an episode before
-- it has words and a picture of its own.
SELECT s.topic_id, s.text_content AS teaser, s.category, s.state = 'retired' AS retired
FROM podcasts AS p
JOIN topics_snippets AS s ON s.topic_id = p.topic_id AND s.type = 'snippet'
WHERE p.podcast_id = %(podcast_id)s AND p.user_id = %(user_id)s
LIMIT 1;
