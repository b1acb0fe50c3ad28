"""What a kill leaves behind, and who answers for it."""

import signal
import threading
import time

import pytest

from agents.aims.client import AimsClient, Spoken
from agents.aims.errors import AimsUnavailable
from tests.agents.aims.test_speech_service import fresh_key
from tests.agents.model_service import TOKEN, Aims

LONG_LINE = "The keeper climbed two hundred steps every evening to trim the lamp."


def test_after_a_kill_what_was_kept_is_not_spoken_again(aims: Aims) -> None:
    client, key = aims.client(), fresh_key()
    first = client.synthesize(key, "This line is kept.", "heart")
    half = fresh_key()
    client.submit(half, LONG_LINE, "michael")
    aims.end(signal.SIGKILL)
    aims.start()

    again = client.synthesize(key, "This line is kept.", "heart")
    assert again.audio_uri == first.audio_uri
    assert again.samples == first.samples
    assert (first.synthesized, again.synthesized) == (True, False)
    assert client.voices()["counters"]["synthesized"] == 0

    assert client.synthesize(half, LONG_LINE, "michael").synthesized
    assert client.voices()["counters"]["synthesized"] == 1


def test_a_caller_who_waits_through_a_kill_gets_the_line(aims: Aims) -> None:
    key, answers = fresh_key(), list[Spoken]()
    waiting = threading.Thread(
        target=lambda: answers.append(aims.client().synthesize(key, LONG_LINE, "michael"))
    )
    waiting.start()
    other = aims.client()
    while (state := other.state(key)) is None or state["status"] != "STARTED":
        time.sleep(0.02)
    aims.end(signal.SIGKILL)
    aims.start()
    waiting.join(120)
    assert answers[0].synthesized
    assert other.voices()["counters"]["synthesized"] == 1


def test_a_slow_voice_does_not_hold_up_the_fast_one(client: AimsClient) -> None:
    slow = fresh_key()
    client.submit(slow, LONG_LINE, "michael")
    client.synthesize(fresh_key(), "The fast voice is done first.", "heart")
    state = client.state(slow)
    assert state is not None
    assert state["status"] == "STARTED"
    assert client.synthesize(slow, LONG_LINE, "michael").synthesized


def test_many_callers_of_one_key_share_one_job(client: AimsClient) -> None:
    key, answers = fresh_key(), list[Spoken]()
    before = client.voices()["counters"]["synthesized"]

    def ask() -> None:
        answers.append(client.synthesize(key, "All of us ask for this line.", "heart"))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert len({answer.audio_uri for answer in answers}) == 1
    assert client.voices()["counters"]["synthesized"] == before + 1


def test_a_service_that_is_not_there_may_be_asked_later() -> None:
    client = AimsClient("http://127.0.0.1:9", TOKEN)
    with pytest.raises(AimsUnavailable) as caught:
        client.synthesize(fresh_key(), "Hello.", "heart", deadline_seconds=1.0)
    assert caught.value.retryable


def test_a_checkpoint_may_give_up_while_a_line_is_spoken(client: AimsClient) -> None:
    class GivenUp(Exception):
        pass

    def give_up() -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        client.synthesize(fresh_key(), "A line.", "michael", checkpoint=give_up)
