-- Refreshes of the pool of cards, and what becomes of them. One open refresh per scope, which is
-- claimed in one short transaction of three statements: `open_scope`, `hold_scope`, and `claim`
-- (who asks the facade) or `take_over` (a run that Airflow itself began). Whoever claims inserts the
-- workflow in the same transaction. A single INSERT … ON CONFLICT DO UPDATE would judge by what
-- stood before it waited, so that several racers would win.

-- name: open_scope
-- There is a row to hold from here on.
INSERT INTO refresh_orders (scope, workflow_id, not_before)
VALUES (%(scope)s, %(workflow_id)s, '-infinity')
ON CONFLICT DO NOTHING;

-- name: hold_scope
-- One claimant at a time judges what stands; whose it is at this moment.
SELECT workflow_id FROM refresh_orders WHERE scope = %(scope)s FOR UPDATE;

-- name: claim
-- The scope is the claimant's if it rests no longer and nobody is at work in it.
UPDATE refresh_orders AS o
SET workflow_id = %(workflow_id)s, ordered_at = now(),
    not_before = clock_timestamp() + make_interval(secs => %(rest_seconds)s)
WHERE o.scope = %(scope)s AND o.not_before <= clock_timestamp()
  AND NOT EXISTS (SELECT FROM workflow_instances AS w
                  WHERE w.workflow_id = o.workflow_id AND w.end_timestamp IS NULL)
RETURNING o.workflow_id;

-- name: take_over
-- For a run that is there already: a schedule, and a person at a button, wait for no rest. Its own
-- workflow is open, and that of an attempt before may be the one that stands.
UPDATE refresh_orders AS o
SET workflow_id = %(workflow_id)s, ordered_at = now()
WHERE o.scope = %(scope)s
  AND (o.workflow_id = %(workflow_id)s
       OR NOT EXISTS (SELECT FROM workflow_instances AS w
                      WHERE w.workflow_id = o.workflow_id AND w.end_timestamp IS NULL))
RETURNING o.workflow_id;

-- name: rest
-- How long nobody need ask again after this refresh.
UPDATE refresh_orders
SET not_before = clock_timestamp() + make_interval(secs => %(rest_seconds)s)
WHERE workflow_id = %(workflow_id)s;

-- name: adopt
-- A refresh that a schedule or a person began in Airflow is everybody's: it belongs to nobody.
INSERT INTO workflow_instances (workflow_id, user_id, trigger_event_type, trigger_event_details,
                                dag_id, dag_run_id, triggered_at, context_data)
VALUES (%(workflow_id)s, NULL, 'snippets_refresh', %(details)s, %(dag_id)s, %(run_id)s, now(),
        %(context)s)
ON CONFLICT DO NOTHING;

-- name: interests
-- What those who came lately like, by category, and what none of them wants; of one user where a
-- flow is that user's own. The newest session of each that says anything speaks for them; who has
-- said nothing has a voice like any other, and wants everything.
WITH active AS (
    SELECT DISTINCT ON (user_id) user_id, preferences FROM user_sessions
    WHERE last_seen_at > now() - interval '14 days' AND expires_at > now()
      AND (%(user_id)s::uuid IS NULL OR user_id = %(user_id)s)
    ORDER BY user_id, preferences = '{}', last_seen_at DESC)
SELECT c.category,
       avg(coalesce(a.preferences -> 'liked' ? c.category, false)::int)::float8 AS liked,
       bool_and(coalesce(a.preferences -> 'muted' ? c.category, false)) AS muted
FROM categories AS c CROSS JOIN active AS a
GROUP BY c.category ORDER BY c.category;

-- name: hand_on_bare
-- Cards without a picture that this refresh has painted besides its own, the least tried and then
-- the newest first; those of one person where the refresh is that person's. Each try is counted as
-- it is handed on, and the pause behind it doubles. It does not hold where the painter was away at
-- that try and has painted since; and while nothing is painted at all, the one of several that was
-- tried longest ago goes ahead of its pause, so that its picture shows that the painter is back.
WITH bare AS (
    SELECT s.id, s.cover_tries, s.generation_timestamp,
           s.cover_tried_at + make_interval(mins => 5 * power(2, s.cover_tries)::int) <= now()
               AS rested,
           EXISTS (SELECT FROM topics_snippets AS p WHERE p.cover_painted_at >= s.cover_tried_at)
               AS painted_since,
           EXISTS (SELECT FROM topics_snippets AS p
                   WHERE p.cover_painted_at BETWEEN s.cover_tried_at - interval '15 minutes'
                                                AND s.cover_tried_at + interval '15 minutes')
               AS painted_then,
           row_number() OVER (ORDER BY s.cover_tried_at NULLS FIRST, s.id) = 1
               AND count(*) OVER () > 1 AS leads
    FROM topics_snippets AS s
    WHERE s.type = 'snippet' AND s.state = 'ready' AND s.image_url IS NULL
      AND s.user_id IS NOT DISTINCT FROM %(user_id)s::uuid
      AND s.topic_id <> ALL(%(topic_ids)s::uuid[]) AND s.cover_tries < %(most_tries)s),
due AS MATERIALIZED (
    SELECT s.id FROM topics_snippets AS s JOIN bare USING (id)
    WHERE s.cover_tried_at IS NULL OR bare.rested
       OR (bare.painted_since AND NOT bare.painted_then)
       OR (bare.leads AND NOT bare.painted_since)
    ORDER BY bare.cover_tries, bare.generation_timestamp DESC, s.id
    LIMIT %(most)s FOR NO KEY UPDATE OF s SKIP LOCKED)
UPDATE topics_snippets AS s SET cover_tries = s.cover_tries + 1, cover_tried_at = now()
FROM due WHERE s.id = due.id
RETURNING s.topic_id, s.title AS title_suggestion, s.keywords, s.fingerprint;

-- name: topic_at
-- One of the topics that were found, by its place. The cards' steps read it here: through Airflow
-- each of them would ask the API server twice.
SELECT output_result_summary -> 'topics' -> %(map_index)s::int AS topic FROM task_instances
WHERE workflow_id = %(workflow_id)s AND airflow_task_id = 'discover' AND status = 'completed'
ORDER BY generation DESC LIMIT 1;

-- name: first_line_awaited
-- Whether a podcast was asked for a moment ago of which nothing is spoken yet, while this refresh has
-- a card to show.
SELECT EXISTS (
    SELECT FROM workflow_instances AS w JOIN podcasts AS p ON p.podcast_id = w.workflow_id
    WHERE w.start_timestamp > clock_timestamp() - make_interval(secs => %(seconds)s)
      AND w.end_timestamp IS NULL
      AND NOT EXISTS (SELECT FROM stream_segments AS s
                      WHERE s.stream_id = p.stream_id AND s.line_id IS NOT NULL))
  AND EXISTS (SELECT FROM task_instances AS t
              WHERE t.workflow_id = %(workflow_id)s AND t.airflow_task_id = 'card.craft'
                AND t.status = 'completed') AS awaited;

-- name: read_card
-- What a painter is asked with.
SELECT id AS snippet_id, title, cover_art_prompt FROM topics_snippets
WHERE type = 'snippet' AND topic_id = %(topic_id)s;

-- name: cards_of
-- The cards that stand of these topics.
SELECT id AS snippet_id, topic_id, image_url IS NOT NULL AS has_cover, cover_problem,
       user_id IS NOT NULL AS is_own
FROM topics_snippets
WHERE type = 'snippet' AND state = 'ready' AND topic_id = ANY (%(topic_ids)s);

-- name: fail_topic
-- Why nothing came of a topic. One whose former card still stands keeps it. How long it then waits
-- goes by its proposals; those that failed since a service was away are not counted beyond a few.
UPDATE topics_snippets AS t
SET state = 'failed', problem = %(problem)s,
    proposals = CASE WHEN %(passing)s THEN least(t.proposals, %(soon)s) ELSE t.proposals END
WHERE t.id = %(topic_id)s AND t.type = 'topic'
  AND NOT EXISTS (SELECT FROM topics_snippets AS s
                  WHERE s.topic_id = t.id AND s.type = 'snippet' AND s.state = 'ready');

-- name: retire_cards
-- What leaves the pool: all but the newest 200 cards, news after a week, and what was shown often
-- while there is enough that is fresher; its topic goes with it. A card or topic at which somebody
-- is just now is left for the next time: whoever waits here would hold the pool's version meanwhile,
-- for which that one waits.
WITH standing AS MATERIALIZED (
    SELECT s.id, s.generation_timestamp, s.shown,
           row_number() OVER (ORDER BY s.generation_timestamp DESC, s.id) AS place,
           EXISTS (SELECT FROM topic_sources AS material
                   WHERE material.topic_id = s.topic_id
                     AND material.kind IN ('feed', 'page')) AS is_news
    FROM topics_snippets AS s
    WHERE s.type = 'snippet' AND s.state = 'ready' AND s.user_id IS NULL),
due AS MATERIALIZED (
    SELECT s.id, s.topic_id FROM topics_snippets AS s JOIN standing USING (id)
    JOIN topics_snippets AS topic ON topic.id = s.topic_id
    WHERE standing.place > %(most)s
       OR (standing.is_news
           AND standing.generation_timestamp < now() - make_interval(secs => %(news_seconds)s))
       OR (NOT standing.is_news AND standing.shown > %(shown)s AND standing.place > %(fresher)s)
    ORDER BY s.id FOR NO KEY UPDATE OF s, topic SKIP LOCKED),
put_away AS (
    UPDATE topics_snippets AS topic SET state = 'retired', retired_at = now()
    FROM due WHERE topic.id = due.topic_id)
UPDATE topics_snippets AS s SET state = 'retired', retired_at = now()
FROM due WHERE s.id = due.id;

-- name: best_cards
-- The first page for somebody of whom nothing is known: what is fresh and told by many, of no
-- category more than a third where there are others.
WITH ranked AS (
    SELECT id, category, generation_timestamp,
           coalesce(relevance_score, 0)
           * power(0.5, extract(epoch FROM now() - generation_timestamp) / 64800) AS worth
    FROM topics_snippets
    WHERE type = 'snippet' AND state = 'ready' AND user_id IS NULL),
spread AS (
    SELECT *, row_number() OVER (PARTITION BY category ORDER BY worth DESC, id) AS of_category
    FROM ranked)
SELECT id AS snippet_id FROM spread
ORDER BY of_category > %(of_category)s, worth DESC, id LIMIT %(most)s;

-- name: note_result
-- What the refresh made, where whoever asks for the workflow reads it.
UPDATE workflow_instances
SET context_data = context_data || jsonb_build_object('result', %(result)s::jsonb),
    last_updated_timestamp = now()
WHERE workflow_id = %(workflow_id)s;
