"""The cloud back ends against the vendors' wire formats."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from agents.aims.errors import Misconfigured, NothingToSay, SpeechFailed, SpeechInterrupted
from agents.aims.settings import AimsSettings
from agents.aims.speech import SpeechBackend, open_backend
from agents.aims.speech.audio import SAMPLE_RATE
from agents.aims.speech.cloud import from_wav_or_pcm, pieces_of
from tests.agents.aims.speech.vendor import Vendor, as_wav, hum, vendor


def settings(**fields: Any) -> AimsSettings:
    return AimsSettings(service_token=SecretStr("x"), **fields)


def openai(server: Vendor, **fields: Any) -> SpeechBackend:
    return open_backend(
        settings(
            speech_backend="openai", openai_speech_url=f"{server.url}/v1",
            openai_speech_api_key="sk-1", **fields,
        )
    )  # fmt: skip


def google(server: Vendor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> SpeechBackend:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account", "client_email": "voice@project.iam.gserviceaccount.com",
        "private_key": key.decode(), "token_uri": f"{server.url}/token", "project_id": "project",
    }  # fmt: skip
    path = folder / "account.json"
    path.write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    return open_backend(settings(speech_backend="google", google_speech_url=server.url))


def test_openai_is_asked_in_its_own_words() -> None:
    with vendor() as server:
        openai(server, speech_voices={"heart": "coral"}).speak("Hello there.", "heart", 1.25)
    path, headers, body = next(asked for asked in server.asked if asked[2]["speed"] == 1.25)
    assert path == "/v1/audio/speech"
    assert headers["Authorization"] == "Bearer sk-1"
    assert body == {
        "model": "gpt-4o-mini-tts", "voice": "coral", "input": "Hello there.", "speed": 1.25,
        "response_format": "pcm",
    }  # fmt: skip


def test_google_is_asked_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with vendor() as server:
        google(server, tmp_path, monkeypatch).speak("Hello there.", "michael", 0.9)
    path, headers, body = server.asked[0]
    assert path == "/v1/text:synthesize"
    assert headers["Authorization"] == "Bearer ya29.x"
    assert body == {
        "input": {"text": "Hello there."},
        "voice": {"languageCode": "en-US", "name": "en-US-Neural2-D"},
        "audioConfig": {
            "audioEncoding": "LINEAR16", "sampleRateHertz": 24_000, "speakingRate": 0.9,
        },
    }  # fmt: skip


def test_a_voice_is_brought_to_the_one_loudness_and_trimmed() -> None:
    with vendor() as server:
        sound = openai(server).speak("A line of some length, so that it lasts.", "heart", 1.0)
    loudness = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(sound.astype(np.float64))
    assert abs(loudness - -18.0) < 0.5
    assert np.flatnonzero(np.abs(sound) > 0.01)[0] < 0.05 * SAMPLE_RATE


def test_a_long_line_is_asked_for_in_pieces() -> None:
    text = "The keeper climbed the stairs again. " * 200
    with vendor() as server:
        openai(server).speak(text, "heart", 1.0)
    pieces = [body["input"] for _, _, body in server.asked if "keeper" in body["input"]]
    assert len(pieces) > 1
    assert all(len(piece.encode()) <= 4000 for piece in pieces)
    assert " ".join(pieces).split() == text.split()


def test_pieces_end_with_a_sentence_and_fit_in_bytes() -> None:
    assert pieces_of("One two. Three four. Five", 12) == ["One two.", "Three four.", "Five"]
    assert all(len(piece.encode()) <= 10 for piece in pieces_of("é" * 30, 10))


def test_a_busy_vendor_is_asked_again() -> None:
    with vendor([503, 429]) as server:
        assert len(openai(server).speak("Hello.", "heart", 1.0))


def test_a_vendor_that_stays_busy_may_be_asked_later() -> None:
    with vendor([503] * 9) as server, pytest.raises(SpeechInterrupted, match="not now"):
        openai(server).speak("Hello.", "heart", 1.0)


def test_a_refusal_is_final_and_says_why() -> None:
    with vendor([401]) as server:
        with pytest.raises(SpeechFailed, match="401: not now") as caught:
            openai(server).speak("Hello.", "heart", 1.0)
        assert not caught.value.retryable
        assert len(server.asked) == 1


def test_a_vendor_out_of_reach_may_be_asked_later() -> None:
    with vendor() as server:
        backend = openai(server)
    with pytest.raises(SpeechInterrupted):
        backend.speak("Hello.", "heart", 1.0)


def test_nothing_to_say_is_not_sent() -> None:
    with vendor() as server:
        with pytest.raises(NothingToSay):
            openai(server).speak("—", "heart", 1.0)
        assert not server.asked


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"speech_backend": "openai"}, "AETHERCAST_OPENAI_SPEECH_URL"),
        (
            {"speech_backend": "openai", "openai_speech_url": "http://x/v1",
             "openai_speech_api_key": "sk-1 "},
            "space",
        ),
        ({"speech_backend": "embedded", "models_dir": "/nowhere"}, "scripts.local.models"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        open_backend(settings(**fields))


def test_google_without_credentials_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "absent.json"))
    with pytest.raises(Misconfigured, match="GOOGLE_APPLICATION_CREDENTIALS"):
        open_backend(settings(speech_backend="google"))


def test_a_streamed_wav_has_no_length_and_is_read_to_its_end() -> None:
    pcm = hum(10)
    whole = bytearray(as_wav(pcm))
    whole[4:8] = whole[40:44] = b"\xff\xff\xff\xff"
    assert len(from_wav_or_pcm(bytes(whole))) == len(pcm) // 2
    assert len(from_wav_or_pcm(pcm)) == len(pcm) // 2
