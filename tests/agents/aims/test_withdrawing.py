"""A line that nobody wants any more is not spoken; whoever else wants it is not disappointed."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from agents.aims.client import AimsClient
from agents.aims.problems import CATALOGUE
from tests.agents.model_service import TOKEN, Aims
from tests.agents.processes import until
from tests.problems import read_problem

LONG = "The keeper climbed the stairs every night, trimmed the lamp, and wrote it down."


def fresh_key() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def behind(client: AimsClient) -> str:
    """A line that waits behind a long one at the same voice."""
    first, second = fresh_key(), fresh_key()
    client.submit(first, LONG, "michael")
    until(lambda: (client.state(first) or {})["status"] == "STARTED")
    client.submit(second, "This line waits.", "michael")
    assert (client.state(second) or {})["status"] == "PENDING"
    return second


def counters(client: AimsClient) -> dict[str, int]:
    return dict(client.voices()["counters"])


def test_a_withdrawn_line_is_never_spoken(client: AimsClient, behind: str) -> None:
    before = counters(client)
    client.withdraw(behind)
    client.withdraw(behind)
    assert client.state(behind) is None
    client.synthesize(fresh_key(), "The next one.", "michael")
    after = counters(client)
    assert after["withdrawn"] == before["withdrawn"] + 1
    assert after["synthesized"] == before["synthesized"] + 2  # the long one, the next one


def test_whoever_waits_is_told_at_once(client: AimsClient, aims: Aims, behind: str) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(
            httpx.get, f"{aims.url}/v1/synthesize/{behind}", params={"wait": 30}, timeout=60,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip
        client.withdraw(behind)
        answer = waiting.result()
    assert (answer.status_code, read_problem(answer, CATALOGUE.kinds)) == (404, "unknown-line")


def test_another_who_wants_the_line_gets_it(client: AimsClient, behind: str) -> None:
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(client.synthesize, behind, "This line waits.", "michael")
        until(lambda: counters(client)["joined"] >= 1)
        client.withdraw(behind)
        assert other.result().samples > 0


def test_what_is_spoken_stays(client: AimsClient) -> None:
    key = fresh_key()
    spoken = client.synthesize(key, "Already said.", "heart")
    client.withdraw(key)
    assert client.synthesize(key, "Already said.", "heart").audio_uri == spoken.audio_uri


def test_a_line_nobody_handed_in_may_be_withdrawn(aims: Aims) -> None:
    answer = httpx.delete(
        f"{aims.url}/v1/synthesize/{fresh_key()}", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
