-- migrate:up

-- What was asked for, of the words of a web search. Behind them the last one counts as the beginning
-- of a word too, for whoever is still typing; not one of no weight, such as "the".
CREATE FUNCTION asked_for(words text, head text, prefix text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT websearch_to_tsquery('english', words)
           || CASE WHEN numnode(plainto_tsquery('english', prefix)) = 0 THEN ''::tsquery
                   ELSE websearch_to_tsquery('english', head)
                        && to_tsquery('simple', quote_literal(prefix) || ':*') END
$$;

-- migrate:down

DROP FUNCTION asked_for(text, text, text);
