"""What can go wrong between a script and its sound."""

from agents.errors import AgentError


class VoiceError(AgentError):
    """The episode could not be spoken."""


class ScriptFailed(VoiceError):
    """There is no script to speak."""


class ScriptSuperseded(VoiceError):
    """The script is being written anew; the next attempt speaks the new one."""

    retryable = True


class ScriptOverdue(VoiceError):
    """The script was waited for in vain."""


class EmptyScript(VoiceError):
    """The script has no line to speak."""


class ScriptChanged(VoiceError):
    """What was spoken so far is not the beginning of this script."""


class UnknownSpeaker(VoiceError):
    """A line is to be spoken by a voice that does not exist."""


class AudioLost(VoiceError):
    """A line was spoken, but its audio is gone from the media store."""

    retryable = True


class MasteringFailed(VoiceError):
    """The episode's files could not be made of its stream."""


class MasteringInterrupted(MasteringFailed):
    """The episode's files were being made when that was stopped from outside."""

    retryable = True


class MasteringStarved(MasteringFailed):
    """The machine had no room to make the episode's files, or could not write them."""

    retryable = True


class VoiceSuperseded(VoiceError):
    """A newer voice speaks into this stream."""


class VoiceStopped(VoiceError):
    """The stream was closed while it was being spoken."""
