"""What can go wrong when topics are looked for."""

from agents.errors import AgentError


class DiscoveryError(AgentError):
    """Topics could not be looked for."""


class UnknownTopic(DiscoveryError):
    """There is no such topic to look further into."""


class DiscoveryBusy(DiscoveryError):
    """Other discoveries held the list of topics for too long."""

    retryable = True
