"""Whatever is changed in a grounded line, the gate sees it: numbers, names, any word at all."""

import re
from collections.abc import Iterator

import pytest

from agents.aims.text.tasks import Line, Part
from agents.pswa.evidence import tokenise
from agents.pswa.gate import check_part
from agents.pswa.ground import Ground
from tests.agents.aims.text.material import ALL, document, write

MAY_GO = {"thus", "therefore", "however", "and", "as a result", "moreover"}


def whole_sentences(name: str) -> tuple[Ground, list[Line]]:
    """The facts of an episode that tell their sentence in one piece."""
    source = document(name)
    ground = Ground({source.id: source})
    lines = [x for part in write([source], minutes=3) for x in part.lines if x.kind == "fact"]
    return ground, [line for line in lines if alone(line, ground)]


def alone(line: Line, ground: Ground) -> bool:
    told = " ".join(sentence.text for sentence in ground.sentences(line.citations[0]))
    return line.text == told


def survives(line: Line, text: str, ground: Ground) -> bool:
    altered = line.model_copy(update={"text": text})
    return check_part(Part(heading="", lines=[altered]), ground).verdicts[0].fate == "kept"


def with_other_numbers(text: str) -> Iterator[str]:
    for token in tokenise(text):
        if token.number:
            other = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), token.text)
            other = "sixty" if other == token.text else other
            yield text[: token.start] + other + text[token.end :]


def with_other_names(text: str) -> Iterator[str]:
    for token in tokenise(text):
        if token.capital:
            yield text[: token.start] + token.text[0] + "arlo" + text[token.end :]


def with_a_word_less(text: str) -> Iterator[str]:
    for token in tokenise(text):
        rest = text[: token.start] + text[token.end :].lstrip()
        if token.text.casefold() not in MAY_GO and rest.strip(' .,?!"”“’'):
            yield rest


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("alter", [with_other_numbers, with_other_names, with_a_word_less])
def test_every_alteration_is_caught(name: str, alter: object) -> None:
    assert callable(alter)
    ground, lines = whole_sentences(name)
    tried = [(line, text) for line in lines for text in alter(line.text)]
    missed = [text for line, text in tried if survives(line, text, ground)]
    assert len(tried) > 10
    assert missed == []
