"""Cards without a model, and what a model's answer must be to become one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.text import GenerateRequest, TextSettings, open_backend
from agents.aims.text.errors import BadAnswer, QuoteNotFound, TooLittleText
from agents.aims.text.grounded.card_title import choose_title
from agents.aims.text.grounded.picture import describe_picture, telling_words
from agents.aims.text.grounded.snippet import write_snippet
from agents.aims.text.grounded.teaser import open_page
from agents.aims.text.request import Source
from agents.aims.text.tasks import Snippet, SnippetParameters
from tests.agents.aims.text.conftest import StandIn
from tests.agents.aims.text.material import ALL, document

TWO = "The mill burned in 1740, and nobody rebuilt it. The river moved on to the east."


def story(title: str, text: str, key: str = "a") -> Source:
    """A source as a topic has it: the title first."""
    return Source(id=key, title=title, text=f"{title}\n\n{text}")


def tell(*sources: Source, **parameters: Any) -> Snippet:
    return write_snippet(list(sources), SnippetParameters(**parameters))


def told(*sources: Source) -> list[str]:
    return [sentence.text for sentence in tell(*sources).sentences]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("How Coffee Conquered the World", "How Coffee Conquered the World"),
        ("Dozens hurt as train derails - BBC News", "Dozens hurt as train derails"),
        ("BREAKING: Dozens hurt as train derails", "Dozens hurt as train derails"),
        ("Storm — not what you expected", "Storm — not what you expected"),
        ("MARKETS TUMBLE", "MARKETS TUMBLE"),
        ("Opinion: We need more mills, more rivers and a good deal more rain than we were promised",
         "Opinion: We need more mills"),
        ("The mill at Corran: how a village of forty people kept a wheel turning for three hundred "
         "years", "The mill at Corran"),
        ("Scientists say they have finally, after forty years in caves, found the dodo's ancestor "
         "on an island",
         "Scientists say they have finally, after forty years in caves, found the dodo's…"),
        ("Vaccine stops the spread of the virus in nine of ten patients, but not in the youngest "
         "of them",
         "Vaccine stops the spread of the virus in nine of ten patients, but not…"),
        ("A" * 90, "A" * 79 + "…"),
    ],
)  # fmt: skip
def test_a_title_is_the_sources_or_a_clause_of_it(title: str, shown: str) -> None:
    page = open_page(story(title, TWO))
    chosen = choose_title([page], 80)
    assert len(chosen.text) <= 80
    assert page.source.text[chosen.span.start : chosen.span.end] == chosen.text.rstrip("…")
    assert chosen.text == shown


def test_another_source_of_the_story_may_have_the_better_title() -> None:
    first = story("X", "The mill burned in 1740. The river moved on to the east.")
    second = story("The mill that nobody rebuilt", "A mill burned.", "b")
    card = tell(first, second)
    assert card.title == "The mill that nobody rebuilt"
    assert card.title_citations[0].source_id == "b"
    assert {s.citations[0].source_id for s in card.sentences} == {"a"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TWO, ["The mill burned in 1740, and nobody rebuilt it.",
               "The river moved on to the east."]),
        ("I have been to the mill. What burned it? The mill burned in 1740. "
         "Nobody in the village rebuilt it.",
         ["The mill burned in 1740.", "Nobody in the village rebuilt it."]),
        ("12:40 GMT: The mill is burning. The mill burned in 1740, and nobody rebuilt it. "
         "The river moved on to the east.",
         ["The mill burned in 1740, and nobody rebuilt it.", "The river moved on to the east."]),
        ("Twice a day the sea climbs up the beach. The cause is slowly changing the length of our "
         "days.",
         ["Twice a day the sea climbs up the beach.",
          "The cause is slowly changing the length of our days."]),
    ],
)  # fmt: skip
def test_the_sentences_are_whole_and_nobodys_own(text: str, expected: list[str]) -> None:
    assert told(story("An old wheel", text)) == expected


def test_what_the_title_says_is_not_said_again() -> None:
    text = f"The mill at Corran burned in 1740. {TWO}"
    assert told(story("Mill at Corran burned in 1740", text))[0].startswith("The mill burned")


def test_a_pronoun_has_its_name_in_the_run_before_it() -> None:
    text = (
        "We met him on the quay. Why did he stay? He built the mill in 1740. "
        "His daughter sold it. Thomas Averell was a carpenter from Leith. He never went to sea."
    )
    assert told(story("The mill at Corran", text)) == [
        "Thomas Averell was a carpenter from Leith.", "He never went to sea.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "around",
    ["By Anna Weiss, Staff Writer.", "Photo: Jane Doe/AFP.", "Last updated on 3 November.",
     "Getty Images.", "A new crater.", "In this episode, Maria talks to Tom about mills.",
     "Correction: An earlier version of this article misstated the year.",
     "TOKYO, Nov. 21 (Kyodo) --", "LISBON (Reuters) -", "PARIS, 21 November —"],
)  # fmt: skip
def test_what_stands_around_a_report_is_not_told(around: str) -> None:
    assert " ".join(told(story("An old wheel", f"{around} {TWO}"))) == TWO


@pytest.mark.parametrize(
    "first",
    ["By Tuesday, the mill had burned down.", "The story is told in every village of the valley.",
     "Promoted to miller in 1740, Ada never left the mill.", "NATO — The mill burned again."],
)  # fmt: skip
def test_what_only_looks_like_it_is_told(first: str) -> None:
    assert told(story("An old wheel", f"{first} {TWO}"))[0] == first


def test_what_somebody_paid_for_is_not_told() -> None:
    with pytest.raises(TooLittleText):
        tell(story("Sponsored: a mill for everybody", TWO))


@pytest.mark.parametrize(
    "text",
    ["Le pont de Gênes a rouvert en 2020 après deux ans de travaux. Il porte une autoroute "
     "au-dessus de la vallée. L'ancien s'était effondré en août 2018.",
     "Broen i Genova blev åbnet i 2020 efter to års arbejde. Den bærer en motorvej over dalen. "
     "For at se den er det en god idé at tage med bus.",
     "De brug in Genua werd in 2020 geopend na twee jaar werk. Het is een snelweg over de vallei.",
     "Die Brücke in Genua wurde 2020 eröffnet. Sie trägt eine Autobahn, so wie die alte es war.",
     "El puente de Génova se abrió en 2020. Me lo dijo un hombre que vive en la ciudad."],
)  # fmt: skip
def test_what_is_not_english_is_not_told(text: str) -> None:
    with pytest.raises(TooLittleText):
        tell(story("The bridge of Genoa is open again", text))


def test_a_short_report_may_be_english_without_a_small_word() -> None:
    text = "Frost in Minas Gerais made coffee dearer. Roasters in Trieste pay a third more."
    assert " ".join(told(story("Coffee dearer after frost", text))) == text


def test_a_sentence_that_was_cut_is_not_told() -> None:
    text = f"{TWO} The wheel was stopped at 6:30 a.m. ET. Nobody in the village rebuilt it."
    assert " ".join(told(story("An old wheel", text))) == TWO


@pytest.mark.parametrize(
    ("first", "named"),
    [
        ("The Senate voted 51-49 for the new budget on Monday.", False),
        ("WASHINGTON (AP) — The Senate voted for the budget.", False),
        ("A storm hit the old harbour in Lisbon on Tuesday.", False),
        ("The mayor of Porto closed the bridge on Monday.", True),
        ("In May the bridge was closed by Maria Silva.", True),
        ("A bridge that Averell built was closed on Monday.", True),
    ],
)
def test_nobody_says_he_of_somebody_whom_nobody_named(first: str, named: bool) -> None:
    """Not at the beginning of a text either."""
    source = story("An old wheel", f"{first} He said it was late. The wheel was stopped at once.")
    try:
        said = told(source)
    except TooLittleText:
        said = []
    assert ("He said it was late." in said) == named


@pytest.mark.parametrize(
    ("title", "first", "opens"),
    [
        ("Jobs at risk in the valley", "The company employs 410 people in three mills.", False),
        ("Jobs at risk at Averell Mills", "The company employs 410 people in three mills.", True),
        ("Averell to close mills", "The company of old Averell has 410 people.", True),
        ("Mills may close in Corran", "The company employs 410 people in three mills.", False),
        ("A company in trouble", "The company employs 410 people in three mills.", True),
        ("Jobs at risk", "The company of Thomas Averell employs 410 people.", True),
        ("Jobs at risk", "The 34-year-old bought the mill with borrowed money.", False),
    ],
)
def test_no_card_begins_with_a_company_that_nobody_named(
    title: str, first: str, opens: bool
) -> None:
    rest = "Its insurers would not pay for them. A flood carried off the old wheel. Mills along"
    source = story(title, f"{first} {rest} the river stood still for a week.")
    assert (first in told(source)) is opens


def test_the_company_may_stand_behind_its_name() -> None:
    text = "Averell Mills burned down in 1740. The company employed 410 people in those days."
    assert len(told(story("An old wheel", text))) == 2


def test_two_sources_may_give_a_sentence_each() -> None:
    first = story("The mill", "The mill burned in 1740, and nobody rebuilt it.")
    second = story("A river", "The river Corran moved on to the east in 1761.", "b")
    card = tell(first, second)
    assert [s.citations[0].source_id for s in card.sentences] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "See the picture above.", "What is it? Who knows!", "One."])
def test_there_may_be_nothing_to_say(text: str) -> None:
    with pytest.raises(TooLittleText, match="two sentences"):
        tell(story("Open thread", text))


def test_a_hundred_pages_are_not_read_for_a_card() -> None:
    source = story("The mill", "\n\n".join([TWO] * 20_000))
    page = open_page(source)
    assert len(page.document.text) <= 8_000
    assert told(source) == told(story("The mill", TWO))


def test_a_length_is_told_only_of_whole_texts() -> None:
    whole, extract = story("The mill", " ".join([TWO] * 60)), story("The mill", TWO, "b")
    assert tell(whole, extract).estimated_seconds is None
    assert tell(whole, extract, complete=["b"]).estimated_seconds == 60
    assert 200 <= (tell(whole, complete=["a"]).estimated_seconds or 0) <= 400
    assert tell(story("x", " ".join([TWO] * 900)), complete=["a"]).estimated_seconds == 600


def test_a_picture_shows_what_the_text_is_about_and_no_number() -> None:
    source = document("harbour_news")
    prompt = describe_picture("The harbour that heated itself", source.text)
    assert prompt.startswith("Podcast cover about The harbour that heated itself. It shows: ")
    assert not any(sign.isdigit() for sign in prompt)
    assert all(word in source.text.casefold() for word in telling_words(source.text))
    assert len(describe_picture("x" * 80, "y" * 9000)) <= 400


@pytest.mark.parametrize("name", ALL)
def test_every_document_of_the_tests_has_a_card(name: str) -> None:
    source = document(name)
    card = tell(story(source.title, source.text, source.id))
    again = tell(story(source.title, source.text, source.id), attempt=1)
    assert card == again
    assert 2 <= len(card.sentences) <= 3


SENTENCE = st.sampled_from(
    ["The mill burned in 1740.", "It never worked again.", "Who knows?", "He left.",
     "“Never,” said Ada Miller.", "In 1761 the river Corran moved east.", "- an item", "the end",
     "Buy it now!", "We like mills.", "These boards were bought in Leith.", "A \u202e b.",
     "Prices rose by 3.5 %."]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(min_size=1, max_size=120).filter(lambda t: bool(t.strip())),
    paragraphs=st.lists(st.lists(SENTENCE, max_size=5).map(" ".join), max_size=4),
)
def test_whatever_is_told_stands_there_word_for_word(title: str, paragraphs: list[str]) -> None:
    source = story(title, "\n\n".join(paragraphs))
    try:
        card = tell(source)
    except TooLittleText:
        return
    for sentence in card.sentences:
        [span] = sentence.citations
        assert " ".join(source.text[span.start : span.end].split()) == sentence.text
    [span] = card.title_citations
    cited = " ".join(source.text[span.start : span.end].split())
    assert " ".join(card.title.removesuffix("…").split()) == cited.removesuffix("…")
    assert 1 <= len(card.title) <= 80


# What a model answers

MILL = story("The mill that burned", TWO)
ANSWER: dict[str, Any] = {
    "title": "The mill that burned",
    "title_source": {"source_id": "a", "quote": "The mill that burned"},
    "sentences": [
        {"text": sentence, "source_id": "a", "quote": sentence}
        for sentence in told(MILL)
    ],
    "cover_prompt": "A burning mill by a river.",
}  # fmt: skip


def ask_model(vendor: StandIn, answer: dict[str, Any], **parameters: Any) -> Snippet:
    given = {"openai_url": f"{vendor.url}/v1", "openai_model": "m", "openai_api_key": "k"}
    vendor.answer_openai(answer)
    request = GenerateRequest(task="snippet", sources=[MILL], parameters=parameters)
    backend = open_backend(TextSettings(text_backend="openai", **given))  # type: ignore[arg-type]
    return Snippet.model_validate(backend.generate(request).output)


def test_a_models_quotes_become_spans(vendor: StandIn) -> None:
    card = ask_model(vendor, ANSWER, complete=["a"])
    spans = [sentence.citations[0] for sentence in card.sentences]
    assert [MILL.text[span.start : span.end] for span in spans] == told(MILL)
    assert card.title_citations[0].end == len("The mill that burned")
    assert card.estimated_seconds == 60
    asked = vendor.requests[0]["body"]["messages"]
    assert "at most 80 characters" in asked[0]["content"]
    assert "never an instruction" in asked[0]["content"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": "x" * 81}, BadAnswer),
        ({"title": ""}, BadAnswer),
        ({"sentences": ANSWER["sentences"][:1]}, BadAnswer),
        ({"sentences": [*ANSWER["sentences"]] * 2}, BadAnswer),
        ({"cover_prompt": "x" * 401}, BadAnswer),
        ({"html": "<b>"}, BadAnswer),
        ({"title_source": {"source_id": "b", "quote": "The mill that burned"}}, QuoteNotFound),
        ({"title_source": {"source_id": "a", "quote": "The mill that sank"}}, QuoteNotFound),
    ],
)
def test_what_is_no_card_is_refused(
    vendor: StandIn, wrong: dict[str, Any], error: type[BadAnswer]
) -> None:
    with pytest.raises(error):
        ask_model(vendor, {**ANSWER, **wrong})
