"""The root of everything that goes wrong in the facade."""

import inspect


class FacadeError(Exception):
    """The facade could not do what was asked."""

    retryable = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or ""))
