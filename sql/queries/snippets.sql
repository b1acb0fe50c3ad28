-- name: topic
-- A topic that this caller may see, held against a second telling at the same time. Everybody's
-- topics belong to nobody.
SELECT id AS topic_id, user_id, title, keywords, category, fingerprint, state
FROM topics_snippets
WHERE id = %(topic_id)s AND type = 'topic' AND (user_id IS NULL OR user_id = %(user_id)s)
FOR NO KEY UPDATE;

-- name: sources
-- The material of a topic, the first told first; of an entry that was changed only what it says now.
SELECT s.source_id, s.title, s.author, s.body, s.outline, s.sha256, s.complete
FROM topic_sources s
WHERE s.topic_id = %(topic_id)s
  AND NOT EXISTS (SELECT FROM topic_sources newer
                  WHERE newer.topic_id = s.topic_id AND newer.url = s.url AND newer.kind = 'feed'
                    AND newer.position > s.position)
ORDER BY coalesce((SELECT min(first.position) FROM topic_sources first
                   WHERE first.topic_id = s.topic_id AND first.url = s.url), s.position),
         s.position;

-- name: standing
-- The card of a topic as it stands, if there is one.
SELECT id AS snippet_id, topic_id, title, text_content, cover_art_prompt,
       estimated_full_podcast_length, sentences, title_citations, keywords, category,
       llm_model_used_for_snippet AS model, generation_timestamp, fingerprint, state
FROM topics_snippets WHERE topic_id = %(topic_id)s AND type = 'snippet';

-- name: take_up
-- Before its card: the topic is ready, whatever was wrong with it before. The card's own statement
-- comes last in the transaction, since it holds the pool's version until the commit.
UPDATE topics_snippets
SET state = 'ready', problem = NULL, retired_at = NULL
WHERE id = %(topic_id)s AND (state, problem, retired_at) IS DISTINCT FROM ('ready', NULL, NULL);

-- name: publish
-- The first card of a topic: from this commit on it is in the pool. What the topic knows of itself
-- goes with it.
INSERT INTO topics_snippets (
    id, type, topic_id, workflow_id, user_id, title, summary, text_content, keywords, category,
    source_url, source_name, llm_model_used_for_snippet, cover_art_prompt, relevance_score,
    publication_date, state, fingerprint, spread, novelty, quality, sentences, title_citations,
    estimated_full_podcast_length)
SELECT %(snippet_id)s, 'snippet', t.id, %(workflow_id)s, t.user_id, %(title)s, t.summary,
       %(text_content)s, %(keywords)s, t.category, t.source_url, t.source_name, %(model)s,
       %(cover_art_prompt)s, t.relevance_score, t.publication_date, 'ready', %(fingerprint)s,
       t.spread, t.novelty, t.quality, %(sentences)s, %(title_citations)s, %(length)s
FROM topics_snippets AS t WHERE t.id = %(topic_id)s;

-- name: retell
-- Another telling of a topic under the card's id; one that says the same changes nothing, not even
-- the pool's version. The picture of the telling before stays until there is another. One that comes
-- back to the pool counts as never shown.
UPDATE topics_snippets AS s
SET workflow_id = %(workflow_id)s, title = %(title)s, summary = t.summary,
    text_content = %(text_content)s, keywords = %(keywords)s, category = t.category,
    source_url = t.source_url, source_name = t.source_name,
    llm_model_used_for_snippet = %(model)s, cover_art_prompt = %(cover_art_prompt)s,
    relevance_score = t.relevance_score, publication_date = t.publication_date, state = 'ready',
    problem = NULL, retired_at = NULL, fingerprint = %(fingerprint)s, spread = t.spread,
    novelty = t.novelty, quality = t.quality, sentences = %(sentences)s,
    title_citations = %(title_citations)s, estimated_full_podcast_length = %(length)s,
    generation_timestamp = now(), shown = CASE WHEN s.state = 'ready' THEN s.shown ELSE 0 END
FROM topics_snippets AS t
WHERE s.id = %(snippet_id)s AND t.id = s.topic_id
  AND (s.state, s.fingerprint, s.title, s.text_content, s.sentences, s.title_citations,
       s.cover_art_prompt, s.estimated_full_podcast_length)
      IS DISTINCT FROM
      ('ready', %(fingerprint)s, %(title)s, %(text_content)s, %(sentences)s, %(title_citations)s,
       %(cover_art_prompt)s, %(length)s::integer);

-- name: set_cover
-- The picture of a topic's card, or why there is none. Says nothing where nothing changes, so a
-- repeated run moves no version.
UPDATE topics_snippets
SET image_url = %(uri)s, cover = %(cover)s, cover_problem = %(problem)s,
    cover_painted_at = CASE WHEN %(uri)s::text IS NULL THEN cover_painted_at ELSE now() END
WHERE type = 'snippet' AND topic_id = %(topic_id)s
  AND (image_url, cover, cover_problem)
      IS DISTINCT FROM (%(uri)s::text, %(cover)s::jsonb, %(problem)s::text);

-- name: note_cover_problem
-- Why a card got no picture this time; one that it has stays.
UPDATE topics_snippets SET cover_problem = %(problem)s
WHERE type = 'snippet' AND topic_id = %(topic_id)s
  AND cover_problem IS DISTINCT FROM %(problem)s::text;

-- name: sleeve
-- What the picture of the card was painted from that an episode was made from.
SELECT card.title, card.cover_art_prompt AS prompt
FROM podcasts AS p JOIN topics_snippets AS card
    ON card.topic_id = p.topic_id AND card.type = 'snippet' AND card.cover_art_prompt IS NOT NULL
WHERE p.podcast_id = %(podcast_id)s;
