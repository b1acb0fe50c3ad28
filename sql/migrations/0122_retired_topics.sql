-- migrate:up

-- A topic that was put away is known as the same story for as long as one that stands.
DROP INDEX topics_to_match;
CREATE INDEX topics_by_last_seen ON topics_snippets (last_seen_at DESC) WHERE type = 'topic';

-- Everybody's topics go with their cards.
UPDATE topics_snippets AS topic SET state = 'retired', retired_at = card.retired_at
FROM topics_snippets AS card
WHERE card.topic_id = topic.id AND card.type = 'snippet' AND card.state = 'retired'
  AND topic.user_id IS NULL AND topic.state = 'ready';

-- What people explored, by owner and age: it leaves the page when its time is over.
CREATE INDEX cards_of_people ON topics_snippets (user_id, generation_timestamp DESC, id)
    WHERE type = 'snippet' AND state = 'ready' AND user_id IS NOT NULL;

-- migrate:down

DROP INDEX cards_of_people, topics_by_last_seen;
CREATE INDEX topics_to_match ON topics_snippets (last_seen_at DESC)
    WHERE type = 'topic' AND state <> 'retired';
