"""Google Cloud Text-to-Speech over REST (``v1/text:synthesize``).

https://cloud.google.com/text-to-speech/docs/reference/rest/v1/text/synthesize
"""

import base64
import threading
from typing import Any

import google.auth
import google.auth.transport.requests
import httpx
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError

from agents.aims.errors import Misconfigured, SpeechFailed, SpeechInterrupted
from agents.aims.settings import AimsSettings
from agents.aims.speech.audio import SAMPLE_RATE, Samples
from agents.aims.speech.cloud import CloudSpeech, from_wav_or_pcm

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
VOICES = {"heart": "en-US-Neural2-F", "michael": "en-US-Neural2-D"}


class GoogleSpeech(CloudSpeech):
    """Speaks with Google's voices, as the account of the application default credentials."""

    name = "google"
    longest_piece = 4800

    def __init__(self, settings: AimsSettings, credentials: Any) -> None:
        super().__init__(VOICES | settings.speech_voices, settings.speech_timeout_seconds)
        self._url = settings.google_speech_url.rstrip("/") + "/v1/text:synthesize"
        self._credentials = credentials
        self._refreshing = threading.Lock()

    @classmethod
    def from_settings(cls, settings: AimsSettings) -> "GoogleSpeech":
        """The back end with application default credentials. Raises Misconfigured."""
        try:
            credentials, _ = google.auth.default(scopes=[SCOPE])
        except DefaultCredentialsError as problem:
            raise Misconfigured(
                "AETHERCAST_SPEECH_BACKEND=google needs Google credentials; set "
                f"GOOGLE_APPLICATION_CREDENTIALS. ({problem})"
            ) from problem
        return cls(settings, credentials)

    def _request(self, piece: str, voice: str, rate: float) -> httpx.Request:
        body = {
            "input": {"text": piece},
            "voice": {"languageCode": "-".join(voice.split("-")[:2]), "name": voice},
            "audioConfig": {
                "audioEncoding": "LINEAR16", "sampleRateHertz": SAMPLE_RATE, "speakingRate": rate,
            },
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self._token()}"}
        if project := getattr(self._credentials, "quota_project_id", None):
            headers["x-goog-user-project"] = project
        return self._http.build_request("POST", self._url, json=body, headers=headers)

    def _token(self) -> str:
        with self._refreshing:
            if not self._credentials.valid:
                try:
                    self._credentials.refresh(google.auth.transport.requests.Request())
                except GoogleAuthError as problem:
                    kind = SpeechInterrupted if problem.retryable else SpeechFailed
                    raise kind(f"Google gave no access token: {problem}") from problem
            return str(self._credentials.token)

    def _decode(self, answer: httpx.Response) -> Samples:
        return from_wav_or_pcm(base64.b64decode(answer.json()["audioContent"]))
