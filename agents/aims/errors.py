"""What can go wrong in the model service, and in asking it."""

from agents.errors import AgentError


class AimsError(AgentError):
    """The model service could not do what was asked."""


class AimsUnavailable(AimsError):
    """The model service does not answer at the moment."""

    retryable = True


class AimsTooSlow(AimsError):
    """The model service had no answer when the deadline came."""

    retryable = True


class AimsRefused(AimsError):
    """The model service refused the request as it stands."""


class SpeechFailed(AimsError):
    """The line could not be spoken."""


class SpeechInterrupted(SpeechFailed):
    """The line could not be spoken this time; asking again may help."""

    retryable = True


class UnknownVoice(AimsError):
    """There is no voice of that name."""


class NothingToSay(AimsError):
    """The text holds nothing that can be spoken."""


class KeyReused(AimsError):
    """This key already stands for another line."""


class Misconfigured(AimsError):
    """A setting of the model service does not fit; the service cannot start."""


class ModelsMissing(Misconfigured):
    """The voices' models are not on this machine. Run: python -m scripts.local.models"""
