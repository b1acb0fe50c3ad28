-- name: store
-- Puts an article into the library; unchanged ones are left alone.
INSERT INTO documents (document_id, title, category, author, url, published_on, body, facts_from,
                       sha256)
VALUES (%(document_id)s, %(title)s, %(category)s, %(author)s, %(url)s, %(published_on)s, %(body)s,
        %(facts_from)s, %(sha256)s)
ON CONFLICT (document_id) DO UPDATE
SET title = excluded.title, category = excluded.category, author = excluded.author,
    url = excluded.url, published_on = excluded.published_on, body = excluded.body,
    facts_from = excluded.facts_from, sha256 = excluded.sha256, updated_at = now()
WHERE documents.sha256 <> excluded.sha256;

-- name: fingerprints
-- What the library holds, to see at a glance what changed.
SELECT document_id, sha256 FROM documents WHERE document_id = ANY(%(document_ids)s);

-- name: weigh_words
-- The words of a topic as the index knows them, and in how many documents each stands.
SELECT word.lexeme,
       (SELECT count(*) FROM documents d
        WHERE d.search @@ plainto_tsquery('simple', word.lexeme)) AS documents,
       (SELECT count(*) FROM documents) AS library
FROM unnest(to_tsvector('english', %(topic)s)) AS word;

-- name: find_hits
-- Where a topic's words stand in the documents that answer it best: those that hold all of it as a
-- web search would read it, then those that hold any of its words.
WITH asked AS (
    SELECT websearch_to_tsquery('english', %(topic)s) AS whole,
           (SELECT string_agg(quote_literal(word.lexeme), ' | ')::tsquery
            FROM unnest(to_tsvector('english', %(topic)s)) AS word) AS any_word
), best AS (
    SELECT d.document_id, d.search, d.search @@ asked.whole AS answers_all
    FROM documents d, asked
    WHERE d.search @@ asked.whole OR d.search @@ asked.any_word
    ORDER BY answers_all DESC, ts_rank_cd(d.search, asked.any_word, 1) DESC, d.document_id
    LIMIT %(limit)s
)
SELECT best.document_id, best.answers_all, word.lexeme, 'A' = ANY(word.weights) AS in_title,
       'B' = ANY(word.weights) AS in_category,
       (SELECT count(*) FROM unnest(word.weights) AS place WHERE place = 'C') AS in_body
FROM best, unnest(best.search) AS word
WHERE word.lexeme IN (SELECT lexeme FROM unnest(to_tsvector('english', %(topic)s)));

-- name: read
-- One document whole.
SELECT document_id, title, category, author, url, published_on, body
FROM documents WHERE document_id = %(document_id)s;

-- name: titles
-- What could be asked for: some titles, one per category first.
SELECT title FROM (
    SELECT title, category, row_number() OVER (PARTITION BY category ORDER BY title) AS place
    FROM documents
) AS shelf
ORDER BY place, category LIMIT %(limit)s;
