"""Pairs of reports as a newsroom would write them: one story, its next turn, or two that only look
alike. Labelled before any of them was tried; see docs/decisions/045-what-may-be-laid-together.md
for what was measured then.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from agents.tda.alike import Likeness
from agents.tda.groups import group
from agents.tda.stories import Batch
from agents.tda.story import Story
from tests.agents.tda.seed import library_stories
from tests.agents.tda.test_stories import material

PAIRS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("stories_pairs.json").read_text("utf-8")
)
Found = dict[str, dict[str, list[str]]]


def told(two_papers: bool) -> tuple[Found, set[frozenset[int]]]:
    """By label and by what became of them, the titles of pairs; and which pairs were laid together
    or wait for each other though they have nothing to do with each other.

    ``two_papers``: what one paper reports twice is told by two.
    """
    reports = [dict(report) for pair in PAIRS for report in pair["reports"]]
    for first, second in zip(reports[::2], reports[1::2], strict=True):
        if two_papers and first["publisher"] == second["publisher"]:
            second["publisher"] = "Another Paper"
    texts = [material(number, one) for number, one in enumerate(reports)]
    batch = Batch([*texts, *(story.head for story in library_stories(16))])
    of = {place: number for number, places in enumerate(group(batch)) for place in places}
    likeness, found = Likeness(batch), Found()
    for number, pair in enumerate(PAIRS):
        i, j = 2 * number, 2 * number + 1
        alike = likeness.may_be_one(Story((texts[i],)), Story((texts[j],)))
        became = "together" if of[i] == of[j] else "waiting" if alike else "apart"
        label = found.setdefault(pair["label"], {"together": [], "waiting": [], "apart": []})
        label[became].append(reports[i]["title"])
    places = range(len(texts))
    return found, {
        frozenset({i, j}) for i in places for j in places if i // 2 != j // 2 and of[i] == of[j]
    }


@pytest.mark.parametrize("two_papers", [False, True])
def test_pairs_of_reports(two_papers: bool, capsys: pytest.CaptureFixture[str]) -> None:
    found, strangers = told(two_papers)
    with capsys.disabled():
        for label, became in found.items():
            print(f"\n{label}: " + ", ".join(f"{len(v)} {k}" for k, v in became.items()), end="")
    assert strangers == set()
    # What no rule by words knows: these share none that is rare.
    assert set(found["same"]["apart"]) <= {
        "Wolf pack seen in Luxembourg for the first time in 130 years",
        "Golden eagles breed in Scottish Borders again",
        "Glass made from amino acids dissolves in a year",
    }
    assert found["update"]["apart"] == []
    # Two papers hardly write so alike of two days; one does, and then they are two.
    likely = {
        "Markets: shares rise as oil falls",
        "Valkenburg wins first stage of Tour of Flanders Coast",
    }
    assert set(found["different"]["together"]) <= (likely if two_papers else set())
