"""Whether a thought sums a source up, so that it may be asked for as what to take away.

It speaks of the whole: general, not of one year or one person, and about the subject or at the
centre of the text. An anecdote of the last section is none, however well it ends the story.
"""

from collections.abc import Sequence

from agents.aims.text.grounded.cues import YEAR
from agents.aims.text.grounded.document import Document, Sentence
from agents.aims.text.grounded.lexicon import words_of
from agents.aims.text.grounded.score import centralities
from agents.aims.text.grounded.traits import read_traits
from agents.aims.text.grounded.words import content_stems, split_words

CENTRAL = 0.8
CONCLUDING = words_of(
    "conclusion conclusions summary takeaway takeaways outlook epilogue closing afterword"
)


def sums_up(document: Document, thought: Sequence[Sentence], topic: str) -> bool:
    """Whether the sentences speak of the whole of their source."""
    heading = document.sections[thought[0].section].heading or ""
    if any(word.casefold() in CONCLUDING for word in split_words(heading)):
        return True
    if any(is_anecdote(document, sentence) for sentence in thought):
        return False
    return is_about(document, thought, topic) or is_central(document, thought)


def is_anecdote(document: Document, sentence: Sentence) -> bool:
    """Whether a sentence tells of one year, or of a name that the title does not have."""
    traits = read_traits(document)[sentence.number]
    known = set(split_words(document.title))
    strange = {name for name in traits.names if name not in known}
    return bool(YEAR.search(sentence.text)) or bool(strange) or traits.first_person


def is_about(document: Document, thought: Sequence[Sentence], topic: str) -> bool:
    """Whether more than half of the subject's words are taken up."""
    said = {word for sentence in thought for word in content_stems(sentence.text)}
    subjects = [set(content_stems(words)) for words in (topic, document.title)]
    return any(len(s & said) > len(s) / 2 for s in subjects if s)


def is_central(document: Document, thought: Sequence[Sentence]) -> bool:
    """Whether the thought ends the source, and all of it is among the text's central fifth."""
    if thought[-1].number < len(document.sentences) - 1:
        return False
    ranks = centralities(document)
    ordered = sorted(rank for rank in ranks if rank)
    bar = ordered[int(CENTRAL * (len(ordered) - 1))] if ordered else 1.0
    return min(ranks[s.number] for s in thought) >= bar
