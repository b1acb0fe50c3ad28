"""What can go wrong with a picture."""

from agents.errors import AgentError


class ImageError(AgentError):
    """The picture could not be made."""


class ImageMisconfigured(ImageError):
    """The picture service is not set up."""


class PictureRefused(ImageError):
    """The picture service declined this subject."""


class PictureUnavailable(ImageError):
    """The picture service does not answer at the moment."""

    retryable = True


class BadPicture(ImageError):
    """The picture service answered with something that is no picture."""

    retryable = True
