-- name: hold_flow
-- Before a stream is taken, in its transaction: whoever closes the workflow waits for it and then
-- closes the stream, or was first, and nobody opens the stream again.
SELECT w.workflow_id FROM workflow_instances AS w JOIN streams AS s USING (workflow_id)
WHERE s.stream_id = %(stream_id)s AND w.end_timestamp IS NULL
FOR SHARE OF w;

-- name: take
-- The one who takes the stream raises its fence: every writer before is shut out from here on.
-- A new owner starts a new revision from nothing; the last owner goes on where it stopped. What is
-- spoken anew can be heard for as long as the first could, and housekeeping lets go of it.
-- (No subquery decides who is new: PostgreSQL re-checks this row alone when two takers meet.)
UPDATE streams AS s
SET fence = s.fence + 1,
    owners = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.owners ELSE s.owners || %(owner)s::text END,
    revision = greatest(cardinality(s.owners) - (%(owner)s::text = ANY (s.owners))::integer, 0),
    status = CASE WHEN %(owner)s::text = ANY (s.owners) AND s.status = 'ended' THEN 'ended'
             ELSE 'open' END,
    error = NULL,
    init_uri = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.init_uri END,
    bytes = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.bytes ELSE 0 END,
    frames = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.frames ELSE 0 END,
    sha256 = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.sha256 END,
    stream_uri = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.stream_uri END,
    quality = CASE WHEN %(owner)s::text = ANY (s.owners) THEN s.quality END,
    released = s.released AND %(owner)s::text = ANY (s.owners),
    ended_at = CASE WHEN %(owner)s::text = ANY (s.owners) AND s.status = 'ended' THEN s.ended_at END,
    swept_at = NULL,
    expires_at = CASE WHEN cardinality(s.owners) = 0 OR %(owner)s::text = ANY (s.owners)
        THEN s.expires_at ELSE greatest(s.expires_at, now() + (s.expires_at - s.created_at)) END
WHERE s.stream_id = %(stream_id)s
  AND (NOT %(owner)s::text = ANY (s.owners)
       OR (s.owners[cardinality(s.owners)] = %(owner)s::text AND s.swept_at IS NULL))
RETURNING s.stream_id, s.workflow_id, s.revision, s.fence, s.status, s.bytes, s.frames,
    s.sha256, s.stream_uri,
    (SELECT user_id FROM workflow_instances AS w WHERE w.workflow_id = s.workflow_id);

-- name: announce
-- Wake whoever follows this stream.
SELECT pg_notify('stream_segment', %(stream_id)s::text);

-- name: state
-- What a listener, or a writer that was refused, must know of a stream. Where its flow is over and
-- the voice never said so itself, no more will come either.
SELECT s.stream_id, s.workflow_id, w.user_id, s.revision, s.fence,
    CASE WHEN s.status = 'open' AND w.overall_status = 'cancelled' THEN 'cancelled'
         WHEN s.status = 'open' AND w.end_timestamp IS NOT NULL THEN 'failed'
         ELSE s.status END AS status,
    s.bytes, s.frames, s.sha256, s.stream_uri, coalesce(s.error, w.error_message) AS error,
    s.expires_at <= now() AS expired
FROM streams AS s JOIN workflow_instances AS w USING (workflow_id)
WHERE s.stream_id = %(stream_id)s;

-- name: silence
-- How long ago the last sign of work on an open stream was, in seconds: a line recorded, a step begun
-- or ended, a lease of one of its flow's agents renewed. What waits for its turn is no orphan: where
-- its flow has something dispatched, those count who do the same work for others at the moment; where
-- it waits for Airflow, whether Airflow begins anything at all. A sign from the future says nothing,
-- the clock was set back since; null where there is no other. A voice has begun only as long as an
-- agent is asked for something: a flow that is run again from its start reads its sources again.
SELECT extract(epoch FROM clock_timestamp() - sign.latest)::float8 AS seconds,
    cardinality(s.owners) > 0 AND sent.something AS begun
FROM streams AS s JOIN workflow_instances AS w USING (workflow_id)
CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT FROM agent_dispatches AS d
    WHERE d.workflow_id = s.workflow_id AND d.status IN ('PENDING', 'STARTED'))) AS sent (something)
CROSS JOIN LATERAL (SELECT max(seen.at) FILTER (WHERE seen.at <= clock_timestamp()) AS latest FROM (
    VALUES (w.last_updated_timestamp),
    ((SELECT g.created_at FROM stream_segments AS g
      WHERE g.stream_id = s.stream_id AND g.revision = s.revision ORDER BY g.position DESC LIMIT 1)),
    ((SELECT max(t.last_updated_timestamp) FROM task_instances AS t
      WHERE t.workflow_id = s.workflow_id AND t.last_updated_timestamp <= clock_timestamp())),
    ((SELECT max(k.updated_at) FROM idempotency_keys AS k
      WHERE k.workflow_id = s.workflow_id AND k.updated_at <= clock_timestamp())),
    (CASE WHEN sent.something
     THEN (SELECT max(k.updated_at) FROM idempotency_keys AS k
           WHERE k.status = 'processing' AND k.lease_expires_at > clock_timestamp()
             AND k.updated_at <= clock_timestamp()
             AND k.task_name IN (SELECT d.task_name FROM agent_dispatches AS d
                                 WHERE d.workflow_id = s.workflow_id
                                   AND d.status IN ('PENDING', 'STARTED')))
     ELSE (SELECT max(o.last_updated_timestamp) FROM workflow_instances AS o
           WHERE o.end_timestamp IS NULL AND o.overall_status = 'in_progress'
             AND o.last_updated_timestamp <= clock_timestamp()) END)) AS seen (at)) AS sign
WHERE s.stream_id = %(stream_id)s;

-- name: append_segment
-- One more run of bytes, only for the holder of the fence and only where the record ends.
WITH held AS (
    UPDATE streams
    SET bytes = bytes + %(bytes)s, frames = frames + %(frames)s,
        init_uri = coalesce(init_uri, %(uri)s)
    WHERE stream_id = %(stream_id)s AND fence = %(fence)s AND status = 'open'
      AND bytes = %(first_byte)s AND frames = %(first_frame)s
    RETURNING stream_id, revision, fence
), added AS (
    INSERT INTO stream_segments (stream_id, revision, position, line_id, uri, first_byte, bytes,
        first_frame, frames, sha256, fence)
    SELECT stream_id, revision, %(position)s, %(line_id)s, %(uri)s, %(first_byte)s, %(bytes)s,
        %(first_frame)s, %(frames)s, %(sha256)s, fence
    FROM held
    RETURNING stream_id
)
SELECT pg_notify('stream_segment', stream_id::text) FROM added;

-- name: segments
-- The record of one revision from a position on, in order.
SELECT position, line_id, uri, first_byte, bytes, first_frame, frames, sha256
FROM stream_segments
WHERE stream_id = %(stream_id)s AND revision = %(revision)s AND position >= %(position)s
ORDER BY position;

-- name: close
-- The stream is whole: its length and hash never change again in this revision.
WITH closed AS (
    UPDATE streams
    SET status = 'ended', sha256 = %(sha256)s, stream_uri = %(stream_uri)s, ended_at = now()
    WHERE stream_id = %(stream_id)s AND fence = %(fence)s AND status = 'open'
      AND bytes = %(bytes)s
    RETURNING stream_id
)
SELECT pg_notify('stream_segment', stream_id::text) FROM closed;

-- name: abandon
-- The voice gave up, or was told to: listeners are told why, what was heard stays.
WITH abandoned AS (
    UPDATE streams
    SET status = %(status)s, error = %(error)s, ended_at = now()
    WHERE stream_id = %(stream_id)s AND fence = %(fence)s AND status = 'open'
    RETURNING stream_id
)
SELECT pg_notify('stream_segment', stream_id::text) FROM abandoned;

-- name: judge
-- The quality report of the finished episode, by the holder of the fence.
UPDATE streams SET quality = %(quality)s
WHERE stream_id = %(stream_id)s AND fence = %(fence)s;

-- name: releasable
-- A finished stream together with the media object that is to be released as its episode.
SELECT s.status, s.quality, m.uri IS NOT NULL AS known
FROM streams AS s
LEFT JOIN media_objects AS m
    ON m.uri = %(uri)s AND m.workflow_id = s.workflow_id AND m.stored_at IS NOT NULL
WHERE s.stream_id = %(stream_id)s;

-- name: release
-- Feed and download may have the episode from now on; saying it twice changes nothing.
UPDATE streams SET released = true
WHERE stream_id = %(stream_id)s AND status = 'ended'
  AND coalesce((quality ->> 'passed')::boolean, true);
