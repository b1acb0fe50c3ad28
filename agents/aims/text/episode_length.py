"""How long an episode out of some sources will be, before anybody has written it."""

from agents.aims.text.grounded.words import count_words
from agents.aims.text.request import Source
from agents.aims.text.tasks import SnippetParameters

SPOKEN = 1.16
"""Words that an episode speaks for each word of its sources: facts left out, hosts' talk added.

Measured over the plans of the starter library's sixteen articles: 1.16 on the average, from 0.93 to
1.31."""
SHORTEST, LONGEST, STEP = 60, 600, 30


def estimate_seconds(sources: list[Source], parameters: SnippetParameters) -> int | None:
    """Seconds, in steps of thirty; None where no source holds its whole text."""
    whole = [source for source in sources if source.id in parameters.complete]
    if not whole:
        return None
    words = sum(count_words(source.text) for source in whole)
    seconds = words * SPOKEN / parameters.words_per_minute * 60
    return round(min(LONGEST, max(SHORTEST, seconds)) / STEP) * STEP
