"""What can go wrong while a script is being woven."""

from agents.errors import AgentError


class ScriptError(AgentError):
    """The script could not be written."""


class NoSources(ScriptError):
    """There is no source to make an episode from."""


class UnreadSource(ScriptError):
    """A source of this episode has not been read yet."""

    retryable = True


class ForeignSource(ScriptError):
    """A source of this episode does not exist or belongs to somebody else."""


class BadOutline(ScriptError):
    """The plan of the episode points outside its sources."""

    retryable = True


class NothingGrounded(ScriptError):
    """None of what was written for this episode stands in its sources."""

    retryable = True
