"""What stands around a report and tells nothing of it: who wrote, drew, mended or paid for it."""

import re

from agents.aims.text.grounded.traits import has_verb
from agents.aims.text.grounded.words import split_words

_BYLINE = re.compile(r"[Bb][Yy] [A-ZÀ-Þ][^.!?]{2,80}\.?$")
_AROUND = re.compile(
    r"(?:(?:file )?photo(?:s|graph)?|image|picture|illustration|graphic|video|credit|source)s?:"
    r"|(?:last |first )?(?:updated|published|posted|modified)(?: (?:on|at|by)\b|:| \d)"
    r"|(?:getty|ap|reuters|afp|shutterstock|alamy)(?: (?:images?|photos?|file))\b[^a-z]*$"
    r"|(?:corrections?|clarification|editor[’']s note|update)(?: \([^)]*\))?:"
    r"|(?:sponsored|advertisement|advertorial|paid|promoted)(?: (?:content|post))?[:.]"
    r"|in (?:this|today[’']s|this week[’']s) (?:episode|podcast|video|edition|newsletter)\b"
    r"|(?:this|the) (?:article|story|post) (?:was|has been|is) (?:first|originally|updated|amended"
    r"|corrected|published|republished|part of)\b"
    r"|this (?:article|story|post) (?:first|originally)\b"
    r"|an earlier version of this\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\W*(?:sponsored|advertisement|advertorial|paid (?:content|post)|promoted|partner content)"
    r"(?: (?:content|post|by [^:]{2,40}))?\s*(?:[:|\]–—-])",
    re.IGNORECASE,
)


def is_trimming(text: str) -> bool:
    """Whether a sentence is a byline, a credit, a date, a correction or an announcement."""
    if _AROUND.match(text):
        return True
    return bool(_BYLINE.match(text)) and not has_verb(split_words(text))


def is_paid(title: str) -> bool:
    """Whether a title says that somebody paid for what follows."""
    return bool(_PAID.match(title))
