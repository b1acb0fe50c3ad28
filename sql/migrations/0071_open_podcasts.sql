-- migrate:up

-- How many podcasts a caller has in the making is asked at each acceptance.
CREATE INDEX podcasts_open ON podcasts (user_id) WHERE status = 'GENERATING';

-- migrate:down

DROP INDEX podcasts_open;
