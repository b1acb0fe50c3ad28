"""What can go wrong while a card is being made."""

from agents.errors import AgentError


class CardError(AgentError):
    """The card could not be made."""


class UnknownTopic(CardError):
    """There is no such topic, or it is somebody else's."""


class NothingToTell(CardError):
    """The topic's sources hold too little to tell."""


class UnfitCard(CardError):
    """Nothing that was written for this card stands in its sources."""
