"""Whatever the cards say, a page of them holds to protocol and catalogue, and to nothing else."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.duia.compose import PageOrder, compose, compose_update, label_of
from agents.duia.fragments import USUAL_MINUTES, card_component, card_data
from agents.duia.validate import check_card, find_faults
from tests.agents.duia.conftest import read_sample
from tests.agents.duia.pages import any_card, entries, orders, some_cards


@settings(deadline=None, max_examples=25)
@given(orders, some_cards, entries)
def test_any_cards_make_a_page_that_holds(page: PageOrder, cards: Any, found: Any) -> None:
    messages = compose(page, cards, found)
    assert find_faults(messages) == []
    assert messages == compose(copy.deepcopy(page), copy.deepcopy(cards), copy.deepcopy(found))


@settings(deadline=None, max_examples=15)
@given(any_card)
def test_a_card_by_itself_is_what_it_is_on_a_page(card: Any) -> None:
    messages = compose(PageOrder(layout="even"), [card])
    shown = messages[1]["updateComponents"]["components"][-1]
    data = messages[2]["updateDataModel"]["value"]["cards"][card["snippet_id"]]
    assert card_component(card) == shown
    assert card_data(card, label_of(card, {})) == data
    check_card(shown, data)
    update = compose_update("landing", card, label_of(card, {}))
    assert find_faults([*compose(PageOrder(layout="even"), [card]), update[0]]) == []
    assert update[0]["updateDataModel"]["value"] == data
    assert update[1]["updateComponents"]["components"] == [shown]


@settings(deadline=None, max_examples=15)
@given(some_cards)
def test_the_cards_stand_in_the_order_given_and_the_first_leads(cards: Any) -> None:
    components = compose(PageOrder(), cards)[1]["updateComponents"]["components"]
    grid = next(each for each in components if each["id"] == "grid")
    assert grid["children"] == [f"card-{card['snippet_id']}" for card in cards]
    shown = [each for each in components if each["component"] == "EpisodeCard"]
    assert [each["emphasis"] for each in shown] == ["lead", *["standard"] * len(cards)][
        : len(cards)
    ]


@given(st.sampled_from(["javascript:alert(1)", "//evil.example/x", "data:text/html,x", "/\\evil"]))
def test_nothing_but_addresses_of_ours_and_of_the_web_is_linked(address: str) -> None:
    card = read_sample("cards.json")[0]
    card["image_url"] = address
    card["sentences"][0]["citations"][0]["source_url"] = address
    data = card_data(card, "Food")
    assert data["cover"] == ""
    assert data["sentences"][0]["url"] == ""


def test_what_became_of_a_card_is_said_on_it(cards: Any) -> None:
    idle, making, long = (card_data(card, "x") for card in cards)
    assert (idle["state"], idle["podcastId"], idle["minutes"]) == ("idle", "", 5)
    assert (making["state"], making["stateText"]) == ("making", "In the making")
    assert making["podcastId"] == cards[1]["episode"]["podcast_id"]
    assert (making["cover"], long["ink"]) == ("", "dark")
    for status, state in (("COMPLETED", "ready"), ("FAILED", "failed"), ("CANCELLED", "idle")):
        cards[1]["episode"]["status"] = status
        assert card_data(cards[1], "x")["state"] == state


def test_an_episode_that_is_there_is_as_long_as_it_is(cards: Any) -> None:
    episode = cards[1]["episode"]
    told = []
    for status, seconds in (("GENERATING", 200.0), ("COMPLETED", 200.0), ("COMPLETED", None)):
        episode |= {"status": status, "duration_seconds": seconds}
        told.append(card_data(cards[1], "x", 2)["minutes"])
    assert told == [2, 3, 2]


def test_a_card_promises_no_more_minutes_than_its_episode_will_have(cards: Any) -> None:
    """They could fill five, nobody knows how many, and seven."""

    def told(minutes: int = USUAL_MINUTES) -> list[int]:
        data = compose(PageOrder(minutes=minutes), cards)[2]["updateDataModel"]["value"]["cards"]
        for card in cards:
            update = compose_update("landing", card, "x", minutes)[0]["updateDataModel"]
            assert update["value"]["minutes"] == data[card["snippet_id"]]["minutes"]
        return [data[card["snippet_id"]]["minutes"] for card in cards]

    assert told() == [5, 5, 5]
    assert told(2) == [2, 2, 2]
    assert told(6) == [5, 6, 6]
    assert told(30) == [5, 30, 7]


def test_the_sample_is_what_the_composer_makes(cards: Any) -> None:
    choices: Any = [
        {"id": name, "label": name.capitalize(), "selected": False, "muted": False}
        for name in ("food", "climate", "space")
    ]
    made = compose(PageOrder(categories=choices, cursor="WzEyLDE3MDBd"), cards)
    assert made == read_sample("landing.json")
