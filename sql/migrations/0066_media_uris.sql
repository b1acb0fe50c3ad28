-- migrate:up

-- Lax mode unwraps arrays as it compares, and so returns those that hold a URI beside the URI.
CREATE OR REPLACE FUNCTION media_uris(document jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_path_query_array(
        document, 'strict $.** ? (@ starts with "media:///" || @ starts with "gs://")');
REINDEX INDEX call_journal_by_media;
REINDEX INDEX idempotency_keys_by_media;

-- migrate:down

CREATE OR REPLACE FUNCTION media_uris(document jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_path_query_array(
        document, '$.** ? (@ starts with "media:///" || @ starts with "gs://")');
REINDEX INDEX call_journal_by_media;
REINDEX INDEX idempotency_keys_by_media;
