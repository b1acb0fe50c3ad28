-- migrate:up

-- A printed login link: works once, for some minutes. Only its hash is kept.
CREATE TABLE login_codes (
    code_hash  bytea PRIMARY KEY CHECK (length(code_hash) = 32),
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX login_codes_by_user ON login_codes (user_id);
CREATE INDEX login_codes_by_expiry ON login_codes (expires_at);

-- A browser's session is known by the hash of what its cookie holds. A session from before there
-- were cookies belongs to no browser: it gets a hash of nothing anybody knows.
ALTER TABLE user_sessions ADD COLUMN token_hash bytea;
UPDATE user_sessions SET token_hash = sha256(gen_random_uuid()::text::bytea);
ALTER TABLE user_sessions
    ALTER COLUMN token_hash SET NOT NULL,
    ADD CONSTRAINT user_sessions_token_hash_key UNIQUE (token_hash),
    ADD CONSTRAINT user_sessions_token_hash_check CHECK (length(token_hash) = 32);

-- migrate:down

ALTER TABLE user_sessions DROP COLUMN token_hash;
DROP TABLE login_codes;
