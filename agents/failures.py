"""Turning an exception into the error that is stored and shown."""

import psycopg

from agents.idempotency import ErrorPayload

_PASSING = (psycopg.OperationalError, ConnectionError, TimeoutError)


def describe_error(error: Exception) -> ErrorPayload:
    """Name an exception, with its message and whether the same request may succeed later.

    An exception says so itself by an attribute ``retryable``; lost connections and time-outs
    may pass; anything else is taken for a fault that would only happen again.
    """
    return {
        "type": type(error).__name__,
        "message": str(error) or type(error).__name__,
        "retryable": bool(getattr(error, "retryable", isinstance(error, _PASSING))),
    }
