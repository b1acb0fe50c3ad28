-- name: read_robots
-- What a site lets programs read, as far as it is still believed.
SELECT robots, robots_open FROM web_sites
WHERE origin = %(origin)s AND robots_until > now();

-- name: keep_robots
-- What a site said just now.
INSERT INTO web_sites (origin, robots, robots_open, robots_until)
VALUES (%(origin)s, %(robots)s, %(robots_open)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (origin) DO UPDATE
SET robots = excluded.robots, robots_open = excluded.robots_open,
    robots_until = excluded.robots_until, seen_at = now();

-- name: forget
-- Sites nobody asked for in a while. Done when a new one is met, so the table stays small.
DELETE FROM web_sites WHERE seen_at < now() - interval '2 days' AND next_visit_at < now();

-- name: begin_visit
-- Books a visit, all workers together: no more than so many at a time, and in the long run one
-- per interval, but for a burst (the generic cell rate algorithm of ITU-T I.371). No row where
-- the wait would be too long. A visit whose worker died ends by itself.
INSERT INTO web_sites AS site (origin, next_visit_at, visits)
VALUES (%(origin)s, clock_timestamp() + make_interval(secs => %(interval)s),
        ARRAY[clock_timestamp() + make_interval(secs => %(longest)s)])
ON CONFLICT (origin) DO UPDATE
SET next_visit_at = greatest(site.next_visit_at, clock_timestamp())
        + make_interval(secs => %(interval)s),
    visits = array_append(
        ARRAY(SELECT until FROM unnest(site.visits) AS until WHERE until > clock_timestamp()),
        clock_timestamp() + make_interval(secs => %(longest)s)),
    seen_at = now()
WHERE (SELECT count(*) FROM unnest(site.visits) AS until WHERE until > clock_timestamp())
          < %(parallel)s
  AND site.next_visit_at <= clock_timestamp() + make_interval(secs => %(burst)s + %(patience)s)
RETURNING visits[cardinality(visits)] AS until,
          extract(epoch FROM next_visit_at - clock_timestamp())::float8
              - %(interval)s - %(burst)s AS wait;

-- name: end_visit
-- Makes room for the next one.
UPDATE web_sites SET visits = array_remove(visits, %(until)s) WHERE origin = %(origin)s;

-- name: hold_back
-- A site asked to be left alone for a while.
INSERT INTO web_sites AS site (origin, next_visit_at)
VALUES (%(origin)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (origin) DO UPDATE
SET next_visit_at = greatest(site.next_visit_at, excluded.next_visit_at), seen_at = now();
