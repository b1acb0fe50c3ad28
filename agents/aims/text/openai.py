"""Any server that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp, LiteLLM, OpenAI."""

from agents.aims.text.citing import resolve
from agents.aims.text.errors import BackendMisconfigured, BadAnswer, VendorRefused
from agents.aims.text.prompting import asked_schema, build_messages
from agents.aims.text.request import GenerateRequest, GenerateResponse, Json
from agents.aims.text.settings import TextSettings
from agents.aims.text.vendor import Vendor, read_json

TEMPERATURE = 0.4


class OpenAIBackend:
    """Writes with a model behind ``POST <openai_url>/chat/completions``."""

    def __init__(self, settings: TextSettings) -> None:
        if not settings.openai_model:
            raise BackendMisconfigured("AETHERCAST_OPENAI_MODEL names no model.")
        self._settings = settings
        self._url = f"{settings.openai_url.rstrip('/')}/chat/completions"
        self._vendor = Vendor("The OpenAI-compatible server", settings.text_timeout_seconds)

    def warm(self) -> None:
        """Nothing: the model is elsewhere."""

    def generate(self, request: GenerateRequest) -> GenerateResponse:
        """Answer a request. Raises TextError."""
        answer = self._vendor.post(self._url, self._body(request), self._headers())
        output = resolve(request, read_json(read_content(answer)))
        used = answer.get("usage") or {}
        usage = {
            "input_tokens": used.get("prompt_tokens", 0),
            "output_tokens": used.get("completion_tokens", 0),
        }
        model = str(answer.get("model") or self._settings.openai_model)
        return GenerateResponse(output=output, model=model, usage=usage)

    def _body(self, request: GenerateRequest) -> Json:
        schema = {"name": request.task, "schema": asked_schema(request), "strict": True}
        return {
            "model": self._settings.openai_model,
            "messages": [message.model_dump() for message in build_messages(request)],
            "temperature": TEMPERATURE,
            "response_format": {"type": "json_schema", "json_schema": schema},
        }

    def _headers(self) -> dict[str, str]:
        key = self._settings.openai_api_key.get_secret_value()
        return {"Authorization": f"Bearer {key}"} if key else {}


def read_content(answer: Json) -> str:
    """The text of a completion.

    Raises:
        VendorRefused: the model declined.
        BadAnswer: it is cut off or missing.
    """
    try:
        choice = answer["choices"][0]
        message = choice["message"]
    except (KeyError, IndexError, TypeError):
        raise BadAnswer("The completion holds no message.") from None
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise VendorRefused("The model declined to write this.")
    if choice.get("finish_reason") == "length":
        raise BadAnswer("The model's answer was cut off.")
    return str(message.get("content") or "")
