"""Who speaks: the voices that a visitor may choose for the two hosts, and what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.podcasts.preferences import Voices
from api.podcasts.voices import Voice

HOSTS = (
    ("host_a", "Host’s voice"),
    ("host_b", "Co-host’s voice"),
)
USUAL = Voices().model_dump()
"""As the show casts them, by host."""
ACCENTS = {"en-US": "American", "en-GB": "British"}
FIELD = "voice-"
"""Before a host's name, in the form."""
AWAY = "The voices cannot be listed just now. "
NOBODY = "Until they can, the show casts its hosts."


@dataclass(frozen=True)
class Casting:
    """What the page says of the hosts' voices."""

    there: Sequence[Voice]
    """None: the page cannot say which there are."""
    kept: Voices | None
    """What the session keeps."""

    @property
    def gone(self) -> list[str]:
        """Voices that were kept and are not there any more."""
        names = {each.name for each in self.there}
        kept = [] if self.kept is None else list(self.kept.model_dump().values())
        return [name for name in kept if names and name not in names]

    @property
    def chosen(self) -> dict[str, str]:
        """The voice of each host, as episodes are made by now: where one has gone, as the show
        casts both."""
        return USUAL if self.kept is None or self.gone else self.kept.model_dump()

    @property
    def note(self) -> str:
        """What a visitor has to know of it; empty: nothing."""
        if self.gone:
            names = " and ".join(name.capitalize() for name in self.gone)
            are = "is" if len(self.gone) == 1 else "are"
            return (
                f"{names} {are} no longer there. Until you choose again, the show casts both hosts."
            )
        if self.there:
            return ""
        if self.kept is None:
            return AWAY + NOBODY
        names = " and ".join(name.capitalize() for name in self.kept.model_dump().values())
        return f"{AWAY}Your choice is kept: {names}."

    def choices(self, host: str) -> list[dict[str, Any]]:
        """What there is to choose from, as the show casts it first; none where nobody can say."""
        if not self.there:
            return []
        usual = USUAL[host]
        by_name = {each.name: each for each in self.there}
        cast = label(by_name.get(usual) or Voice(usual, "unknown", ""))
        told = [(usual, f"As the show casts it: {cast}")]
        told += [(each.name, label(each)) for each in self.there if each.name != usual]
        return [{"name": name, "label": words} for name, words in told]

    def told(self) -> dict[str, Any]:
        """For the page's script."""
        hosts = [
            {"host": host, "label": words, "choices": self.choices(host)} for host, words in HOSTS
        ]
        return {"hosts": hosts, "chosen": self.chosen, "usual": USUAL, "note": self.note}


def label(voice: Voice) -> str:
    """A voice in words: its name, its accent, whether it is a woman's or a man's."""
    gender = voice.gender if voice.gender in ("female", "male") else ""
    facts = ", ".join(filter(None, [ACCENTS.get(voice.accent, voice.accent), gender]))
    return f"{voice.name.capitalize()} ({facts})" if facts else voice.name.capitalize()


def patch_of(form: dict[str, str]) -> dict[str, Any]:
    """The voices of a form, as a change of preferences; as the show casts them: no wish."""
    given = {host: form[FIELD + host] for host, _ in HOSTS if FIELD + host in form}
    if not given:
        return {}
    return {"voices": None if {**USUAL, **given} == USUAL else given}
