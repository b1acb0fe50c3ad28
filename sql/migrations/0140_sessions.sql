-- migrate:up

-- A caller who comes with a token has one session of kind 'api', for preferences; nobody can sign
-- in with it, since its token_hash is that of something nobody knows.
ALTER TABLE user_sessions
    ADD COLUMN kind text NOT NULL DEFAULT 'browser' CHECK (kind IN ('browser', 'api')),
    ADD CONSTRAINT user_sessions_preferences_check CHECK (jsonb_typeof(preferences) = 'object');
CREATE UNIQUE INDEX user_sessions_one_api ON user_sessions (user_id) WHERE kind = 'api';

-- What card an episode was made from.
ALTER TABLE podcasts ADD COLUMN topic_id uuid REFERENCES topics_snippets ON DELETE SET NULL;
CREATE INDEX podcasts_of_user_by_topic ON podcasts (user_id, topic_id) WHERE topic_id IS NOT NULL;
CREATE INDEX podcasts_by_topic ON podcasts (topic_id) WHERE topic_id IS NOT NULL;

-- migrate:down

DROP INDEX podcasts_by_topic, podcasts_of_user_by_topic;
ALTER TABLE podcasts DROP COLUMN topic_id;
DROP INDEX user_sessions_one_api;
ALTER TABLE user_sessions DROP CONSTRAINT user_sessions_preferences_check, DROP COLUMN kind;
