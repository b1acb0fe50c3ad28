"""What can go wrong while a flow is run."""

import inspect


class PluginError(Exception):
    """The flow could not go on.

    ``retryable`` says whether Airflow should try the task again. The docstring is the default
    message; messages are read by listeners.
    """

    retryable = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(self.__doc__ or ""))


class WorkflowCancelled(PluginError):
    """The podcast was cancelled."""


class UnknownWorkflow(PluginError):
    """No workflow belongs to this run."""


class StepStopped(PluginError):
    """An operator stopped this step before it began."""


class RunReplaced(PluginError):
    """A deleted run had this run's id, and its episode keeps it. Start the run under another id."""


class StandingUnknown(PluginError):
    """Airflow did not say whether this step may still begin."""

    retryable = True


class AgentCancelled(PluginError):
    """The work was cancelled."""


class AgentOverdue(PluginError):
    """The work took longer than it may take."""


class AgentFailed(PluginError):
    """The agent gave up."""

    def __init__(self, kind: str, message: str | None, *, retryable: bool) -> None:
        super().__init__(message)
        self.kind = kind
        self.retryable = retryable


class StatusUnavailable(PluginError):
    """The agents' task status service did not answer."""

    retryable = True


class NotCleared(PluginError):
    """A step that has to be done again could not be cleared."""

    retryable = True


class InputMissing(PluginError):
    """An earlier step left nothing to work with."""


class WritingCleared(PluginError):
    """The script is about to be written anew."""

    retryable = True


class NothingPublished(PluginError):
    """There is no episode to publish."""


class NothingRefreshed(PluginError):
    """No card came of the refresh."""
