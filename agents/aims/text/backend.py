"""The choice of a text back end."""

from typing import Protocol

from agents.aims.text.request import GenerateRequest, GenerateResponse
from agents.aims.text.settings import TextSettings


class TextBackend(Protocol):
    """Something that answers requests for text in their schema, citing character spans."""

    def warm(self) -> None:
        """Do what the first request would otherwise wait for. Costs no call of a vendor's."""
        ...

    def generate(self, request: GenerateRequest) -> GenerateResponse:
        """Answer one request.

        Raises:
            TextError: it cannot; ``retryable`` says whether asking again may help.
        """
        ...


def open_backend(settings: TextSettings | None = None) -> TextBackend:
    """Open the back end that the settings name.

    Raises:
        BackendMisconfigured: it lacks a setting.
    """
    chosen = settings or TextSettings()
    if chosen.text_backend == "openai":
        from agents.aims.text.openai import OpenAIBackend

        return OpenAIBackend(chosen)
    if chosen.text_backend == "vertex":
        from agents.aims.text.vertex import VertexBackend

        return VertexBackend(chosen)
    from agents.aims.text.grounded.writer import GroundedBackend

    return GroundedBackend()
