"""Gemini on Vertex AI, over its REST API (``models/<model>:generateContent``)."""

from typing import Any

from agents.aims.text.citing import resolve
from agents.aims.text.errors import (
    BackendMisconfigured,
    BadAnswer,
    VendorRefused,
    VendorUnavailable,
)
from agents.aims.text.prompting import asked_schema, build_messages
from agents.aims.text.request import GenerateRequest, GenerateResponse, Json, Message
from agents.aims.text.settings import TextSettings
from agents.aims.text.vendor import Vendor, read_json
from agents.google_token import GoogleToken

TEMPERATURE = 0.4
_BLOCKED = frozenset({"SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "RECITATION", "SPII"})


class VertexBackend:
    """Writes with a Gemini model."""

    def __init__(self, settings: TextSettings) -> None:
        if not settings.vertex_project:
            raise BackendMisconfigured("AETHERCAST_VERTEX_PROJECT names no project.")
        self._settings = settings
        self._url = model_url(settings)
        self._vendor = Vendor("Vertex AI", settings.text_timeout_seconds)
        self._token = GoogleToken(
            settings.vertex_access_token, BackendMisconfigured, VendorUnavailable
        )

    def warm(self) -> None:
        """Nothing: the model is elsewhere."""

    def generate(self, request: GenerateRequest) -> GenerateResponse:
        """Answer a request. Raises TextError."""
        headers = {"Authorization": f"Bearer {self._token.read()}"}
        answer = self._vendor.post(self._url, build_body(request), headers)
        output = resolve(request, read_json(read_content(answer)))
        used = answer.get("usageMetadata") or {}
        usage = {
            "input_tokens": used.get("promptTokenCount", 0),
            "output_tokens": used.get("candidatesTokenCount", 0),
        }
        model = str(answer.get("modelVersion") or self._settings.vertex_model)
        return GenerateResponse(output=output, model=model, usage=usage)


def model_url(settings: TextSettings) -> str:
    """Where the model answers."""
    place = settings.vertex_location
    host = (
        "aiplatform.googleapis.com" if place == "global" else f"{place}-aiplatform.googleapis.com"
    )
    base = settings.vertex_url.rstrip("/") or f"https://{host}"
    path = f"projects/{settings.vertex_project}/locations/{place}/publishers/google/models"
    return f"{base}/v1/{path}/{settings.vertex_model}:generateContent"


def build_body(request: GenerateRequest) -> Json:
    """The request in Gemini's words."""
    system, *rest = build_messages(request)
    return {
        "systemInstruction": {"parts": [{"text": system.content}]},
        "contents": [_content(message) for message in rest],
        "generationConfig": {
            "temperature": TEMPERATURE,
            "responseMimeType": "application/json",
            "responseSchema": to_openapi(asked_schema(request)),
        },
    }


def _content(message: Message) -> Json:
    role = "model" if message.role == "assistant" else "user"
    return {"role": role, "parts": [{"text": message.content}]}


def to_openapi(schema: Any) -> Any:
    """A JSON schema in the subset of OpenAPI that Gemini takes: types in capitals, open objects."""
    if isinstance(schema, list):
        return [to_openapi(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.upper() if key == "type" and isinstance(value, str) else to_openapi(value)
        for key, value in schema.items()
        if key != "additionalProperties"
    }


def read_content(answer: Json) -> str:
    """The text of the first candidate.

    Raises:
        VendorRefused: the model or the platform declined.
        BadAnswer: it is cut off or missing.
    """
    if (answer.get("promptFeedback") or {}).get("blockReason"):
        raise VendorRefused("Vertex AI declined the prompt.")
    try:
        candidate = answer["candidates"][0]
        reason = candidate.get("finishReason", "STOP")
        parts = (candidate.get("content") or {}).get("parts") or []
    except (KeyError, IndexError, TypeError, AttributeError):
        raise BadAnswer("The answer holds no candidate.") from None
    if reason in _BLOCKED:
        raise VendorRefused("The model declined to write this.")
    if reason == "MAX_TOKENS":
        raise BadAnswer("The model's answer was cut off.")
    return "".join(str(part.get("text", "")) for part in parts if not part.get("thought"))
