"""The two or three sentences of a card: whole ones of a source, which make one want the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agents.aims.text.grounded.document import Document, Sentence, read_document
from agents.aims.text.grounded.language import is_english
from agents.aims.text.grounded.lexicon import FIRST_PERSON
from agents.aims.text.grounded.names import find_names
from agents.aims.text.grounded.people import (
    introduces,
    names_in_full,
    names_somebody,
    refers_back,
)
from agents.aims.text.grounded.score import score_sentences
from agents.aims.text.grounded.traits import Traits, is_usable, read_traits
from agents.aims.text.grounded.trimmings import is_paid, is_trimming
from agents.aims.text.grounded.words import content_stems, split_words
from agents.aims.text.request import Heading, Source
from agents.aims.text.tasks import Span

READ = 8_000
"""Characters of a source that are looked at: what comes later is no opening."""
SHORTEST, LONGEST = 40, 340
EARLY = 0.4
"""The part of a text in which a card may begin, where its opening has nothing."""
AT_ONCE = 1.0
"""What beginning where the source begins is worth, beside a sentence's score of 0 to 2.5."""
MORE = 0.4
"""What a third sentence is worth."""
REPEATED = 0.8
LEAST_FIRST = 8
"""The fewest words of a first sentence without a verb that is known: shorter ones are captions."""
ALIKE = 0.75
"""As much as two sentences of different reports may share, to be no report twice."""

Teaser = tuple[Sentence, ...]

_LEANS = re.compile(
    r"\b(?:this|that|these|those|such|its|their|his|her|there|then|later|earlier|meanwhile|also"
    r"|too|instead|however|another|other|others)\b",
    re.IGNORECASE,
)
_HANGS = re.compile(r"[\"“]?(?:he|she|they|it|this|these|those|his|her|their|its)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"[A-Z]{2,4}\.$|[a-zß-öø-ÿ]+\s")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d\b")
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_EVERYBODYS = re.compile(
    r"\bour (?:own )?(?:ancestors|bodies|days|galaxy|lives|planet|solar system|species|sun"
    r"|world)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class Page:
    """The opening of a source, as a card sees it."""

    source: Source
    document: Document

    @cached_property
    def traits(self) -> tuple[Traits, ...]:
        """What is known of each sentence."""
        return read_traits(self.document)

    @cached_property
    def scores(self) -> list[float]:
        """What each sentence is worth telling."""
        return score_sentences(self.document, self.document.title)

    @property
    def usable(self) -> int:
        """How many sentences of it could be told."""
        return sum(self.tellable(sentence) for sentence in self.document.sentences)

    @cached_property
    def is_english(self) -> bool:
        """Whether what is looked at is written in English; a title may be of names alone."""
        return is_english(self.document.text[self.title_end :])

    @cached_property
    def title_end(self) -> int:
        """Where the title, with which a topic's text begins, ends; without one, its first sentence,
        which stands for it."""
        text, title = self.source.text, self.source.title.strip()
        if title and text.startswith(title):
            return len(title)
        return self.document.sentences[0].end if self.document.sentences else 0

    @cached_property
    def title_line(self) -> str:
        """The title as it stands in the text."""
        return self.source.text[: self.title_end].lstrip()

    def span_of_title(self, length: int) -> Span:
        """The first characters of the title line."""
        start = self.title_end - len(self.title_line)
        return Span(source_id=self.source.id, start=start, end=start + length)

    def tellable(self, sentence: Sentence) -> bool:
        """Whether a card may say a sentence: prose, nobody's own words, no question."""
        traits = self.traits[sentence.number]
        if sentence.start < self.title_end or not self.is_prose(sentence):
            return False
        if is_paid(self.source.title) or not self.is_english:
            return False
        if traits.imperative and ", and " not in sentence.text:
            return False
        own = traits.first_person and bool(FIRST_PERSON.search(_EVERYBODYS.sub("", sentence.text)))
        if _CLOCK.match(sentence.text) or not sentence.text.isprintable():
            return False
        plain = not (own or traits.question or sentence.text.endswith("!"))
        return plain and not self.repeats_title(sentence)

    def is_prose(self, sentence: Sentence) -> bool:
        """Whether a sentence is whole. Among others of its paragraph it may have any verb."""
        if is_trimming(sentence.text) or self.is_cut(sentence):
            return False
        if self.traits[sentence.number].usable:
            return True
        words = split_words(sentence.text)
        if sentence.number == self.first_number and len(words) < LEAST_FIRST:
            return False
        return (
            sentence.paragraph in self._prose
            and bool(words)
            and is_usable(sentence, [*words, "is"])
        )

    def is_cut(self, sentence: Sentence) -> bool:
        """Whether a sentence was cut before its end: at 6:30 a.m. and then "ET.", or "by …"."""
        after = self.document.sentences[sentence.number + 1 : sentence.number + 2]
        return any(s.paragraph == sentence.paragraph and _GOES_ON.match(s.text) for s in after)

    @cached_property
    def first_number(self) -> int:
        """The number of the first sentence after the title and what stands around a report."""
        told = (s for s in self.document.sentences if s.start >= self.title_end)
        return next((s.number for s in told if not is_trimming(s.text)), -1)

    @cached_property
    def _prose(self) -> frozenset[int]:
        """The paragraphs with sentences beyond doubt."""
        kept = [s for s in self.document.sentences if self.traits[s.number].usable]
        return frozenset(sentence.paragraph for sentence in kept)

    def repeats_title(self, sentence: Sentence) -> bool:
        """Whether a sentence says what the title has just said."""
        said, named = set(content_stems(sentence.text)), set(content_stems(self.document.title))
        return bool(said) and len(said & named) / len(said | named) >= REPEATED

    def may_open(self, sentence: Sentence) -> bool:
        """Whether a sentence can be read before anything else was."""
        traits = self.traits[sentence.number]
        if not traits.opener or traits.needs is not None or _HANGS.match(sentence.text):
            return False
        if not self.says_who(sentence):
            return False
        return self.begins(sentence) or not _LEANS.search(sentence.text)

    def says_who(self, sentence: Sentence, before: tuple[str, ...] = ()) -> bool:
        """Whether "The company …" has its name in the title or ``before`` it."""
        noun = refers_back(sentence.text)
        if noun is None:
            return True
        said = (self.title_line, *before)
        return any(introduces(text, noun, self._common) for text in said)

    @cached_property
    def _common(self) -> frozenset[str]:
        """Words that have a capital at most where a sentence begins: hardly names."""
        words = frozenset(word.casefold() for word in split_words(self.document.text))
        told = self.document.text[self.title_end :]
        return words - {name.casefold() for name in find_names(told, words)}

    def begins(self, sentence: Sentence) -> bool:
        """Whether nothing that can be told comes before a sentence."""
        return not any(
            s.start >= self.title_end and self.is_prose(s)
            for s in self.document.sentences[: sentence.number]
        )


def open_page(source: Source) -> Page:
    """A source as far as a card looks into it."""
    text = beginning_of(source.text)
    outline = [Heading.model_validate(h) for h in source.outline if h.start < len(text)]
    part = source.model_copy(update={"text": text, "outline": outline})
    return Page(source, read_document(part))


def beginning_of(text: str) -> str:
    """As much of a text as is looked at, to the end of a paragraph or of a sentence."""
    if len(text) <= READ:
        return text
    end = max(text.rfind("\n", READ // 2, READ), text.rfind(". ", READ // 2, READ))
    return text[: end + 1] if end > 0 else text[:READ]


def find_teaser(pages: list[Page]) -> Teaser | None:
    """The sentences of a card out of the first source that has them, best told first."""
    for page in pages:
        if teaser := find_run(page) or find_pair(page):
            return teaser
    return find_second(pages)


def find_second(pages: list[Page]) -> Teaser | None:
    """A sentence of one source and one of another of the story that adds something to it."""
    for place, page in enumerate(pages):
        for first in openers_of(page):
            others = [s for other in pages[:place] + pages[place + 1 :] for s in openers_of(other)]
            fresh = [second for second in others if alike(first, second) <= ALIKE]
            if fresh:
                return first, min(fresh, key=lambda second: alike(first, second))
    return None


def alike(one: Sentence, other: Sentence) -> float:
    """How much of the shorter of two sentences the other one says, 0 to 1."""
    first, second = set(content_stems(one.text)), set(content_stems(other.text))
    return len(first & second) / max(1, min(len(first), len(second)))


def find_run(page: Page) -> Teaser | None:
    """Two or three sentences in a row: the opening's, else where the title leads, else early."""
    for place in (opening_of(page), section_of_title(page), early_part(page)):
        runs = list(runs_in(page, place))
        if runs:
            return max(runs, key=lambda run: worth(page, run))
    return None


def worth(page: Page, run: Teaser) -> float:
    """What a run is worth: its sentences on the average, and that it begins at the beginning."""
    told = sum(page.scores[sentence.number] for sentence in run) / len(run)
    return told + AT_ONCE * page.begins(run[0]) + MORE * (len(run) - 2)


def runs_in(page: Page, sentences: list[Sentence]) -> Iterator[Teaser]:
    """Every run of two or three neighbours that tells something by itself."""
    for place, first in enumerate(sentences):
        if not page.may_open(first):
            continue
        for many in (2, 3):
            run = tuple(sentences[place : place + many])
            if len(run) == many and stands(page, run):
                yield run


def stands(page: Page, run: Teaser) -> bool:
    """Whether a run is of a card's length, and needs nothing outside itself."""
    numbers = {sentence.number for sentence in run}
    if len({sentence.text.casefold() for sentence in run}) < len(run):
        return False
    for sentence in run:
        needs = page.traits[sentence.number].needs
        if not page.tellable(sentence) or sentence.section != run[0].section:
            return False
        if needs is not None and needs not in numbers:
            return False
    if not (page.begins(run[0]) or same_paragraph(run)):
        return False
    if not people_named(page, run) or not all_say_who(page, run):
        return False
    return SHORTEST <= len(" ".join(sentence.text for sentence in run)) <= LONGEST


def same_paragraph(run: Teaser) -> bool:
    """Whether a run lies in one paragraph."""
    return len({sentence.paragraph for sentence in run}) == 1


def people_named(page: Page, run: Teaser) -> bool:
    """Whether a run, or the title above it, names somebody before it says "he"."""
    named = names_in_full(page.document.title)
    for sentence in run:
        pronoun = _PERSON.search(sentence.text)
        if pronoun and not named and not names_somebody(sentence.text):
            return False
        named = named or names_somebody(sentence.text)
    return True


def all_say_who(page: Page, run: Teaser) -> bool:
    """Whether a run, or the title above it, names the company before it says "the company"."""
    texts = tuple(sentence.text for sentence in run)
    return all(page.says_who(sentence, texts[:place]) for place, sentence in enumerate(run))


def opening_of(page: Page) -> list[Sentence]:
    """The sentences before the first heading; of a text without headings, its first six."""
    told = [s for s in page.document.sentences if s.start >= page.title_end]
    if not told:
        return []
    first = [s for s in told if s.section == told[0].section]
    return first if len(first) < len(told) else first[:6]


def section_of_title(page: Page) -> list[Sentence]:
    """The section whose heading shares most words with the title."""
    wanted = set(content_stems(page.document.title))
    shared = {
        section.number: len(wanted & set(content_stems(section.heading or "")))
        for section in page.document.sections
    }
    best = max(shared, key=lambda number: shared[number], default=None)
    if best is None or not shared[best]:
        return []
    return [s for s in page.document.sentences if s.section == best]


def early_part(page: Page) -> list[Sentence]:
    """The first part of the text."""
    sentences = page.document.sentences
    return list(sentences[: max(4, int(EARLY * len(sentences)))])


def find_pair(page: Page) -> Teaser | None:
    """Two sentences from different places that lean on nothing, in the text's order."""
    openers = openers_of(page)
    first = next(openers, None)
    second = next((s for s in openers if first and alike(first, s) <= ALIKE), None)
    return (first, second) if first and second else None


def openers_of(page: Page) -> Iterator[Sentence]:
    """The sentences that can be read by themselves, in order."""
    for sentence in page.document.sentences:
        if page.tellable(sentence) and page.may_open(sentence) and len(sentence.text) <= 200:
            yield sentence
