"""How a refresh is judged, and what it says of itself."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from plugins.flow.run_note import LONGEST, Made
from plugins.flow.snippets.note import compose_refresh_note, headline
from plugins.flow.snippets.result import Result, StandingCard, sum_up, topics_of
from plugins.flow.snippets.verdict import judge_refresh, unfinished_refresh
from plugins.step.rows import Cost, StepState

TOPICS: list[dict[str, Any]] = [
    {"topic_id": str(uuid.UUID(int=n)), "title_suggestion": f"Story {n}"} for n in range(3)
]


def state(task_id: str, status: str, map_index: int = -1, **more: Any) -> StepState:
    given: dict[str, Any] = {"inputs": {}, "summary": None, "error": None, "seconds": 0.5} | more
    return StepState(task_id, "X", map_index, 0, 0, status, 0, **given)


def of_topic(task_id: str, place: int, status: str, error: str | None = None) -> StepState:
    return state(
        task_id, status, place,
        inputs={"topic_id": TOPICS[place]["topic_id"]},
        error=None if error is None else {"message": error, "type": "TooLittleText"},
    )  # fmt: skip


def found(topics: list[dict[str, Any]] = TOPICS, **more: Any) -> StepState:
    return state("discover", "completed", summary={"topics": topics, **more})


def card(place: int, *, has_cover: bool = True, is_own: bool = False) -> StandingCard:
    topic_id = uuid.UUID(TOPICS[place]["topic_id"])
    return StandingCard(uuid.uuid5(topic_id, "snippet"), topic_id, has_cover, None, is_own)


def result(steps: list[StepState], cards: list[StandingCard]) -> Result:
    by_place = {(each.airflow_task_id, each.map_index): each for each in steps}
    return sum_up(by_place, topics_of(by_place.get(("discover", -1))), cards)


ENDS = [state("collect", "completed"), state("compose", "completed")]
NO_PAGE = [state("collect", "completed"), state("compose", "skipped")]
UNCOLLECTED = [
    state("collect", "failed", error={"message": "No database."}), state("compose", "pending"),
]  # fmt: skip
CARDS_OF_ALL = [
    of_topic(task, place, "completed")
    for place in range(3)
    for task in ("card.craft", "card.cover")
]
ALL = [found(), *CARDS_OF_ALL, *ENDS]
CARDS = [card(place) for place in range(3)]


def without(task_id: str, place: int, other: StepState) -> list[StepState]:
    """All steps, one of them another."""
    return [
        other if (each.airflow_task_id, each.map_index) == (task_id, place) else each
        for each in ALL
    ]


FAILED_CRAFT = of_topic("card.craft", 1, "failed", "Too little text.")
FAILED_COVER = of_topic("card.cover", 1, "failed", "No paint.")
FAILING = [{"url": "https://a", "status": "failing"}, {"url": "https://b", "status": "fresh"}]
VERDICTS: dict[str, tuple[list[StepState], list[StandingCard], str, str | None]] = {
    "all went well": (ALL, CARDS, "completed", None),
    "nothing new": ([found([]), *ENDS], [], "completed", None),
    "elsewhere": ([found([], elsewhere=True), *NO_PAGE], [], "completed", None),
    "explored": (
        [found(), *CARDS_OF_ALL, *NO_PAGE], [card(n, is_own=True) for n in range(3)],
        "completed", None,
    ),
    "a topic had nothing to say": (
        without("card.craft", 1, FAILED_CRAFT), [CARDS[0], CARDS[2]],
        "completed_with_errors", "1 topic gave no card: Too little text.",
    ),
    "an old card of it stands": (
        without("card.craft", 1, FAILED_CRAFT), CARDS,
        "completed_with_errors", "1 topic gave no card: Too little text.",
    ),
    "a task died before it had a row": (
        [each for each in ALL if each.map_index != 1], CARDS,
        "completed_with_errors", "1 topic gave no card: No card was written.",
    ),
    "marked done, and no card is there": (
        ALL, CARDS[:2], "completed_with_errors", "1 topic gave no card: No card was written.",
    ),
    "a cover failed": (
        without("card.cover", 1, FAILED_COVER), [CARDS[0], card(1, has_cover=False), CARDS[2]],
        "completed_with_errors", "1 card without a cover.",
    ),
    "feeds failed": (
        [found(feeds=FAILING), *ALL[1:]], CARDS,
        "completed_with_errors", "1 of 2 feeds failing.",
    ),
    "no page": (
        [*ALL, state("compose", "failed", error={"message": "Invalid."})], CARDS,
        "completed_with_errors", "The page could not be composed: Invalid.",
    ),
    "nothing was gathered": (
        [found(), *CARDS_OF_ALL, *UNCOLLECTED], CARDS, "completed_with_errors",
        "What became of the cards could not be gathered: No database. "
        "The page could not be composed.",
    ),
    "nothing was gathered of what one explored": (
        [found(), *CARDS_OF_ALL, *UNCOLLECTED], [card(n, is_own=True) for n in range(3)],
        "completed_with_errors", "What became of the cards could not be gathered: No database.",
    ),
    "the page was never begun": (
        [found(), *CARDS_OF_ALL, ENDS[0]], CARDS,
        "completed_with_errors", "The page could not be composed.",
    ),
    "no card at all": (
        [found(), *(of_topic("card.craft", n, "failed", "Away.") for n in range(3))], [],
        "failed", "No card could be written: Away.",
    ),
    "the search failed": (
        [state("discover", "failed", error={"message": "No database."})], [],
        "failed", "Topics could not be looked for: No database.",
    ),
    "nothing ran": ([], [], "failed", "Topics could not be looked for."),
}  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "cards", "status", "error"), VERDICTS.values(), ids=VERDICTS.keys()
)
def test_a_refresh_is_judged(
    steps: list[StepState], cards: list[StandingCard], status: str, error: str | None
) -> None:
    outcome = judge_refresh(result(steps, cards))
    assert (outcome.status, outcome.error) == (status, error)


def test_steps_of_an_earlier_search_say_nothing() -> None:
    """A Clear of `discover` found another topic at the place, or fewer."""
    others = [{"topic_id": str(uuid.UUID(int=9)), "title_suggestion": "Other"}, TOPICS[1]]
    judged = result([found(others), *ALL[1:]], CARDS)
    assert [made.topic_id for made in judged.made] == [uuid.UUID(TOPICS[1]["topic_id"])]
    assert [failed.title for failed in judged.failed] == ["Other"]


def test_a_card_that_was_only_to_be_painted_again_is_no_result() -> None:
    again = [*TOPICS[:2], TOPICS[2] | {"bare": True}]
    steps = without("card.cover", 2, of_topic("card.cover", 2, "failed", "No paint."))
    judged = result([found(again), *steps[1:]], CARDS)
    assert (judged.topics, len(judged.made), judged.bare) == (2, 2, {})
    assert judge_refresh(judged).status == "completed"


def test_what_a_refresh_leaves_without_its_last_step() -> None:
    assert "could not be closed" in unfinished_refresh(result(ALL, CARDS))
    assert unfinished_refresh(result([], [])) == "Topics could not be looked for."


def test_the_result_names_cards_and_failures() -> None:
    told = result(without("card.craft", 1, FAILED_CRAFT), [CARDS[0], CARDS[2]]).as_json()
    assert told == {
        "source": "generation",
        "snippets": [str(CARDS[0].snippet_id), str(CARDS[2].snippet_id)],
        "failed": [{"topic_id": TOPICS[1]["topic_id"], "reason": "Too little text."}],
    }


def test_the_note_has_a_line_for_each_task_and_never_more_than_airflow_takes(chain: Any) -> None:
    many = [{"topic_id": str(uuid.UUID(int=n)), "title_suggestion": "x" * 80} for n in range(64)]
    steps = [found(many, feeds=FAILING)]
    for n, topic in enumerate(many):
        for task in ("card.craft", "card.cover"):
            inputs = {"topic_id": topic["topic_id"]}
            steps.append(state(task, "failed" if n % 2 else "completed", n, inputs=inputs))
    cards = [
        StandingCard(uuid.UUID(int=n), uuid.UUID(int=n), has_cover=n % 4 > 0, cover_problem=None)
        for n in range(64)
    ]
    judged = result(steps, cards)
    made = Made("snippets", None, "completed_with_errors", "y" * 900, None, 9.84)
    workflow_id = uuid.uuid4()
    costs = [Cost("SCA", 32, 3, 0.0, 0.0)]
    note = compose_refresh_note(workflow_id, made, judged, steps, costs)
    assert len(note) <= LONGEST
    assert note.startswith(
        "**32 cards, 16 without a cover, 32 topics without a card, 2 feeds, 1 failing**: "
        "completed with errors."
    )
    assert "- card.craft (X): 32 completed, 32 failed, 0.5 s each, 0.5 s at most\n" in note
    assert note.endswith("9.8 s in all, 32 calls, 3 answered by the journal, $0.0000.")
    assert str(workflow_id) in note


def test_the_note_of_a_refresh_that_made_nothing() -> None:
    assert headline(result([found([])], [])) == "Nothing new"
    assert headline(result([found([], elsewhere=True)], [])) == "Another refresh is at work"
    assert headline(result([], [])) == "No cards"
    assert headline(replace(result(ALL, CARDS), feeds=())) == "3 cards"
