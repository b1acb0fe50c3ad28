"""How long a line is waited for: it may rightly wait for its turn until a listener needs it."""

import threading
from collections.abc import Iterator

import pytest

from agents import attempt
from agents.aims.client import AimsClient
from agents.aims.errors import AimsTooSlow
from agents.call import AgentCall
from agents.dispatch import fingerprint_request
from agents.errors import Cancelled
from agents.hold import Hold
from agents.idempotency import Owned, Request
from agents.process import Process
from agents.vfa.cast import Cast
from agents.vfa.script import Line
from agents.vfa.settings import VoiceSettings
from agents.vfa.speaking import Speaker
from tests.agents.model_service import TOKEN
from tests.agents.processes import until
from tests.agents.slow_models import SlowModels, serve_slowly
from tests.agents.vfa.conftest import Desk

LINE = Line(line_id="0.0", speaker="host_a", text="This line waits for its turn.")


@pytest.fixture
def call(desk: Desk, process: Process) -> AgentCall:
    """The voice's call, owned by the test."""
    kwargs = desk.kwargs()
    fingerprint = fingerprint_request("vfa.forge_voice", kwargs)
    request = Request(kwargs["idempotency_key"], "vfa.forge_voice", desk.workflow_id, fingerprint)
    owned = attempt.begin(process.pool, None, request, process.settings.terms)
    assert isinstance(owned, Owned)
    return AgentCall(process, Hold(process.pool, owned.lease, process.settings.terms, None), None)


@pytest.fixture
def models() -> Iterator[SlowModels]:
    with serve_slowly() as models:
        yield models


@pytest.fixture
def speaker(call: AgentCall, models: SlowModels) -> Iterator[Speaker]:
    """A speaker whose model service never ends a line, and may take a second."""
    client = AimsClient(models.url, TOKEN)
    yield Speaker(call, client, Cast.assign({}, client), VoiceSettings(line_timeout_seconds=1.0))
    client.close()


def test_a_line_that_is_due_now_is_given_up_after_the_limit(speaker: Speaker) -> None:
    with pytest.raises(AimsTooSlow):
        speaker.speak(LINE, 0.0)


def test_a_line_that_is_due_later_is_waited_for_until_the_limit_behind_its_due(
    speaker: Speaker, models: SlowModels
) -> None:
    caught: list[BaseException] = []

    def speak() -> None:
        try:
            speaker.speak(LINE, 600.0)
        except BaseException as error:
            caught.append(error)

    waiting = threading.Thread(target=speak)
    waiting.start()
    # Each look waits for a second, so the limit alone allows two.
    until(lambda: len([one for one in models.asked if one.startswith("GET /v1/synth")]) >= 4)
    speaker.stop()
    waiting.join(20)
    assert [type(error) for error in caught] == [Cancelled]
