"""Where and by whom a report was filed, which agencies set before its first sentence.

"TOKYO, Nov. 21 (Kyodo) -- The Bank of Japan …": it belongs to no sentence, and may be left out.
"""

import re

_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:[ /][A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){0,3}(?:, [A-ZÀ-Þ][\w.]+){0,2}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:, \d{{4}})?"
_AGENCY = (
    r"\((?:(?:Thomson )?Reuters|AP|AFP|Kyodo(?: News)?|Jiji|Xinhua|dpa|Yonhap|UPI|EFE|ANSA|TASS"
    r"|Interfax|Bloomberg|CNN|BBC|Anadolu|AA|ANI|PTI|IANS|IPS|Bernama|AAP|VOA|RNS)\)"
)
_FILED = rf"{_PLACE}(?:,? {_DATE}(?: {_AGENCY})?| {_AGENCY}) (?:--?|[–—]) (?=\S)"
_DATELINE = re.compile(_FILED.replace(" ", r"\s+"))


def length_of_dateline(text: str) -> int:
    """How many characters of a text are its dateline; 0 where it has none.

    A place in capitals alone is none, since "NATO - " is a place to nobody: a date or a known
    agency stands with it.
    """
    found = _DATELINE.match(text)
    return found.end() if found else 0
