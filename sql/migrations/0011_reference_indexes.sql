-- migrate:up

-- Deleting a row asks every table that refers to it. Without an index that reads the whole table:
-- a user's or a medium's removal would grow slower with every episode ever made.
CREATE INDEX call_journal_by_user ON call_journal (user_id);
CREATE INDEX media_objects_by_user ON media_objects (user_id);
CREATE INDEX generated_scripts_by_user ON generated_scripts (user_id);
CREATE INDEX podcast_sources_by_source ON podcast_sources (source_id);
CREATE INDEX podcasts_by_stream ON podcasts (stream_id);
CREATE INDEX podcasts_by_audio ON podcasts (audio_uri);
CREATE INDEX podcasts_by_episode ON podcasts (episode_uri);
CREATE INDEX podcasts_by_cover ON podcasts (cover_uri);
CREATE INDEX sources_by_content ON sources (content_uri);
CREATE INDEX streams_by_init ON streams (init_uri);
CREATE INDEX streams_by_record ON streams (stream_uri);

-- migrate:down

DROP INDEX streams_by_record, streams_by_init, sources_by_content, podcasts_by_cover,
    podcasts_by_episode, podcasts_by_audio, podcasts_by_stream, podcast_sources_by_source,
    generated_scripts_by_user, media_objects_by_user, call_journal_by_user;
