"""Any server that speaks OpenAI's ``/v1/audio/speech``.

https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

import httpx

from agents.aims.errors import Misconfigured
from agents.aims.settings import AimsSettings
from agents.aims.speech.audio import Samples
from agents.aims.speech.cloud import CloudSpeech, from_wav_or_pcm

VOICES = {"heart": "nova", "michael": "onyx"}


class OpenAISpeech(CloudSpeech):
    """Speaks with the voices of an OpenAI-compatible server."""

    name = "openai"
    longest_piece = 4000

    def __init__(self, settings: AimsSettings) -> None:
        super().__init__(VOICES | settings.speech_voices, settings.speech_timeout_seconds)
        self._url = settings.openai_speech_url.rstrip("/") + "/audio/speech"
        self._key = settings.openai_speech_api_key.get_secret_value()
        self._model = settings.openai_speech_model

    @classmethod
    def from_settings(cls, settings: AimsSettings) -> "OpenAISpeech":
        """The back end at AETHERCAST_OPENAI_SPEECH_URL. Raises Misconfigured."""
        if not settings.openai_speech_url.startswith(("http://", "https://")):
            raise Misconfigured(
                "AETHERCAST_SPEECH_BACKEND=openai needs AETHERCAST_OPENAI_SPEECH_URL, "
                "the base URL of the server up to and including /v1."
            )
        key = settings.openai_speech_api_key.get_secret_value()
        if key != key.strip():
            raise Misconfigured("AETHERCAST_OPENAI_SPEECH_API_KEY begins or ends with a space.")
        return cls(settings)

    def _request(self, piece: str, voice: str, rate: float) -> httpx.Request:
        body = {
            "model": self._model, "voice": voice, "input": piece, "speed": rate,
            "response_format": "pcm",
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return self._http.build_request("POST", self._url, json=body, headers=headers)

    def _decode(self, answer: httpx.Response) -> Samples:
        return from_wav_or_pcm(answer.content)
