"""What can go wrong inside an agent."""

import inspect


class AgentError(Exception):
    """The agent could not do what was asked.

    ``retryable`` says whether the same request may succeed when it is made again under the
    same key. The docstring is the default message.
    """

    retryable = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(self.__doc__ or ""))


class InvalidRequest(AgentError):
    """The task's arguments do not fit its signature."""


class FingerprintMismatch(AgentError):
    """This idempotency key already stands for another request."""


class FenceLost(AgentError):
    """Another owner has taken this key over; nothing more may be written under it."""

    retryable = True


class Cancelled(AgentError):
    """The call was cancelled."""

    retryable = True


class Deferred(AgentError):
    """The task gives its slot back and goes on in a while.

    Raise it where a task can only wait. The key is released, the attempt does not count, and
    the dispatch is sent again once ``seconds`` are over.
    """

    retryable = True

    def __init__(self, seconds: float = 1.0) -> None:
        super().__init__(f"Deferred for {seconds:g} s.")
        self.seconds = seconds


class KeyContended(AgentError):
    """The key kept changing hands while it was asked for."""

    retryable = True


class StillProcessing(AgentError):
    """The key's owner was still at work when the wait was over."""

    retryable = True


class UnknownDispatch(AgentError):
    """No dispatch has this task id."""
