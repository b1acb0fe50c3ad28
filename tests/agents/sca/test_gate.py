"""Nothing passes the gate that a source does not say: true cards, altered in every way."""

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.text.errors import TooLittleText
from agents.aims.text.grounded.snippet import write_snippet
from agents.aims.text.request import Source
from agents.aims.text.tasks import Sentence, Snippet, SnippetParameters, Span
from agents.pswa.evidence import missing_names, missing_numbers, tokenise
from agents.pswa.ground import Ground
from agents.sca.gate import judge_card, judge_teaser, judge_title
from tests.agents.aims.text.test_snippet import SENTENCE
from tests.agents.sca.cards import TrueCard, true_cards

MAY_GO = {"thus", "therefore", "however", "and", "moreover", "furthermore"}
UNSEEN = ("\n", "\u202e", "\x00", "\u200b", "\u00a0", "\t", "\ue000")
MARKUP = ("<b>{}</b>", "**{}**", "[{}](x)", "{} {{{{x}}}}", "`{}`", "{}!", "{} #1", "_{}_")
Alter = Callable[[TrueCard], Iterator[Snippet]]


def each_text(card: Snippet, alter: Callable[[str], Iterator[str]]) -> Iterator[Snippet]:
    """Every card in which one text, title or sentence, is altered."""
    for text in alter(card.title):
        yield card.model_copy(update={"title": text})
    for place, told in enumerate(card.sentences):
        for text in alter(told.text):
            yield with_sentence(card, place, told.model_copy(update={"text": text}))


def with_sentence(card: Snippet, place: int, sentence: Sentence) -> Snippet:
    told = [*card.sentences[:place], sentence, *card.sentences[place + 1 :]]
    return card.model_copy(update={"sentences": told})


def each_span(card: Snippet, alter: Callable[[Span], Iterator[Span]]) -> Iterator[Snippet]:
    """Every card in which one citation is altered."""
    for span in alter(card.title_citations[0]):
        yield card.model_copy(update={"title_citations": [span]})
    for place, told in enumerate(card.sentences):
        for span in alter(told.citations[0]):
            yield with_sentence(card, place, told.model_copy(update={"citations": [span]}))


def other_numbers(true: TrueCard) -> Iterator[Snippet]:
    def alter(text: str) -> Iterator[str]:
        for token in tokenise(text):
            if token.number:
                other = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), token.text)
                other = "sixty" if other == token.text else other
                yield text[: token.start] + other + text[token.end :]

    yield from each_text(true.card, alter)


def other_names(true: TrueCard) -> Iterator[Snippet]:
    def alter(text: str) -> Iterator[str]:
        for token in tokenise(text):
            if token.capital:
                yield text[: token.start] + token.text[0] + "arlo" + text[token.end :]

    yield from each_text(true.card, alter)


def a_word_less(true: TrueCard) -> Iterator[Snippet]:
    def alter(text: str) -> Iterator[str]:
        for token in tokenise(text):
            rest = (text[: token.start] + text[token.end :].lstrip()).strip()
            if token.bare not in MAY_GO and rest.strip(" .,?!\"”“’'"):
                yield " ".join(rest.split())

    yield from each_text(true.card, alter)


def a_word_more(true: TrueCard) -> Iterator[Snippet]:
    def alter(text: str) -> Iterator[str]:
        first, _, rest = text.partition(" ")
        for word in ("not", "reportedly", "never", "today"):
            yield f"{first} {word} {rest}"

    yield from each_text(true.card, alter)


def spans_elsewhere(true: TrueCard) -> Iterator[Snippet]:
    def alter(span: Span) -> Iterator[Span]:
        length = len(true.ground.sources[span.source_id].text)
        for by in (-40, -9, 7, 33, length):
            start, end = max(0, span.start + by), span.end + by
            if (start, end) != (span.start, span.end):
                yield Span(source_id=span.source_id, start=start, end=max(0, end))
        yield Span(source_id=span.source_id, start=span.start, end=span.start)
        yield Span(source_id=span.source_id, start=span.start, end=span.end - 12)
        yield Span(source_id=span.source_id, start=0, end=length)
        yield Span(source_id="nobody's", start=span.start, end=span.end)

    yield from each_span(true.card, alter)


def markup(true: TrueCard) -> Iterator[Snippet]:
    def alter(text: str) -> Iterator[str]:
        yield from (form.format(text) for form in MARKUP)
        yield f'"{text}"'
        yield text.replace(" ", ", ", 1)

    yield from each_text(true.card, alter)


SIGN = re.compile(r"[^\w\s]|_")


def a_sign_less(true: TrueCard) -> Iterator[Snippet]:
    """Every sign within a text left out: a minus, a "%", quotation marks."""

    def alter(text: str) -> Iterator[str]:
        for sign in SIGN.finditer(text.removesuffix("…").removesuffix(".")):
            rest = text[: sign.start()] + text[sign.end() :]
            yield " ".join(rest.split())
            yield " ".join((text[: sign.start()] + " " + text[sign.end() :]).split())

    yield from each_text(true.card, alter)


def a_sign_elsewhere(true: TrueCard) -> Iterator[Snippet]:
    """Every sign set before or behind another word."""

    def alter(text: str) -> Iterator[str]:
        for sign in SIGN.finditer(text.removesuffix("…")):
            words = (text[: sign.start()] + text[sign.end() :]).split()
            for place in {0, len(words) // 2, len(words) - 1}:
                for moved in (sign[0] + words[place], words[place] + sign[0]):
                    other = " ".join([*words[:place], moved, *words[place + 1 :]])
                    if other.removesuffix(".") != text.removesuffix("."):
                        yield other

    yield from each_text(true.card, alter)


def unseen_signs(true: TrueCard) -> Iterator[Snippet]:
    def alter(text: str) -> Iterator[str]:
        place = text.index(" ")
        yield from (text[:place] + sign + text[place + 1 :] for sign in UNSEEN)
        yield f" {text}"

    yield from each_text(true.card, alter)


def other_forms(true: TrueCard) -> Iterator[Snippet]:
    """Eighty-one characters; one sentence, or four; the same twice; the last one first."""
    card, told = true.card, true.card.sentences
    yield card.model_construct(**{**dict(card), "title": (card.title * 9)[:81]})
    yield card.model_copy(update={"sentences": told[:1]})
    yield card.model_copy(update={"sentences": [*told, *told][:4]})
    yield card.model_copy(update={"sentences": [told[0], told[0]]})
    yield card.model_copy(update={"sentences": [*told[:1], told[0], told[1]]})
    yield card.model_copy(update={"title": told[0].text[:80]})
    swapped = [told[0].model_copy(update={"citations": told[1].citations}), *told[1:]]
    yield card.model_copy(update={"sentences": swapped})


ALTERATIONS: tuple[Alter, ...] = (
    other_numbers, other_names, a_word_less, a_word_more, a_sign_less, a_sign_elsewhere,
    spans_elsewhere, markup, unseen_signs, other_forms,
)  # fmt: skip


def test_every_true_card_passes() -> None:
    assert [judge_card(true.card, true.ground) for true in true_cards()] == [None] * 22


def test_every_number_and_name_of_a_card_stands_in_its_span() -> None:
    for true in true_cards():
        title = Sentence(text=true.card.title, citations=true.card.title_citations)
        for told in [title, *true.card.sentences]:
            cited = " ".join(true.ground.read(span) for span in told.citations)
            assert " ".join(cited.split()) == told.text
            assert not missing_numbers(told.text, cited)
            assert not missing_names(told.text, cited)


STORY = st.builds(
    lambda title, paragraphs: Source(
        id=title, title=title, text="\n\n".join([title, *map(" ".join, paragraphs)])
    ),
    st.sampled_from(
        ["The mill at Corran", "MILLS", "In 1761 the river Corran moved east.", "Why?",
         "A mill burned - The Corran Times", "The mill burned in 1740, and nobody has ever rebuilt "
         "what was left of it, although many said so"]
    ),
    st.lists(st.lists(SENTENCE, max_size=5), max_size=3),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(STORY, min_size=1, max_size=3, unique_by=lambda source: source.id))
def test_the_embedded_writers_cards_always_pass(sources: list[Source]) -> None:
    try:
        card = write_snippet(sources, SnippetParameters())
    except TooLittleText:
        return
    assert judge_card(card, Ground({source.id: source for source in sources}, "mills")) is None


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_no_altered_card_passes(alter: Alter) -> None:
    """Of eight cards, and of all the numbers, names and signs of all of them."""
    of_all = (other_numbers, other_names, a_sign_less)
    some = true_cards() if alter in of_all else true_cards()[::3]
    tried, passed = 0, []
    for true in some:
        for card in alter(true):
            tried += 1
            if judge_card(card, true.ground) is None:
                passed.append(card)
    assert tried >= 40
    assert passed == []


def judge_one(text: str, source_text: str, cited: str, title: str = "The mill") -> str | None:
    """What the gate says of one sentence that cites some words of a text."""
    body = f"{title}\n\n{source_text}"
    start = body.index(cited)
    span = Span(source_id="a", start=start, end=start + len(cited))
    ground = Ground({"a": Source(id="a", title=title, text=body)}, title)
    return judge_teaser([Sentence(text=text, citations=[span])], ground)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("The mill did not burn in 1740.", True),
        ("The mill did burn in 1740.", False),
        ("The mill burned in 1740.", False),
        ("The mill did not burn in 1740", True),
        ("The mill did not burn.", False),
        ("The Mill did not burn in 1740.", False),
        ("The mill, did not burn in 1740.", False),
        ("The mill did not burn in 1740?", False),
        ("“The mill did not burn in 1740.”", False),
        ("(The mill did not burn in 1740.)", False),
    ],
)
def test_a_sentence_is_its_sources(text: str, passes: bool) -> None:
    said = "The mill did not burn in 1740."
    assert (judge_one(text, f"{said} It burned later.", said) is None) == passes


@pytest.mark.parametrize(
    ("said", "untrue"),
    [
        ("Frost fell to \u22125 degrees.", "Frost fell to 5 degrees."),
        ("Frost fell to -5 degrees.", "Frost fell to 5 degrees."),
        ("Output fell by 3.5% in May.", "Output fell by 3.5 in May."),
        ("Frost fell by 3% to 20 tonnes.", "Frost fell by 3 to 20% tonnes."),
        ("Coal costs $4 and €7 a share.", "Coal costs €4 and $7 a share."),
        ("Coal costs $4 a share.", "Coal costs 4 a share."),
        ("Snow was ±3 metres and <5 metres.", "Snow was 3 metres and 5 metres."),
        ("Leith won by 3 - 1 on Sunday.", "Leith won by 3 1 on Sunday."),
        ('The "rescue" of it was planned.', "The rescue of it was planned."),
        ("Mills lie, said the owner.", "Mills lie said, the owner."),
        ("Trade with Turkey (not Greece) grew.", "Trade with Turkey not (Greece) grew."),
        ("Therefore \u22125 degrees were measured.", "5 degrees were measured."),
        ("TOKYO (Kyodo) -- \u22125 degrees were measured.", "5 degrees were measured."),
    ],
)
def test_no_sign_is_dropped_or_moved(said: str, untrue: str) -> None:
    assert judge_one(said, f"{said} It burned later.", said, "X") is None
    assert judge_one(untrue, f"{said} It burned later.", said, "X") is not None
    if said.endswith(untrue):  # a span that begins behind the sign
        assert judge_one(untrue, f"{said} It burned later.", untrue, "X") is not None


@pytest.mark.parametrize(
    ("said", "told", "passes"),
    [
        ("Therefore, the mill burned.", "The mill burned.", True),
        ("LISBON (Reuters) - The mill burned.", "The mill burned.", True),
        ("TOKYO, Nov. 21 (Kyodo) -- The mill burned.", "The mill burned.", True),
        ("TOKYO, Nov. 21 (Kyodo) -- The mill burned.", "Nov. 21 (Kyodo) -- The mill burned.",
         False),
        ("NATO - The mill burned.", "The mill burned.", False),
        ("PARODY (Satire) - The mill burned.", "The mill burned.", False),
        ("However, the mill burned.", "The mill burned.", False),
    ],
)  # fmt: skip
def test_what_may_be_left_out_in_front(said: str, told: str, passes: bool) -> None:
    for cited in {said, told} if "(" in said and passes else {said}:
        assert (judge_one(told, f"{said} It burned later.", cited) is None) == passes


@pytest.mark.parametrize(
    ("given", "shown", "cited"),
    [
        ("It falls to \u22125 degrees in the valley", "It falls to 5 degrees in the valley", None),
        ("It falls to \u22125 degrees", "5 degrees", "5 degrees"),
        ("Shares fall 10% after warning", "Shares fall 10 after warning", None),
        ("Shares fall 10% after warning", "Shares fall 10", "Shares fall 10"),
        ("Shares fall 3.5 points", "Shares fall 3", "Shares fall 3"),
        ('Minister denies "torture" in camp', "Minister denies torture in camp", None),
        ("Is the mill burning?", "Is the mill burning", "Is the mill burning"),
        ("President dies in new film", "President dies", "President dies"),
        ("False rumour of a fire in the mill", "fire in the mill", "fire in the mill"),
    ],
)  # fmt: skip
def test_a_title_keeps_its_signs(given: str, shown: str, cited: str | None) -> None:
    body = f"{given}\n\nThe mill burned."
    ground = Ground({"a": Source(id="a", title=given, text=body)}, given)
    start = body.index(cited or given)
    span = Span(source_id="a", start=start, end=start + len(cited or given))
    whole = Span(source_id="a", start=0, end=len(given))
    assert judge_title(given, [whole], ground) is None
    assert judge_title(shown, [span], ground) is not None


def test_a_pronoun_is_not_left_hanging() -> None:
    said = "It burned later, in the spring of 1761."
    assert judge_one(said, f"The mill did not burn in 1740. {said}", said) is not None
