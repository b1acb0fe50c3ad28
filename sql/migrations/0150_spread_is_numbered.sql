-- migrate:up

-- By how many a story is told stands on its card: where that changes, the card is another one, as
-- with everything else that a page shows of it.
DROP TRIGGER cards_numbered ON topics_snippets;
CREATE TRIGGER cards_numbered
    BEFORE INSERT OR UPDATE OF title, text_content, sentences, image_url, cover, cover_problem,
        category, state, retired_at, user_id, spread
    ON topics_snippets FOR EACH ROW WHEN (NEW.type = 'snippet') EXECUTE FUNCTION number_card();

-- migrate:down

DROP TRIGGER cards_numbered ON topics_snippets;
CREATE TRIGGER cards_numbered
    BEFORE INSERT OR UPDATE OF title, text_content, sentences, image_url, cover, cover_problem,
        category, state, retired_at, user_id
    ON topics_snippets FOR EACH ROW WHEN (NEW.type = 'snippet') EXECUTE FUNCTION number_card();
