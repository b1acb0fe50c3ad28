"""Cards that stand without a picture come to the painter again, ever more rarely."""

from pathlib import Path
from uuid import UUID

import pytest

from plugins.flow.snippets.bare import MOST, MOST_TRIES, hand_on_bare
from tests.agents.sca.seed import Seeded, seed_cards
from tests.plugins.flow.snippets.steps import Connection

pytestmark = pytest.mark.usefixtures("empty_pool", "chain")


def handed_on(connection: Connection, user_id: UUID | None = None) -> list[UUID]:
    return [UUID(topic["topic_id"]) for topic in hand_on_bare(connection, user_id, [])]


def wait(connection: Connection, minutes: float) -> None:
    """So much time goes by for all cards."""
    connection.execute(
        """UPDATE topics_snippets SET cover_tried_at = cover_tried_at - make_interval(secs => %s),
               cover_painted_at = cover_painted_at - make_interval(secs => %s)""",
        [60 * minutes, 60 * minutes],
    )


def hang(connection: Connection, card: Seeded) -> None:
    """The painter paints a card's picture."""
    connection.execute(
        """UPDATE topics_snippets SET image_url = 'media://x', cover_painted_at = now()
           WHERE id = %s""",
        [card.snippet_id],
    )


def test_a_bare_card_is_handed_on_and_others_are_not(connection: Connection, chain: Path) -> None:
    [bare, found] = seed_cards(connection, 2, covers=False)
    seed_cards(connection, 2, first=2)
    [handed] = hand_on_bare(connection, None, [{"topic_id": str(found.topic_id)}])
    told = connection.execute(
        "SELECT title, keywords, fingerprint FROM topics_snippets WHERE id = %s", [bare.snippet_id]
    ).fetchone()
    assert told == (handed["title_suggestion"], handed["keywords"], handed["fingerprint"])
    assert (handed["topic_id"], handed["bare"]) == (str(bare.topic_id), True)


def test_one_that_cannot_be_painted_is_tried_ever_more_rarely_and_not_for_ever(
    connection: Connection,
) -> None:
    [card] = seed_cards(connection, 1, covers=False)
    for tries in range(MOST_TRIES):
        assert handed_on(connection) == [card.topic_id]
        assert handed_on(connection) == []
        pause = 10 * 2**tries
        wait(connection, pause - 1)
        assert handed_on(connection) == []
        wait(connection, 1)
    wait(connection, 10**6)
    assert handed_on(connection) == []


def test_one_that_fails_while_others_are_painted_waits_out_its_pause(
    connection: Connection,
) -> None:
    [card] = seed_cards(connection, 1, covers=False)
    [other] = seed_cards(connection, 1, first=1)
    for _ in range(3):
        assert handed_on(connection) == [card.topic_id]
        hang(connection, other)
        assert handed_on(connection) == []
        wait(connection, 40)
    hang(connection, other)
    assert handed_on(connection) == [card.topic_id]
    wait(connection, 40)
    assert handed_on(connection) == []


def test_an_outage_heals_within_two_refreshes_however_long_it_was(connection: Connection) -> None:
    cards = seed_cards(connection, 5, covers=False)
    everybody = {card.topic_id for card in cards}
    tried = []
    for _ in range(10):
        tried.append(handed_on(connection))
        wait(connection, 30)
    assert set(tried[0]) == everybody
    assert all(tried)  # one is always sent ahead
    [*_, first] = tried[-1]
    hang(connection, next(card for card in cards if card.topic_id == first))
    assert set(handed_on(connection)) == everybody - {first}


def test_one_refresh_hands_on_so_many_and_the_next_the_rest(connection: Connection) -> None:
    cards = seed_cards(connection, MOST + 3, covers=False)
    first, then = handed_on(connection), handed_on(connection)
    assert len(first) == MOST
    assert sorted([*first, *then]) == sorted(card.topic_id for card in cards)


def test_each_sees_to_the_own(connection: Connection) -> None:
    user = connection.execute(
        "INSERT INTO users (subject) VALUES (gen_random_uuid()::text) RETURNING user_id"
    ).fetchone()
    assert user is not None
    [own] = seed_cards(connection, 1, covers=False, user_id=user[0])
    [shared] = seed_cards(connection, 1, covers=False)
    assert handed_on(connection) == [shared.topic_id]
    assert handed_on(connection, user[0]) == [own.topic_id]
