"""What a sentence needs before it may be lifted."""

import pytest

from agents.aims.text.grounded.document import read_document
from agents.aims.text.grounded.lexicon import GRIM
from agents.aims.text.grounded.traits import is_opener, read_traits
from tests.agents.aims.text.material import source


@pytest.mark.parametrize(
    "text",
    [
        "It fell into the sea that night.",
        "They now supply 94 percent of the heat.",
        "This changed the way bridges were built.",
        "Her most important work came after the discoveries.",
        "Thus no later discovery was credited to others.",
        "However, the loudest objection came from the depot.",
        "Inside that building, six pumps take warmth from the sea.",
        "The rest comes from a boiler in the hills.",
        "Two of the six pumps tripped on the second night.",
        "Two years later the mill burned down.",
        "The operators brought them back within the hour.",
        "In the spring she sold the mill to a neighbour.",
        "Another engineer had warned of the danger.",
        '"Then I saw the date, and I understood."',
        "Nobody knew why.",
        "As the particles grew larger, the blue faded into white.",
        "Why, then, did printing not change those countries in the same way?",
        "In October 2011 the egg cases were empty and she was gone.",
    ],
)
def test_a_sentence_that_leans_on_another_opens_nothing(text: str) -> None:
    assert not is_opener(text)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour switched off the last of its oil boilers.",
        "Ilse Brandt discovered more comets than her teachers did.",
        "There are few places on earth as dry as the valley.",
        "Visitors remember a small woman who answered their letters.",
        "When the bridge opened in 1871, it was the longest in the north.",
        "As the Moon moves on along its orbit, the Earth turns under it.",
    ],
)
def test_a_sentence_that_stands_alone_opens(text: str) -> None:
    assert is_opener(text)


@pytest.mark.parametrize(
    "text",
    [
        "Click here to subscribe to our newsletter.",
        "See https://example.org for more.",
        "x = f(y) where y is small.",
        "Higher fees and longer queues.",
        "Copyright 2020 The Mill Company, all rights reserved.",
        'He said: "This never ends.',
        "As Figure 3 shows, the mill was small.",
        "2001 2002 2003 2004 2005 2006 2007 were good years.",
    ],
)
def test_debris_and_fragments_are_not_spoken(text: str) -> None:
    (traits, *_) = read_traits(read_document(source(text)))
    assert not traits.usable


def test_the_best_number_sentence_is_not_thrown_away() -> None:
    text = "In 2023 the county mended 1,204 of its 4,512 old bridges, up from just 988 in 2019."
    assert read_traits(read_document(source(text)))[0].usable


def test_a_bare_surname_needs_the_sentence_that_introduces_it() -> None:
    text = (
        "The mill was old. A young engineer named Marit Solheim found the plans. "
        "Nobody cared at all. Solheim took the drawings to the council."
    )
    traits = read_traits(read_document(source(text)))
    assert [own.needs for own in traits] == [None, None, None, 1]


@pytest.mark.parametrize(
    "text",
    [
        "All 75 people were killed.",
        "She died in 1962.",
        "A pandemic followed.",
        "Two victims remain.",
    ],
)
def test_death_and_harm_are_recognised(text: str) -> None:
    assert GRIM.search(text)


@pytest.mark.parametrize(
    "text", ["The mill closed early.", "Skilled men made it.", "The diet is new."]
)
def test_harmless_words_are_not(text: str) -> None:
    assert not GRIM.search(text)
