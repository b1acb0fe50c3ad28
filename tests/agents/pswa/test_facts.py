"""Lines that state a fact say what their source says, word for word."""

import pytest

from agents.aims.text.tasks import Line, Span
from agents.pswa.ground import Ground
from tests.agents.pswa.lines import check, fact, fates

BUILT = "The mill at Corran was built in 1740 by Thomas Averell."
TURNS = "The wheel currently turns for nearly nine hours a day, and the roof is in part of slate."
KILLED = "All 75 people in the village were killed because the gates were shut."
REBUILT = "They rebuilt the mill for $1.5 billion, but it never worked again."
OAK = "It is not made of oak."


def test_a_sentence_as_it_stands_is_kept(ground: Ground) -> None:
    assert fates(ground, fact(BUILT)) == ["kept"]


def test_several_sentences_in_one_line_are_kept(ground: Ground) -> None:
    assert fates(ground, fact(f"{BUILT} {OAK}")) == ["kept"]


@pytest.mark.parametrize(
    "changed",
    [
        BUILT.replace("1740", "1741"),
        BUILT.replace("Thomas", "Henry"),
        BUILT.replace("Corran", "Colran"),
        BUILT.replace("built", "burned"),
        BUILT.replace("1740", "1740 and 1750"),
        "Averell " + BUILT,
        "Two mills at Corran were built in 1740 by Thomas Averell.",
    ],
)
def test_altered_words_give_way_to_the_source(ground: Ground, changed: str) -> None:
    checked = check(ground, fact(changed, BUILT))
    assert [v.fate for v in checked.verdicts] == ["replaced"]
    assert checked.lines[0].text == BUILT


@pytest.mark.parametrize(
    ("quote", "gone"),
    [
        (TURNS, "currently "), (TURNS, "nearly "), (TURNS, "in part "), (TURNS, "the roof is "),
        (REBUILT, "never "), (KILLED, "in the village "), (KILLED, "75 "),
        ("The council restored its grant, in part.", ", in part"),
    ],
)  # fmt: skip
def test_nothing_that_means_anything_may_be_left_out(ground: Ground, quote: str, gone: str) -> None:
    verdict = check(ground, fact(BUILT), fact(quote.replace(gone, ""), quote)).verdicts[1]
    assert verdict.fate != "kept"
    assert verdict.reason


def test_a_dropped_not_is_caught_though_numbers_and_names_agree(ground: Ground) -> None:
    checked = check(ground, fact(BUILT), fact("It is made of oak.", OAK))
    assert [v.fate for v in checked.verdicts] == ["kept", "replaced"]
    assert checked.lines[1].text == OAK


def test_a_citation_cut_short_answers_for_the_whole_sentence(ground: Ground) -> None:
    half = "The wheel currently turns for nearly nine hours a day"
    assert fates(ground, fact(f"{half}.", half)) == ["replaced"]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("No flood ever reached it.", "Thus no flood ever reached it."),
        ("The river kept flowing.", "The river, however, kept flowing [12]."),
        ("According to “The mill at Corran”, the mill at Corran was built in 1740 by Thomas "
         "Averell.", BUILT),
    ],
)  # fmt: skip
def test_what_may_be_left_out_or_added(ground: Ground, text: str, quote: str) -> None:
    assert fates(ground, fact(text, quote)) == ["kept"]


def test_an_attribution_to_another_source_is_not_grounded(ground: Ground) -> None:
    text = "According to “The Times”, the mill at Corran was built in 1740 by Thomas Averell."
    assert fates(ground, fact(text, BUILT)) == ["replaced"]


def test_two_hosts_may_share_a_sentence(ground: Ground) -> None:
    first = fact("All 75 people in the village were killed.", KILLED)
    second = fact("Because the gates were shut.", KILLED)
    assert fates(ground, first, second) == ["kept", "kept"]


def test_half_of_a_shared_sentence_alone_is_made_whole(ground: Ground) -> None:
    checked = check(ground, fact("All 75 people in the village were killed.", KILLED))
    assert checked.lines[0].text == KILLED


@pytest.mark.parametrize(
    ("quote", "first", "second"),
    [
        ("He said that the gate was shut because the key was lost.",
         "He said that the gate was shut.", "Because the key was lost."),
        ("The baker did not leave because the bread was ready.",
         "The baker did not leave.", "Because the bread was ready."),
        (REBUILT, "They rebuilt the mill.", "For $1.5 billion, but it never worked again."),
    ],
)  # fmt: skip
def test_a_cut_that_changes_the_meaning_is_refused(
    ground: Ground, quote: str, first: str, second: str
) -> None:
    told = fact(TEXT_BEFORE)
    fate = fates(ground, told, fact(first, quote), fact(second, quote))
    assert "kept" not in fate[1:]


TEXT_BEFORE = "The council restored its grant, in part."


def test_a_pronoun_without_its_sentence_before_is_dropped(ground: Ground) -> None:
    assert fates(ground, fact(OAK)) == ["dropped"]
    assert fates(ground, fact(BUILT), fact(OAK)) == ["kept", "kept"]


def test_a_pronoun_may_lean_on_an_earlier_part(ground: Ground) -> None:
    from agents.aims.text.tasks import Part
    from agents.pswa.gate import check_part

    part = Part(heading="", lines=[fact(OAK)])
    assert check_part(part, ground, [fact(BUILT)]).verdicts[0].fate == "kept"


@pytest.mark.parametrize("span", [(0, 5000), (5, 5), (-1, 4)])
def test_a_span_outside_its_source_carries_nothing(ground: Ground, span: tuple[int, int]) -> None:
    cited = Span.model_construct(source_id="a", start=span[0], end=span[1])
    line = Line.model_construct(speaker="host_a", kind="fact", text=BUILT, citations=[cited])
    assert fates(ground, line) == ["dropped"]


def test_a_fact_must_cite(ground: Ground) -> None:
    assert fates(ground, Line(speaker="host_a", kind="fact", text=BUILT)) == ["dropped"]


def test_a_citation_of_another_source_carries_nothing(ground: Ground) -> None:
    cited = Span(source_id="b", start=0, end=10)
    line = Line(speaker="host_a", kind="fact", text=BUILT, citations=[cited])
    assert fates(ground, line) == ["dropped"]


def test_a_part_without_one_standing_fact_has_failed(ground: Ground) -> None:
    assert check(ground, fact(BUILT.replace("1740", "1741"), BUILT)).failed
    assert not check(ground, fact(BUILT), fact(BUILT.replace("1740", "1741"), BUILT)).failed
