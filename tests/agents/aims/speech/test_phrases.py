# ruff: noqa: RUF001 - the signs are the subject here
"""A line cut into phrases."""

from hypothesis import given
from hypothesis import strategies as st

from agents.aims.speech.embedded.phonemes import Phonemiser
from agents.aims.speech.embedded.phrases import LONGEST, cut, pause_after, phrases_of, sentences_of

WORDS = st.sampled_from(
    [
        "the",
        "keeper,",
        "and",
        "because",
        "lamp;",
        "which",
        "burned:",
        "so",
        "when",
        "—",
        "it",
        "rose",
    ]
)


def test_each_sentence_is_a_phrase_with_a_pause_to_breathe() -> None:
    phrases = phrases_of("The lamp went out at midnight. Nobody saw it happen.", str.lower)
    assert [phrase.phonemes for phrase in phrases] == [
        "the lamp went out at midnight.",
        "nobody saw it happen.",
    ]
    assert all(0.25 <= phrase.pause <= 0.4 for phrase in phrases)


def test_a_word_alone_is_spoken_with_its_neighbour() -> None:
    assert sentences_of("Why? Because it was cold that night.") == [
        "Why? Because it was cold that night."
    ]
    assert sentences_of("Why?") == ["Why?"]


def test_a_dotted_name_ends_no_sentence() -> None:
    assert len(sentences_of("The U.S Army and the U.N met in Geneva that spring.")) == 1


@given(st.lists(WORDS, min_size=60, max_size=200).map(" ".join))
def test_cutting_loses_no_word_and_leaves_nothing_too_long(sentence: str) -> None:
    pieces = cut(sentence)
    assert " ".join(pieces).split() == sentence.split()
    assert all(len(piece) <= LONGEST for piece in pieces)


def test_a_pause_inside_a_sentence_is_shorter_than_after_it() -> None:
    assert pause_after("and then") < pause_after("and then,") < pause_after("and then.")


def test_a_phonemiser_knows_what_the_dictionary_does_not() -> None:
    phonemise = Phonemiser()
    assert phonemise("Goethe's café") == "ɡˈɜɹTəz kæfˈA"
    assert phonemise("Zürich") == phonemise("Zurich")
    assert phonemise("… — …") == ""


def test_every_phoneme_of_ours_is_known_to_the_network() -> None:
    from agents.aims.speech.embedded.models import ModelFolder
    from agents.aims.speech.embedded.pronunciations import PRONUNCIATIONS
    from scripts.local import models

    assert models.main([]) == 0
    known = ModelFolder(models.models_dir()).vocabulary().keys()
    for word, phonemes in PRONUNCIATIONS.items():
        assert set(phonemes) <= known, word
