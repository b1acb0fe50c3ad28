"""An error as our rows tell it."""

from agents.canonical import JSON


def describe(error: BaseException) -> dict[str, JSON]:
    """An error as it stands in ``error_details``."""
    return {
        "type": getattr(error, "kind", type(error).__name__),
        "message": str(error) or type(error).__name__,
        "retryable": bool(getattr(error, "retryable", True)),
    }
