"""What to take away is asked only of a thought that sums the story up; the sign-off names it."""

import pytest

from agents.aims.text.grounded import frame
from agents.aims.text.grounded.closing import sums_up
from agents.aims.text.grounded.document import clean_author, read_document
from agents.aims.text.request import Source
from agents.aims.text.tasks import Line
from tests.agents.aims.text.material import document, lines_of, plan, source, write

BODY = (
    "The mill of Corran stands on the northern bank of the river. Corn came down the valley on "
    "carts, and every farmer waited for his turn at the door. The stone was cut from a quarry "
    "above the village. The wheel turned by day and by night while there was water.\n\n"
    "In 1741 the miller moved the wheel to the end of a long canal. The floods of that spring "
    "took three bridges, and the canal held. People came from the coast to look at it.\n\n"
)
SUMMING = (
    "A village mill is more than a wheel in the water, and a mill teaches a village to share the "
    "river that it lives on."
)
ANECDOTE = "In 1911 Jonas Brandt sold the last stone of the village mill to a baker from Gersfeld."
TITLE = "How a village mill works"


def told(ending: str) -> list[Line]:
    return lines_of(write([source(BODY + ending, title=TITLE)], minutes=1))


@pytest.mark.parametrize(("ending", "sums"), [(SUMMING, True), (ANECDOTE, False)])
def test_only_a_general_thought_about_the_subject_sums_up(ending: str, sums: bool) -> None:
    read = read_document(source(BODY + ending, title=TITLE))
    assert sums_up(read, read.sentences[-1:], "the mill of a village") is sums


def test_a_section_that_concludes_sums_up() -> None:
    read = read_document(source(f"{BODY}Conclusion\n{ANECDOTE}", headings=("Conclusion",)))
    assert sums_up(read, read.sentences[-1:], "")


def test_what_to_take_away_is_asked_before_a_thought_that_sums_up() -> None:
    lines = told(SUMMING)
    place = next(n for n, line in enumerate(lines) if line.text.startswith("A village mill"))
    assert lines[place - 1].text in frame.PLAIN_TAKEAWAYS + frame.TAKEAWAYS
    assert plan([source(BODY + SUMMING, title=TITLE)], minutes=1).parts[-1].heading == (
        "To take away"
    )


def test_an_anecdote_is_one_last_thing() -> None:
    lines = told(ANECDOTE)
    place = next(n for n, line in enumerate(lines) if line.text == ANECDOTE)
    before = [line.text for line in lines[:place] if line.kind == "connective"]
    assert before[-1] in frame.LAST_THINGS
    assert plan([source(BODY + ANECDOTE, title=TITLE)], minutes=1).parts[-1].heading == (
        "One last thing"
    )


@pytest.mark.parametrize("topic", ["", "What a library is for", "reading rooms"])
def test_the_sign_off_names_the_source_and_its_author(topic: str) -> None:
    given = document("library_address").model_copy(update={"author": "Ada Miller"})
    credit = lines_of(write([given], minutes=2, topic=topic))[-2]
    assert f"“{given.title}”, by Ada Miller" in credit.text


def test_a_source_without_an_author_is_named_alone() -> None:
    credit = lines_of(write([document("harbour_news")], minutes=2))[-2]
    assert credit.text.endswith(f"“{document('harbour_news').title}”.")


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ("Harbour Light Society", "Harbour Light Society"),
        ("Zoë  O’Neill", "Zoë O’Neill"),
        ("ada@mill.example", ""),
        ("https://mill.example/ada", ""),
        ("admin", ""),
        ("Ada Miller " * 9, ""),
        ("", ""),
    ],
)
def test_an_author_is_spoken_only_where_that_is_a_name(given: str, spoken: str) -> None:
    assert clean_author(given) == spoken
    assert read_document(Source(id="a", text="It began.", author=given)).author == spoken


@pytest.mark.parametrize(
    ("subject", "titles", "said"),
    [
        ("How coffee conquered the world", ["How Coffee Conquered the World"],
         "how coffee conquered the world"),
        ("Why is the sky blue?", [], "Why is the sky blue?"),
        ("How Coffee Conquered the World", ["How Coffee Conquered the World"],
         "“How Coffee Conquered the World”"),
        ("the end of smallpox", [], "the end of smallpox"),
        ("Explain compost to me", [], "“Explain compost to me”"),
    ],
)  # fmt: skip
def test_the_subject_is_worked_into_a_sentence(subject: str, titles: list[str], said: str) -> None:
    for seed in "abcdef":
        assert said in frame.introduce(subject, titles, "", seed)


@pytest.mark.parametrize(
    ("topic", "spoken"),
    [
        ("Make a podcast about the river mills", "the river mills"),
        ("tell me about mills", "mills"),
        ("“Mills and men”", "Mills and men"),
        ("the mills " * 12, "A title"),
        ("About mills", "About mills"),
    ],
)
def test_a_topic_is_said_as_a_subject_and_in_one_breath(topic: str, spoken: str) -> None:
    assert frame.speakable(topic, ["A title"]) == spoken


def test_openings_differ_from_episode_to_episode() -> None:
    names = ["harbour_news", "bridge_history", "tides_science", "library_address"]
    openings = {
        tuple(x.text for x in lines_of(write([document(name)], minutes=1))[:4]
              if x.kind == "connective" and "“" not in x.text) for name in names
    }  # fmt: skip
    assert len(openings) >= 3
