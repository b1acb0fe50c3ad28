"""The ten ways in which an extractive dialogue went wrong before, each invited by a text."""

import pytest

from agents.aims.text.grounded.words import count_words
from agents.aims.text.tasks import Line
from tests.agents.aims.text.material import document, lines_of, plan, source, write

FILLER = (
    " The village of Corran lies on the northern shore of the estuary. A stone quay protects its "
    "harbour from the winter storms. The fishermen of the village sold their catch in the market "
    "of Gersfeld every Friday. A narrow road led over the hills, and carts needed four hours for "
    "the journey. The road was paved in 1902 with stone from a quarry above the village."
)


def tell(text: str, minutes: float = 1, headings: tuple[str, ...] = ()) -> list[Line]:
    return lines_of(write([source(text, title="Corran", headings=headings)], minutes=minutes))


def facts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines if line.kind == "fact"]


def test_1_pronouns_are_never_replaced() -> None:
    text = "Marit Solheim found the plans in a cellar. She took them home. It is a short walk."
    told = facts(tell(text + FILLER))
    assert not any(line.startswith("Marit Solheim is a short walk") for line in told)
    assert all(line in text + FILLER or line.rstrip(".") in text + FILLER for line in told)


def test_2_what_leans_on_a_heading_is_dropped_and_headings_are_spoken() -> None:
    text = "Corran is a village." + FILLER + "\n\nThe great storm\nIt flattened every house. "
    text += "The storm of 1911 took the quay and nine of the boats that lay behind it."
    lines = tell(text, 2, ("The great storm",))
    assert "It flattened every house." not in facts(lines)
    place = next(n for n, x in enumerate(lines) if x.text.startswith("The storm of 1911"))
    assert "storm" in " ".join(
        x.text.casefold() for x in lines[:place] if x.kind == "connective"
    ) or (lines[place - 1].text.startswith("So, “Corran”"))


@pytest.mark.parametrize("word", ["not", "currently", "nearly", "in part", "partly", "never"])
def test_3_and_4_no_negation_and_no_adverb_is_dropped(word: str) -> None:
    sentence = f"The harbour is {word} open to ships of the northern fleet."
    told = " ".join(facts(tell(sentence + FILLER)))
    assert "is open to ships" not in told
    assert sentence in told


def test_5_nobody_reacts_lightly_to_death() -> None:
    text = "In 1911 the quay fell. All 75 people on it were killed at once. The boats sank too. "
    text += "The youngest victim was four years old. The bodies were never found. "
    lines = tell(text + FILLER)
    place = next(n for n, line in enumerate(lines) if "were killed" in line.text)
    after = [line.text for line in lines[place + 1 : place + 4] if line.kind == "connective"]
    light = ("75 people?", "Good to know.", "Got it.", "Interesting.", "Right.", "Noted.", "Mm-hm.")
    assert not set(after) & set(light)


def test_6_connective_lines_claim_nothing_about_the_conversation() -> None:
    for name in ("harbour_news", "tides_science", "library_address"):
        said = " ".join(x.text for x in lines_of(write([document(name)])) if x.kind != "fact")
        for claim in ("mentioned", "as we said", "earlier", "smooth", "I remember", "of course"):
            assert claim not in said


def test_7_transitions_are_made_of_headings_only() -> None:
    text = "KDE Plasma was ported to Corran OS in 1998." + FILLER * 2
    said = " ".join(line.text for line in tell(text, 2) if line.kind == "connective")
    assert "KDE" not in said
    assert "Plasma" not in said


@pytest.mark.parametrize(
    "sentence",
    [
        "The council said that the quay fell because the piers had rusted away.",
        "The man who left because his roof leaked never came back to Corran.",
        "The quay - and the piers fell because nobody paid - was never rebuilt.",
        "The quay was not closed because the mayor disliked it.",
    ],
)
def test_8_no_bad_clause_split(sentence: str) -> None:
    told = facts(tell(sentence + FILLER))
    assert not any(line.startswith("Because") for line in told)
    assert sentence in told


def test_9_the_sentence_full_of_numbers_is_told() -> None:
    sentence = "In 1911 the quay carried 1,204 of the 4,512 tons of stone landed that year."
    assert sentence in facts(tell(sentence + FILLER))


def test_10_too_little_is_said_to_be_too_little_and_never_padded() -> None:
    outline = plan([source("Corran is a village on the shore." + FILLER)], minutes=5)
    assert outline.shortened
    told = facts(tell("Corran is a village on the shore." + FILLER, 5))
    assert len(set(told)) == len(told)


def test_10_formula_fragments_are_not_spoken() -> None:
    text = "The area is x = 4 * r^2 for each pier. Let f(x) = {y : y > 0} be given."
    told = " ".join(facts(tell(text + FILLER)))
    assert "=" not in told


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("In addition to the quay, the village has a mill.", "To the quay"),
        ("Where do the boats lie? They lie behind the quay.", "?."),
        ('The mayor said: "We shall rebuild it.', "rebuild it"),
        ("FSF FSF, 12, 14, 19 GNU GNU, 3.", "FSF"),
    ],
)
def test_also(text: str, never: str) -> None:
    assert never not in " ".join(line.text for line in tell(f"{text}\n\n{FILLER.strip()}"))


def test_the_length_asked_is_the_length_made() -> None:
    lines = lines_of(write([document("harbour_news")], minutes=3))
    assert 440 <= sum(count_words(line.text) for line in lines) <= 600
