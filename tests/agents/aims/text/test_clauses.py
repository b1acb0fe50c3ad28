"""A sentence is shared between the hosts only where both halves keep their meaning."""

import pytest

from agents.aims.text.grounded.clauses import find_split


def halves(text: str) -> tuple[str, str] | None:
    split = find_split(text)
    return (text[: split.end], text[split.start :]) if split else None


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("We opened on Sundays, because Sunday is the loneliest day of the week.",
         "We opened on Sundays", "because Sunday is the loneliest day of the week."),
        ("The rescuers crawled out on their knees because the wind was too strong.",
         "The rescuers crawled out on their knees", "because the wind was too strong."),
        ("The sea floor was soft clay, so the pipe sank half a metre.",
         "The sea floor was soft clay", "so the pipe sank half a metre."),
        ("It is heavier than the Moon, but it is also farther away.",
         "It is heavier than the Moon", "but it is also farther away."),
    ],
)  # fmt: skip
def test_clauses_with_their_own_subject_are_shared(text: str, first: str, second: str) -> None:
    assert halves(text) == (first, second)


@pytest.mark.parametrize(
    "text",
    [
        "Trains stopped running because of the heavy snow.",
        "She said that they left because the roof leaked badly.",
        "He did not leave because the roof leaked badly.",
        "The plan failed simply because the money ran out.",
        "The man who left because his roof leaked never came back.",
        "If the heap stays cold because the greens are missing, add some.",
        '"We left because the roof leaked badly," she said.',
        "The heap - and it stays cold because the greens are gone - needs air.",
        "It was finished four months late, but within its budget.",
        "He is not a sailor, but rather a man of letters.",
        "They laid the pipe deep, so that no anchor could reach it.",
        "It was not only heavy, but also the wrong size for the room.",
    ],
)
def test_all_others_stay_whole(text: str) -> None:
    assert find_split(text) is None
