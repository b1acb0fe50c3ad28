"""The text back end, once the writer's room has it."""

from contextlib import suppress

from agents.aims.text import TextBackend, open_backend


def open_writer() -> TextBackend | None:
    """The configured text back end."""
    with suppress(ModuleNotFoundError):
        return open_backend()
    return None
