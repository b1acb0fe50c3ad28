"""What can go wrong with a page."""

from agents.errors import AgentError


class PageError(AgentError):
    """The page could not be composed."""


class PageInvalid(PageError):
    """The page does not hold what the protocol and our catalogue ask of it."""


class NoCards(PageError):
    """None of the cards of this page is there any more."""
