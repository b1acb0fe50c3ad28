# ruff: noqa: RUF001 - the signs are the subject here
"""Text for the eye to text for the ear."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.aims.speech.normalise import spell_out

SPOKEN = [
    ("in 1819", "in eighteen nineteen"),
    ("from 2001-2003", "from two thousand one to two thousand three"),
    ("1914–18", "nineteen fourteen to eighteen"),
    ("the 1990s and the '90s", "the nineteen nineties and the nineties"),
    ("in 1905, 2000 and 2019", "in nineteen oh five, two thousand and twenty nineteen"),
    ("By 1066 it", "By ten sixty-six it"),
    ("1500 people in 1500", "one thousand five hundred people in fifteen hundred"),
    ("1500+ members", "more than one thousand five hundred members"),
    ("open 24/7", "open twenty-four seven"),
    ("1.5 GB of RAM", "one point five gigabytes of RAM"),
    ("$1.5 billion", "one point five billion dollars"),
    ("$5–$10 million", "five to ten million dollars"),
    ("$12.50 and $0.99", "twelve dollars and fifty cents and ninety-nine cents"),
    ("a $5 bill", "a five dollar bill"),
    ("£3bn, €2.5m, US$5", "three billion pounds, two point five million euros, five U.S dollars"),
    ("39%", "thirty-nine percent"),
    ("2–3% of 28.5°C", "two to three percent of twenty-eight point five degrees Celsius"),
    ("-5 °C", "minus five degrees Celsius"),
    ("1 km at 60 km/h", "one kilometer at sixty kilometers per hour"),
    ("10 m² deep", "ten square meters deep"),
    ("51.5° N", "fifty-one point five degrees north"),
    ("at 6:30 a.m. and 18:45", "at six thirty A.M and eighteen forty-five"),
    ("He left at 5 p.m. The end.", "He left at five P.M. The end."),
    ("7am-9pm", "seven A.M to nine P.M"),
    ("On October 1, 1847, she", "On October first, eighteen forty-seven, she"),
    ("5 March 2024", "the fifth of March, twenty twenty-four"),
    ("2024-03-05", "March fifth, twenty twenty-four"),
    ("5-6 May", "the fifth to the sixth of May"),
    ("0.25 and .5", "zero point two five and point five"),
    ("12,400 or 1 000 000", "twelve thousand four hundred or one million"),
    ("3/4 cup, 2½ hours", "three quarters cup, two and a half hours"),
    ("8/10 of them", "eight out of ten of them"),
    ("the 21st, the 3rd", "the twenty-first, the third"),
    ("7-2, 16:9", "seven to two, sixteen to nine"),
    ("No. 7 and #5", "number seven and number five"),
    ("Louis XIV and Elizabeth I", "Louis the fourteenth and Elizabeth the first"),
    ("World War II, Chapter IV", "World War two, Chapter four"),
    ("Malcolm X spoke", "Malcolm X spoke"),
    ("Dr. Smith of St. John St. slept", "Doctor Smith of Saint John Street slept"),
    ("fish, e.g. cod, etc.", "fish, for example cod, et cetera."),
    ("the U.S. Army in the U.S. He", "the U.S Army in the U.S. He"),
    ("J. K. Rowling", "J K Rowling"),
    ("NASA has a GPU", "NASA has a GPU"),
    ("CO2 and H2O", "C O two and H two O"),
    ("COVID-19, B-52, A380, MP3", "COVID nineteen, B fifty-two, A three eighty, M.P three"),
    ("version 2.0, v1.2.3", "version two point zero, version one point two point three"),
    ("https://www.example.org/tea", "example dot org slash tea"),
    ("info@example.org", "info at example dot org"),
    ("@nasa #space", "at nasa hashtag space"),
    ("R&D at AT&T", "R and D at A.T and T"),
    ("~50 × 3 = 150", "about fifty by three equals one hundred fifty"),
    ("and/or", "and or"),
    ("well-known – really", "well-known — really"),
    ("wait...what?!", "wait…what?"),
    ("“Yes,” he said (twice).", "Yes, he said, twice."),
    ("a fact.[12] More", "a fact. More"),
    ("THE WHOLE LINE SHOUTS", "The whole line shouts"),
    ("Москва 😀 café", "Moskva café"),
    ("x^2, C++, C#", "x squared, C plus plus, C sharp"),
    ("007", "zero zero seven"),
    ("call 555-1234", "call five five five, one two three four"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "spoken"), SPOKEN)
def test_it_is_said_as_a_person_would(written: str, spoken: str) -> None:
    assert spell_out(written) == spoken


WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "river",
            "keeper's",
            "well-known",
            "lamp",
            "saw",
            "a",
            "stranger",
            "under",
            "tall",
            "trees",
        ]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@given(WORDS)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert spell_out(text) == text
    assert spell_out(spell_out(text)) == spell_out(text)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80))
def test_whatever_comes_only_words_and_pauses_go_on(text: str) -> None:
    spoken = spell_out(text)
    assert not re.search(r"\d", spoken)
    assert not re.search(r"[^\w\s'.,;:!?…—-]", spoken)


PIECES = st.sampled_from(
    [
        "1,500",
        "2019",
        "$3",
        "7%",
        "4:30",
        "12/5",
        "3-4",
        "v2.1",
        "B-52",
        "5km",
        "10°",
        "1990s",
        "#3",
        "a@b.org",
        "&",
        "+",
        "(x)",
        "[2]",
        "3rd",
        ".5",
        "«e»",
        "1/2",
        "99.5",
        "1e6",
        "H2O",
        "0",
        "€1.2bn",
        "5'",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(WORDS, PIECES), min_size=1, max_size=5))
def test_no_word_beside_a_figure_is_lost(pieces: list[tuple[str, str]]) -> None:
    written = " ".join(f"{words}, {figure}, so" for words, figure in pieces)
    said = iter(re.findall(r"[\w'-]+", spell_out(written)))
    for words, _ in pieces:
        for word in words.split():
            assert word in said, (word, written, spell_out(written))
