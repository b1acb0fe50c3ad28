-- name: podcasts
-- What a caller has in the making, what was asked for within a day, and how many seconds it takes
-- until that is one less than `daily`.
SELECT count(*) FILTER (WHERE status = 'GENERATING') AS open,
       count(*) FILTER (WHERE created_at > now() - interval '24 hours') AS today,
       coalesce(ceil(extract(epoch FROM interval '24 hours' - (now() - (
           array_agg(created_at ORDER BY created_at DESC)
               FILTER (WHERE created_at > now() - interval '24 hours')
           )[greatest(%(daily)s, 1)]))), 0)::int AS seconds
FROM podcasts
WHERE user_id = %(user_id)s
  AND (status = 'GENERATING' OR created_at > now() - interval '24 hours');

-- name: stored
-- The bytes of a caller's own material: texts in their rows, and files in the media store from the
-- moment they are announced, sources yet or not. What a workflow makes is nobody's material.
SELECT ((SELECT coalesce(sum(m.bytes), 0) FROM media_objects AS m
         WHERE m.user_id = %(user_id)s AND m.workflow_id IS NULL)
      + (SELECT coalesce(sum(octet_length(s.body)), 0) FROM sources AS s
         WHERE s.user_id = %(user_id)s AND s.kind = 'text'))::bigint AS bytes;

-- name: explorations
-- What a caller has explored at this moment and within a day, but for the one that is to be let in,
-- and how many seconds it takes until that is one less than `daily`.
SELECT count(*) FILTER (WHERE w.end_timestamp IS NULL) AS open,
       count(*) AS today,
       coalesce(ceil(extract(epoch FROM interval '24 hours' - (now() - (
           array_agg(w.start_timestamp ORDER BY w.start_timestamp DESC)
           )[greatest(%(daily)s, 1)]))), 0)::int AS seconds
FROM workflow_instances AS w
WHERE w.user_id = %(user_id)s AND w.trigger_event_type = 'snippets_refresh'
  AND w.start_timestamp > now() - interval '24 hours' AND w.workflow_id <> %(workflow_id)s;
