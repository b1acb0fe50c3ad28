-- name: know
-- Feeds that the settings name.
INSERT INTO feeds (url) SELECT unnest(%(urls)s::text[]) ON CONFLICT (url) DO NOTHING;

-- name: take_due
-- The feeds to be asked now, each given to one asker, who is believed to be at it for a while.
-- `lately`: its last whole answer is younger than a day, so its validators may be used.
UPDATE feeds AS f SET next_check_at = now() + interval '30 seconds'
FROM (SELECT url FROM feeds
      WHERE url = ANY(%(urls)s) AND next_check_at <= now()
        AND (NOT %(only_new)s OR checked_at IS NULL)
      ORDER BY url FOR UPDATE SKIP LOCKED) AS due
WHERE f.url = due.url
RETURNING f.url, f.title, f.etag, f.last_modified, f.parser, f.failures,
          coalesce(f.read_at > now() - interval '1 day', false) AS lately,
          EXISTS (SELECT FROM feed_items i WHERE i.feed_url = f.url) AS has_items;

-- name: keep_items
-- Entries of a feed as they stand now. The first date that an entry was given counts.
INSERT INTO feed_items (feed_url, item_key, url, title, body, outline, author, tags, published_at,
                        sha256, complete)
SELECT %(feed_url)s, e.item_key, e.url, e.title, e.body, e.outline, e.author, e.tags,
       e.published_at, e.sha256, e.complete
FROM jsonb_to_recordset(%(items)s) AS e(
    item_key text, url text, title text, body text, outline jsonb, author text, tags text[],
    published_at timestamptz, sha256 text, complete boolean)
ON CONFLICT (feed_url, item_key) DO UPDATE
SET url = excluded.url, title = excluded.title, body = excluded.body, outline = excluded.outline,
    author = excluded.author, tags = excluded.tags, sha256 = excluded.sha256,
    complete = excluded.complete, last_seen_at = now(),
    published_at = least(feed_items.published_at, excluded.published_at);

-- name: answered
-- A feed was read whole.
UPDATE feeds SET title = coalesce(%(title)s, title), etag = %(etag)s,
    last_modified = %(last_modified)s, parser = %(parser)s, status = 'fresh',
    problem = %(problem)s, failures = 0, checked_at = now(), read_at = now(),
    next_check_at = now() + make_interval(secs => %(rest_seconds)s)
WHERE url = %(url)s;

-- name: unchanged
-- A feed has nothing new.
UPDATE feeds SET status = 'unchanged', problem = NULL, failures = 0, checked_at = now(),
    next_check_at = now() + make_interval(secs => %(rest_seconds)s)
WHERE url = %(url)s;

-- name: failed
-- A feed could not be read: what it said of its last answer is not believed any more.
UPDATE feeds SET status = 'failing', problem = %(problem)s, failures = failures + 1,
    etag = NULL, last_modified = NULL, checked_at = now(),
    next_check_at = now() + make_interval(secs => %(rest_seconds)s)
WHERE url = %(url)s;

-- name: given_up
-- A feed was not waited for: it is asked again by whoever has more time.
UPDATE feeds SET next_check_at = now() WHERE url = ANY(%(urls)s);

-- name: states
-- How the feeds stand, and how many entries of each are kept.
SELECT url, status, problem,
       (SELECT count(*) FROM feed_items i WHERE i.feed_url = f.url) AS items
FROM feeds f WHERE url = ANY(%(urls)s) ORDER BY url;

-- name: recent_items
-- Entries of late, the newest first, but for those whose page has been told and put away.
SELECT i.feed_url, i.item_key, i.url, i.title, i.body, i.outline, i.author, i.tags, i.published_at,
       coalesce(i.published_at, i.first_seen_at) AS seen_at, i.complete, f.title AS feed_title
FROM feed_items i JOIN feeds f ON f.url = i.feed_url
WHERE i.feed_url = ANY(%(urls)s)
  AND coalesce(i.published_at, i.first_seen_at)
      > now() - make_interval(secs => 86400 * %(topic_days)s)
  AND NOT EXISTS (
      SELECT FROM topic_sources s JOIN topics_snippets t ON t.id = s.topic_id
      WHERE s.url = i.url AND t.state = 'retired'
        AND (t.user_id IS NULL OR t.user_id = %(user_id)s))
ORDER BY coalesce(i.published_at, i.first_seen_at) DESC, i.feed_url, i.item_key
LIMIT %(limit)s;
