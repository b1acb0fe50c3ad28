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
-- The bytes of a caller's own material: files in the media store and texts in their rows.
SELECT coalesce(sum(coalesce(m.bytes, octet_length(s.body), 0)), 0)::bigint AS bytes
FROM sources AS s LEFT JOIN media_objects AS m ON m.uri = s.content_uri
WHERE s.user_id = %(user_id)s AND s.kind IN ('upload', 'text');
