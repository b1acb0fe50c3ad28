"""A heading inside a sentence: what the text writes small is small; the text is not kept."""

import gc
import weakref

from agents.aims.text.grounded.headings import in_sentence

RIVER = "They walked along the river until it ended. "
NAMED = "They walked along the River until it ended. "


class Words(str):
    """A text that tells when nobody has it any more."""

    __slots__ = ("__weakref__",)


def test_a_word_is_small_where_the_text_writes_it_so() -> None:
    assert in_sentence("The River", RIVER) == "the river"
    assert in_sentence("The River", NAMED) == "the River"
    assert in_sentence("The River", RIVER) == "the river"


def test_the_texts_of_many_callers_are_not_held() -> None:
    held = []
    for number in range(40):
        told = f"On day {number} the lamp burned. The keeper climbed two hundred steps to trim it. "
        text = Words(told * 12)
        held.append(weakref.ref(text))
        in_sentence("The Lamp And The Keeper", text)
        del text
    gc.collect()
    assert not any(one() for one in held)
