"""The hash of a script covers every input of its writing."""

import uuid
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from agents.pswa.casting import Casting
from agents.pswa.script import Preferences
from agents.pswa.settings import ScriptSettings
from agents.pswa.store import SourceRow
from agents.pswa.task import hash_inputs

ROW = SourceRow(UUID(int=1), "A title", "A text.", [])
BASE: dict[str, Any] = {
    "user_id": UUID(int=2), "topic": "mills", "sources": [ROW],
    "preferences": Preferences(), "settings": ScriptSettings(), "casting": Casting(),
}  # fmt: skip


def test_the_same_inputs_give_the_same_hash() -> None:
    assert hash_inputs(**BASE) == hash_inputs(**BASE)


@pytest.mark.parametrize(
    "changed",
    [
        {"user_id": uuid.uuid4()},
        {"user_id": None},
        {"topic": "bridges"},
        {"sources": [replace(ROW, body="Another text.")]},
        {"sources": [replace(ROW, title="Another title")]},
        {"sources": [ROW, replace(ROW, source_id=UUID(int=3))]},
        {"preferences": Preferences(persona="a pirate")},
        {"preferences": Preferences(format="brief")},
        {"preferences": Preferences(length_minutes=6)},
        {"preferences": Preferences(language="de")},
        {"preferences": Preferences(voices={"host_a": "emma"})},
        {"settings": ScriptSettings(text_backend="openai", openai_model="m")},
        {"settings": ScriptSettings(text_backend="openai", openai_model="n")},
        {"settings": ScriptSettings(words_per_minute=150)},
        {"casting": Casting("host_b", ("host_a",))},
        {"casting": Casting("host_a", ("host_b",))},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_any_other_input_gives_another(changed: dict[str, Any]) -> None:
    assert hash_inputs(**{**BASE, **changed}) != hash_inputs(**BASE)
