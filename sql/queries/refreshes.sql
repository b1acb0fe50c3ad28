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
