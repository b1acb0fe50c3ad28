"""The speech side of the running service, from outside."""

import io
import uuid
import wave
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from agents.aims.client import AimsClient
from agents.aims.errors import AimsRefused
from streamer.media import open_store
from tests.agents.model_service import TOKEN, Aims

AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


def fresh_key() -> str:
    return uuid.uuid4().hex


def read_wav(environment: dict[str, str], uri: str) -> tuple["wave._wave_params", bytes]:
    data = open_store(environment["AETHERCAST_MEDIA_URL"]).read(uri)
    with wave.open(io.BytesIO(data)) as file:
        return file.getparams(), file.readframes(file.getnframes())


@pytest.mark.parametrize("voice", ["heart", "michael"])
def test_a_line_becomes_a_file_of_the_length_it_says(
    client: AimsClient, aims_environment: dict[str, str], voice: str
) -> None:
    spoken = client.synthesize(fresh_key(), "The bridge opened in 1932.", voice)
    parameters, frames = read_wav(aims_environment, spoken.audio_uri)
    assert (parameters.nchannels, parameters.framerate, parameters.sampwidth) == (1, 24_000, 2)
    assert parameters.nframes == spoken.samples == len(frames) // 2
    assert spoken.duration_seconds == spoken.samples / 24_000
    assert 1.0 < spoken.duration_seconds < 6.0
    assert spoken.synthesized


def test_the_same_key_is_spoken_once(client: AimsClient) -> None:
    key = fresh_key()
    before = client.voices()["counters"]["synthesized"]
    answers = [client.synthesize(key, "Say this once.", "heart") for _ in range(3)]
    assert len(set(answers)) == 1
    assert client.voices()["counters"]["synthesized"] == before + 1


def test_the_same_key_for_another_line_is_refused(client: AimsClient) -> None:
    key = fresh_key()
    client.synthesize(key, "One thing.", "heart")
    with pytest.raises(AimsRefused):
        client.submit(key, "Another thing.", "heart")


def test_a_kept_line_has_its_media_row(
    client: AimsClient, aims_environment: dict[str, str]
) -> None:
    spoken = client.synthesize(fresh_key(), "Keep this line.", "heart")
    with psycopg.connect(aims_environment["AETHERCAST_DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT media_type, bytes, stored_at IS NOT NULL FROM media_objects WHERE uri = %s",
            (spoken.audio_uri,),
        ).fetchone()
    assert row is not None
    assert row[0] == "audio/wav"
    assert row[2]
    folder = Path(urlsplit(aims_environment["AETHERCAST_MEDIA_URL"]).path)
    assert (folder / urlsplit(spoken.audio_uri).path.lstrip("/")).stat().st_size == row[1]


def test_without_the_service_token_nothing_is_said(aims: Aims) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = httpx.post(f"{aims.url}/v1/synthesize", headers=headers, json={})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "flaw",
    [
        {"text": ""},
        {"text": "x" * 20_001},
        {"voice": "nobody"},
        {"rate": 9.0},
        {"key": "../../etc/passwd"},
        {"more": "than asked"},
    ],
)
def test_a_flawed_request_is_a_problem_document(aims: Aims, flaw: dict[str, object]) -> None:
    body = {"key": fresh_key(), "text": "Hello.", "voice": "heart", "rate": 1.0, **flaw}
    answer = httpx.post(f"{aims.url}/v1/synthesize", headers=AUTHORISED, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_task_is_not_found(aims: Aims) -> None:
    answer = httpx.get(f"{aims.url}/v1/synthesize/{fresh_key()}", headers=AUTHORISED)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_line_with_nothing_to_say_fails_for_good(client: AimsClient, aims: Aims) -> None:
    key = fresh_key()
    client.submit(key, "… — …", "heart")
    answer = httpx.get(
        f"{aims.url}/v1/synthesize/{key}", headers=AUTHORISED, params={"wait": 20}
    ).json()
    assert answer["status"] == "FAILURE"
    assert answer["error"]["type"] == "NothingToSay"
    assert answer["error"]["retryable"] is False


def test_the_hosts_are_two_speakers(client: AimsClient) -> None:
    voices = {voice["name"]: voice for voice in client.voices()["voices"]}
    assert voices["heart"]["gender"] == "female"
    assert voices["michael"]["gender"] == "male"
    assert voices["heart"]["model"] != voices["michael"]["model"]


def test_the_voices_that_speak_at_once_are_told_from_the_slow_ones(client: AimsClient) -> None:
    fast = {voice["name"] for voice in client.voices()["voices"] if voice["fast"]}
    assert fast == {"heart"}
