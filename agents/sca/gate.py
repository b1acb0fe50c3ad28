"""The gate for cards: nothing is published that its sources do not say in these words."""

import re
import unicodedata
from dataclasses import replace

from agents.aims.text.grounded.card_title import ELLIPSIS, loses
from agents.aims.text.grounded.dateline import length_of_dateline
from agents.aims.text.grounded.document import Sentence as Cited
from agents.aims.text.tasks import LONGEST_TEASER, LONGEST_TITLE, Line, Sentence, Snippet, Span
from agents.pswa.evidence import missing_names, missing_numbers, tokenise
from agents.pswa.facts import Reading, align, hangs, judge, key_of, read_fact
from agents.pswa.ground import Ground

_SAME = str.maketrans("“”„‘’–—\u2011", '"""\'\'---')
_BEFORE = re.compile(r"(?:^|[\s\"“#.])$")
_AFTER = re.compile(r"[.,;:!…–—\"”-]*(?:\s|$)|\.(?:html?|pdf|md|txt|docx?|rst)\b")
_BEGINS = re.compile(r"(?:^|[\n.!?…:;,|]|\s[–—-])[\"”’')\s#]*[\"“‘'(]*$")
_ENDS = re.compile(
    r"[\"”’')]*(?:$|\s*\n|[.!?…:;,]|\s*\||\s[–—-]\s|\.(?:html?|pdf|md|txt|docx?|rst)\b)"
)
_WORDS_IN_FRONT = re.compile(r"[^\W\d_][^\W\d_ ]*(?: [^\W\d_]+)*,? ")


def judge_card(card: Snippet, ground: Ground) -> str | None:
    """What is wrong with a card, whoever wrote it; None if nothing."""
    return (
        _judge_form(card)
        or judge_title(card.title, card.title_citations, ground)
        or judge_teaser(card.sentences, ground)
    )


def _judge_form(card: Snippet) -> str | None:
    if len(card.title) > LONGEST_TITLE:
        return "its title is too long"
    if not 2 <= len(card.sentences) <= 3:
        return "it has not two or three sentences"
    texts = [sentence.text for sentence in card.sentences]
    if len(" ".join(texts)) > LONGEST_TEASER:
        return "its sentences are too long"
    if any(map(_is_crooked, [card.title, *texts])):
        return "it has more than one line, or signs that nobody sees"
    if len({_plain(text) for text in [card.title, *texts]}) <= len(texts):
        return "it says the same twice"
    return None


def _is_crooked(text: str) -> bool:
    """Whether a text is no single line of visible characters."""
    unseen = any(unicodedata.category(letter)[0] in "CZ" and letter != " " for letter in text)
    return unseen or text != " ".join(text.split())


def _plain(text: str) -> str:
    return " ".join(token.bare for token in tokenise(text))


def judge_title(title: str, spans: list[Span], ground: Ground) -> str | None:
    """What is wrong with a title. It is one stretch of a source, and leaves nothing weighty out."""
    if len(spans) != 1 or not ground.holds(spans[0]):
        return "its title cites nothing that is there"
    cited, words = ground.read(spans[0]), title.removesuffix(ELLIPSIS)
    if [token.text for token in tokenise(words)] != [token.text for token in tokenise(cited)]:
        return "its title is not what it cites"
    if _even(cited) not in (_even(title), _even(words)):
        return "its title has other signs than what it cites"
    around = whole_words(spans[0], ground)
    if around is None:
        return "its title cuts a word or a number from its sign"
    if not is_clause(spans[0], ground, broken_off=title != words):
        return "its title begins or ends in the middle of a clause"
    return None if title != words or not loses(words, around) else "its title leaves too much out"


def whole_words(span: Span, ground: Ground) -> str | None:
    """The sentences, or the title line, that a span is out of; None where it cuts a word.

    Nor does it cut between "10" and "%", before a question mark, or in a number.
    """
    source = ground.sources[span.source_id]
    text, title = source.text, source.title.strip()
    if not _BEFORE.search(text[max(0, span.start - 1) : span.start]):
        return None
    if not _AFTER.match(text, span.end):
        return None
    if text.startswith(title) and span.end <= len(title):
        return title
    return " ".join(sentence.text for sentence in ground.sentences(span))


def is_clause(span: Span, ground: Ground, *, broken_off: bool) -> bool:
    """Whether a span begins and ends where a clause does, or openly breaks off.

    "President dies" out of "President dies in a new film" is verbatim, and false.
    """
    text = ground.sources[span.source_id].text
    begins = _BEGINS.search(text[max(0, span.start - 8) : span.start]) is not None
    ends = broken_off or text[span.end - 1] in "!?." or _ENDS.match(text, span.end) is not None
    return begins and ends


def judge_teaser(told: list[Sentence], ground: Ground) -> str | None:
    """What is wrong with the sentences of a card. Each is whole sentences of one source."""
    before: set[tuple[str, int]] = set()
    for sentence in told:
        line = Line(speaker="host_a", kind="fact", text=sentence.text, citations=sentence.citations)
        reading = read_fact(line, ground)
        if isinstance(reading, str):
            return reading
        reading = without_dateline(reading)
        if reason := judge(reading, []) or judge_span(line, reading, ground):
            return reason
        if hangs(reading, before, ground):
            return "nobody has said what its pronoun stands for"
        keys = {key_of(each) for each in reading.sentences}
        if keys & before:
            return "it says the same twice"
        before |= keys
    return None


def without_dateline(reading: Reading) -> Reading:
    """A reading as though its first sentence had no dateline, where the line does not say it."""
    first, *rest = reading.sentences
    length = length_of_dateline(first.text)
    if not length or length_of_dateline(reading.line.text):
        return reading
    bare = replace(first, text=first.text[length:])
    sentences: tuple[Cited, ...] = (bare, *rest)
    return Reading(reading.line, sentences, align(reading.line.text, sentences))


def judge_span(line: Line, reading: Reading, ground: Ground) -> str | None:
    """What is wrong with how a sentence cites: whole sentences, all of them said, sign for sign."""
    cited = " ".join(ground.read(span) for span in line.citations)
    whole = " ".join(sentence.text for sentence in reading.sentences)
    dateline = 0 if length_of_dateline(whole) else length_of_dateline(cited)
    cited = cited[dateline:]
    if _even(cited) != _even(whole):
        return "it cites half a sentence"
    if not all(difference.spoken for difference in reading.differences):
        return "it cites more than it says"
    if not is_verbatim(line.text, cited):
        return "it has other signs than what it cites"
    if missing_numbers(line.text, cited) or missing_names(line.text, cited):
        return "a number or name does not stand in its span"
    return None


def is_verbatim(text: str, cited: str) -> bool:
    """Whether a text is the cited one sign for sign, but for words in front of it.

    Which words those may be is judged elsewhere: a "Therefore," and its like. No sign goes with
    them, since a minus or an opening quotation mark belongs to what comes after.
    """
    ours, theirs = _even(text), _even(cited)
    front = len(theirs) - len(ours)
    if front <= 0:
        return ours == theirs
    begins = ours[:1].casefold() == theirs[front : front + 1].casefold()
    same = begins and ours[1:] == theirs[front + 1 :]
    return same and _WORDS_IN_FRONT.fullmatch(theirs[:front]) is not None


def _even(text: str) -> str:
    """A text on one line, with one form of quotation marks and dashes, without its full stop."""
    return " ".join(text.translate(_SAME).split()).removesuffix(".")
