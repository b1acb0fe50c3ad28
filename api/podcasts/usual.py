"""How a caller's episodes usually are, where a request does not say otherwise."""

import structlog

from api.podcasts.request import PodcastRequest
from api.podcasts.voices import VoiceBook
from api.problems import InvalidRequest
from api.sessions.preferences import PreferencesOfSession, with_defaults

log = structlog.get_logger(__name__)


async def with_usual(
    wanted: PodcastRequest, usual: PreferencesOfSession, voices: VoiceBook
) -> PodcastRequest:
    """The request with the session's preferences for what it leaves out.

    A voice that the session keeps may have gone since. Nobody asked for it just now, so it is no
    reason to refuse: the built-in voices speak.
    """
    given = wanted.user_preferences
    if usual.voices is not None and "voices" not in given.model_fields_set:
        try:
            await voices.check(usual.voices)
        except InvalidRequest as gone:
            log.info("usual voices gone", problem=str(gone))
            usual = usual.model_copy(update={"voices": None})
    return wanted.model_copy(update={"user_preferences": with_defaults(given, usual)})
