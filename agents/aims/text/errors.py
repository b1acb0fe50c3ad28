"""What can go wrong while text is being generated."""

from agents.aims.errors import AimsError


class TextError(AimsError):
    """The text could not be generated."""


class UnknownTask(TextError):
    """The text back end has no task of that name."""


class BadRequest(TextError):
    """The request leaves out something that its task needs."""


class BackendMisconfigured(TextError):
    """The text back end lacks a setting that it needs."""


class TooLittleText(TextError):
    """The sources hold too little running prose to make an episode from."""


class VendorUnavailable(TextError):
    """The model service did not answer, or asked us to come back later."""

    retryable = True


class VendorRefused(TextError):
    """The model service refused the request."""


class BadAnswer(TextError):
    """The model's answer is not what was asked for.

    Not retryable as it stands: whoever asked decides whether to pay for a second answer.
    """

    def __init__(self, message: str = "The model's answer is not what was asked for.") -> None:
        super().__init__(message)


class QuoteNotFound(BadAnswer):
    """The model cited words that do not stand in its source."""

    def __init__(self) -> None:
        super().__init__("The model cited words that do not stand in its source.")
