"""What can go wrong with a source, each in a sentence a listener understands."""

from agents.errors import AgentError


class HarvestError(AgentError):
    """The material for this episode could not be read."""


class NothingUsable(HarvestError):
    """There is no material to make an episode from."""


class UnreadableSource(HarvestError):
    """This source cannot be read."""


class EmptySource(UnreadableSource):
    """This source is empty."""


class MissingSource(UnreadableSource):
    """This source was announced, but its content never arrived."""


class BinarySource(UnreadableSource):
    """This source is not a text. Web pages, PDF, Markdown and plain text can be read."""


class EncryptedSource(UnreadableSource):
    """This PDF is protected by a password. Give it without one."""


class DamagedSource(UnreadableSource):
    """This file is damaged and cannot be opened."""


class ImageOnlySource(UnreadableSource):
    """This PDF holds only pictures of pages, no text that can be read aloud."""


class NoText(UnreadableSource):
    """There is no text on this page to make an episode from."""


class NoFeed(UnreadableSource):
    """This is no feed: neither RSS nor Atom."""


class TooLarge(UnreadableSource):
    """This source is too large."""


class TooSlow(UnreadableSource):
    """Reading this source took too long."""


class ReaderDied(UnreadableSource):
    """This document could not be read."""


class FetchFailed(UnreadableSource):
    """This web address did not answer."""

    retryable = True


class TryLater(FetchFailed):
    """This web server asks to be asked again later."""

    def __init__(self, message: str | None = None, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class FetchRefused(UnreadableSource):
    """This web address answered that the page is not there or not open to everyone."""


class PageGone(FetchRefused):
    """There is no page at this web address any more."""


class ProgramsUnwelcome(FetchRefused):
    """This site asks programs not to read this page."""


class AddressRefused(UnreadableSource):
    """This address does not lie on the public web, so it is not read."""
