"""The back ends of ``POST /v1/generate``: who answers a request for text, and how.

Open one with :func:`agents.aims.text.backend.open_backend`.
"""

from agents.aims.text.backend import TextBackend, open_backend
from agents.aims.text.request import GenerateRequest, GenerateResponse
from agents.aims.text.settings import TextSettings

__all__ = ["GenerateRequest", "GenerateResponse", "TextBackend", "TextSettings", "open_backend"]
