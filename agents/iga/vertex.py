"""Image models on Vertex AI over their REST API.

Imagen: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api
(``:predict``). Gemini's image models, which Google names as Imagen's successors:
``:generateContent`` with the image modality.
"""

import base64
import binascii
from decimal import Decimal

import httpx

from agents.canonical import JSON
from agents.google_token import GoogleToken
from agents.iga.backend import Order, Painted
from agents.iga.errors import (
    BadPicture,
    ImageMisconfigured,
    PictureRefused,
    PictureUnavailable,
)
from agents.iga.settings import ImageSettings

_PASSING = frozenset({408, 425, 429, 499})
_STYLE = (
    "Flat, layered poster illustration with a calm upper half. "
    "No text, no letters, no logos, no real people. "
)
_PRICE = Decimal("0.04")


class VertexPainter:
    """Has a model paint, and sets the title on what it painted."""

    def __init__(self, settings: ImageSettings) -> None:
        if not settings.vertex_project:
            raise ImageMisconfigured("AETHERCAST_VERTEX_PROJECT names no project.")
        self.model = settings.vertex_image_model
        self._settings = settings
        self._token = GoogleToken(
            settings.vertex_access_token, ImageMisconfigured, PictureUnavailable
        )

    def paint(self, order: Order) -> Painted:
        """Ask the model. Raises ImageError."""
        from agents.iga.painting.cover import letter_picture

        imagen = self.model.startswith("imagen")
        body = _imagen_body(order) if imagen else _gemini_body(order)
        answer = self._post(self._url("predict" if imagen else "generateContent"), body)
        encoded = _read_imagen(answer) if imagen else _read_gemini(answer)
        try:
            picture = base64.b64decode(encoded, validate=True)
            cover = letter_picture(picture, order.title, order.width, order.height, order.lettering)
            return Painted(cover.data, cover.ink, _PRICE)
        except (binascii.Error, ValueError):
            raise BadPicture from None

    def _url(self, method: str) -> str:
        place = self._settings.vertex_location
        host = f"{place}-aiplatform.googleapis.com".removeprefix("global-")
        base = self._settings.vertex_url.rstrip("/") or f"https://{host}"
        path = f"projects/{self._settings.vertex_project}/locations/{place}"
        return f"{base}/v1/{path}/publishers/google/models/{self.model}:{method}"

    def _post(self, url: str, body: JSON) -> JSON:
        headers = {"Authorization": f"Bearer {self._token.read()}"}
        timeout = httpx.Timeout(self._settings.image_timeout_seconds, connect=10.0)
        try:
            with httpx.Client(timeout=timeout, trust_env=False) as client:
                answer = client.post(url, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise PictureUnavailable(
                f"Vertex AI cannot be reached ({type(error).__name__})."
            ) from None
        _raise_for_status(answer.status_code)
        try:
            return answer.json()
        except ValueError:
            raise BadPicture from None


def _raise_for_status(status: int) -> None:
    if status in _PASSING or status >= 500:
        raise PictureUnavailable(f"Vertex AI is busy or down (HTTP {status}).")
    if status in (401, 403):
        raise ImageMisconfigured(f"Vertex AI does not accept our credentials (HTTP {status}).")
    if status >= 300:
        raise PictureRefused(f"Vertex AI refused the request (HTTP {status}).")


def _imagen_body(order: Order) -> JSON:
    return {
        "instances": [{"prompt": _STYLE + order.prompt}],
        "parameters": {
            "sampleCount": 1,
            "aspectRatio": order.aspect_ratio,
            "personGeneration": "dont_allow",
            "outputOptions": {"mimeType": "image/png"},
        },
    }


def _gemini_body(order: Order) -> JSON:
    return {
        "contents": [{"role": "user", "parts": [{"text": _STYLE + order.prompt}]}],
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": order.aspect_ratio},
        },
    }


def _read_imagen(answer: JSON) -> str:
    predictions = answer.get("predictions") if isinstance(answer, dict) else None
    if not predictions or "bytesBase64Encoded" not in predictions[0]:
        # An empty list is how Imagen says that its safety filters held the picture back.
        raise PictureRefused
    return str(predictions[0]["bytesBase64Encoded"])


def _read_gemini(answer: JSON) -> str:
    try:
        candidates = answer.get("candidates") or []
        parts = [p for c in candidates for p in (c.get("content") or {}).get("parts") or []]
        found = next((p["inlineData"]["data"] for p in parts if "inlineData" in p), None)
    except (AttributeError, KeyError, TypeError):
        raise BadPicture from None
    if found is None:
        raise PictureRefused
    return str(found)
