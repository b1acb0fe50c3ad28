"""The text side of the running service, from outside."""

import httpx
import pytest

from agents.aims.client import AimsClient
from agents.aims.errors import AimsRefused
from agents.aims.text import GenerateRequest
from agents.aims.text.grounded.warm import warm
from agents.aims.text.grounded.writer import GroundedBackend
from agents.aims.text.request import GenerateResponse
from tests.agents.model_service import Aims
from tests.conftest import ROOT

SOURCE = (ROOT / "tests/agents/pswa/documents/bridge_history.md").read_text(encoding="utf-8")


def test_an_outline_cites_the_source_it_was_given(client: AimsClient) -> None:
    answer = client.generate(
        "podcast_outline",
        sources=[{"id": "s1", "title": "A bridge", "text": SOURCE, "outline": []}],
        parameters={"topic": "A bridge", "minutes": 2},
    )
    assert answer.model
    assert answer.output["parts"]
    for part in answer.output["parts"]:
        for run in part["runs"]:
            assert run["source_id"] == "s1"
            assert 0 <= run["start"] < run["end"] <= len(SOURCE)


def test_a_request_that_cannot_be_served_is_refused_with_a_reason(client: AimsClient) -> None:
    with pytest.raises(AimsRefused) as caught:
        client.generate("no_such_task", sources=[], parameters={})
    assert not caught.value.retryable
    assert str(caught.value)


def test_the_writer_wants_the_service_token_too(aims: Aims) -> None:
    answer = httpx.post(f"{aims.url}/v1/generate", json={"task": "podcast_outline"})
    assert answer.status_code == 401


def test_a_writer_that_warms_up_writes_a_whole_first_part() -> None:
    """What is written for nobody goes the way of an episode: else it would warm nothing."""
    backend, answers = GroundedBackend(), []

    def write(request: GenerateRequest) -> GenerateResponse:
        answers.append(backend.generate(request))
        return answers[-1]

    warm(write)
    plan, part = (answer.output for answer in answers)
    assert plan["parts"]
    assert any(line["kind"] == "fact" for line in part["lines"])
