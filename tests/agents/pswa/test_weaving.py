"""A model that writes badly: its parts are asked for again, then read out of the sources."""

import json
import uuid
from typing import Any

import pytest

from agents.aims.text import TextSettings, open_backend
from agents.aims.text.errors import VendorUnavailable
from agents.aims.text.request import Source
from agents.pswa.casting import Casting
from agents.pswa.rehearse import RehearsalDesk
from agents.pswa.script import Plan, PodcastScript, Preferences
from agents.pswa.weaving import Order, weave
from tests.agents.aims.text.conftest import StandIn

TEXT = (
    "The mill at Corran was built in 1740. It burned in the winter of 1741, and nobody rebuilt "
    "it. The river moved on to another bed.\n\nToday the wheel is in a museum at Gersfeld."
)
MILL = Source(id="s1", title="The mill", text=TEXT)
PASSAGE = {"source_id": "s1", "first_sentence": "The mill at Corran was built in 1740.",
           "last_sentence": "The river moved on to another bed."}  # fmt: skip
PLAN: dict[str, Any] = {
    "title": "The mill", "summary": "A mill.",
    "parts": [{"heading": "The fire", "target_words": 40, "passages": [PASSAGE]}],
}  # fmt: skip
BUILT = "The mill at Corran was built in 1740."


def fact(text: str, quote: str) -> dict[str, Any]:
    cited = [{"source_id": "s1", "quote": quote}]
    return {"speaker": "host_a", "kind": "fact", "text": text, "citations": cited}


def part(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"heading": "The fire", "lines": list(lines)}


WRONG = part(fact("The mill at Corran was built in 1640.", BUILT))
RIGHT = part(fact(BUILT, BUILT))


def run(vendor: StandIn, *answers: Any, casting: Casting | None = None) -> PodcastScript:
    for answer in answers:
        vendor.answer_openai(answer)
        vendor.queue.append(vendor.body)
    settings = TextSettings(text_backend="openai", openai_url=vendor.url, openai_model="m")
    desk = RehearsalDesk(open_backend(settings))
    wanted = Preferences(length_minutes=1)
    return weave(Order(uuid.uuid4(), 0, "", [MILL], wanted, casting=casting or Casting()), desk)


def texts(script: PodcastScript) -> list[str]:
    return [line.text for part in script.parts for line in part.lines]


def test_a_good_part_stands_at_once(vendor: StandIn) -> None:
    script = run(vendor, PLAN, RIGHT)
    assert texts(script) == [BUILT]
    assert script.model == "some-model-2026"
    assert len(vendor.requests) == 2


def test_a_part_that_fails_is_asked_for_once_more(vendor: StandIn) -> None:
    script = run(vendor, PLAN, WRONG, RIGHT)
    assert texts(script) == [BUILT]
    second = vendor.requests[2]["body"]["messages"][-1]["content"]
    assert '"attempt": 1' in second


@pytest.mark.parametrize("bad", [WRONG, "no JSON", part(fact("Invented.", "Invented."))])
def test_a_part_that_fails_twice_is_read_out_of_the_source(vendor: StandIn, bad: Any) -> None:
    script = run(vendor, PLAN, bad, bad)
    assert texts(script) == [
        BUILT,
        "It burned in the winter of 1741, and nobody rebuilt it.",
        "The river moved on to another bed.",
    ]
    assert len(vendor.requests) == 3


def test_a_bad_line_among_good_ones_is_mended_and_counted(vendor: StandIn) -> None:
    quote = "Today the wheel is in a museum at Gersfeld."
    script = run(vendor, PLAN, part(RIGHT["lines"][0], fact("Today the wheel is lost.", quote)))
    assert texts(script) == [BUILT, quote]
    total = script.grounding.total
    assert (total.facts, total.kept, total.replaced) == (2, 1, 1)
    assert script.grounding.thirds[2].replaced == 1


def test_a_busy_vendor_is_no_bad_answer(vendor: StandIn) -> None:
    vendor.answer({}, 503)
    with pytest.raises(VendorUnavailable):
        run(vendor)


def test_earlier_parts_travel_with_the_next_request(vendor: StandIn) -> None:
    plan = {**PLAN, "parts": PLAN["parts"] * 2}
    quote = "Today the wheel is in a museum at Gersfeld."
    run(vendor, plan, RIGHT, part(fact(quote, quote)))
    third = vendor.requests[2]["body"]["messages"][-1]["content"]
    parameters = json.loads(third.rsplit("Parameters: ", 1)[1].split("\n")[0])
    assert parameters["earlier"][0]["lines"][0]["text"] == BUILT


def test_a_model_is_told_who_opens_and_what_it_writes_all_the_same_is_put_right(
    vendor: StandIn,
) -> None:
    greeting = {"speaker": "host_a", "kind": "connective", "text": "Welcome!", "citations": []}
    script = run(vendor, PLAN, part(greeting, RIGHT["lines"][0]),
                 casting=Casting.by_speed(["host_a"]))  # fmt: skip
    [line] = script.parts[0].lines
    assert (line.text, line.speaker) == (BUILT, "host_b")
    assert script.grounding.total.silenced == 1
    system = vendor.requests[1]["body"]["messages"][0]["content"]
    assert "host_b speaks it" in system
    assert "before host_a says anything" in system


def test_how_long_a_models_plan_will_sound_is_not_told_before_it_is_written(
    vendor: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[Plan] = []
    monkeypatch.setattr(RehearsalDesk, "plan", lambda _, plan: plans.append(plan))
    script = run(vendor, PLAN, RIGHT)
    assert plans == [Plan("The mill", 1, None)]
    assert 2 < script.estimated_seconds < 5
