"""What is newer, more widely told, newer to readers and liked is worth more; shares are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tda.categories import categorise, lexicon
from agents.tda.material import Material
from agents.tda.order import Interests
from agents.tda.scoring import choose, rate
from agents.tda.story import Standing, Story, arrange

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURS = st.floats(0, 2000)
CATEGORIES = sorted(lexicon().names)


def story(
    hours: float | None = 5, publishers: int = 1, novelty: float = 1.0, usable: int = 6,
    category: str = "world", name: str = "a",
) -> Story:  # fmt: skip
    seen = None if hours is None else NOW - timedelta(hours=hours)
    texts = tuple(
        Material(f"{name}{n}", "feed", "A title", "Text.", f"{name} paper {n}", seen_at=seen,
                 usable=usable)
        for n in range(publishers)
    )  # fmt: skip
    return Story(texts, category=category, novelty=novelty)


def worth(one: Story, **liked: float) -> float:
    return rate(one, Interests(liked=liked), NOW).worth


@given(HOURS, HOURS)
def test_newer_is_never_worth_less(a: float, b: float) -> None:
    assert (worth(story(min(a, b))) >= worth(story(max(a, b)))) is True


@given(st.integers(1, 9), st.integers(1, 9))
def test_told_more_widely_is_never_worth_less(a: int, b: int) -> None:
    assert worth(story(publishers=max(a, b))) >= worth(story(publishers=min(a, b)))


@given(st.floats(0, 1), st.floats(0, 1))
def test_newer_to_readers_is_never_worth_less(a: float, b: float) -> None:
    assert worth(story(novelty=max(a, b))) >= worth(story(novelty=min(a, b)))


@given(st.floats(0, 1), st.floats(0, 1))
def test_liked_more_is_never_worth_less(a: float, b: float) -> None:
    assert worth(story(), world=max(a, b)) >= worth(story(), world=min(a, b))


def test_a_date_ahead_is_as_new_as_now_and_no_date_ages_nothing() -> None:
    assert worth(story(-50)) == worth(story(0))
    assert worth(story(None)) == worth(story(36))


STORIES = st.lists(
    st.tuples(HOURS, st.integers(1, 3), st.sampled_from(CATEGORIES), st.integers(0, 3)),
    max_size=30,
)


@given(STORIES, st.integers(1, 20), st.lists(st.sampled_from(CATEGORIES), max_size=4))
def test_muted_is_never_chosen_and_a_page_is_filled_if_it_can_be(
    made: list[tuple[float, int, str, int]], limit: int, muted: list[str]
) -> None:
    stories = [
        rate(story(hours, n, category=category, name=f"{k}-{paper}-"), Interests(), NOW)
        for k, (hours, n, category, paper) in enumerate(made)
    ]
    chosen = choose(stories, limit, muted, 0.34, 0.34)
    allowed = [one for one in stories if one.category not in muted]
    assert len(chosen) == min(limit, len(allowed))
    assert not {one.category for one in chosen} & set(muted)
    assert len({one.head.identity for one in chosen}) == len(chosen)
    assert chosen == sorted(chosen, key=lambda one: (-one.worth, one.head.identity))


def test_one_publisher_or_category_does_not_take_the_page() -> None:
    loud = [
        rate(Story((Material(f"l{n}", "feed", "T", "X.", "Loud", seen_at=NOW),)), Interests(), NOW)
        for n in range(20)
    ]
    quiet = [
        rate(story(40, category=CATEGORIES[n], name=f"q{n}"), Interests(), NOW) for n in range(10)
    ]
    chosen = choose([*loud, *quiet], 12, [], 0.34, 0.34)
    assert sum(one.head.publisher == "Loud" for one in chosen) == 5
    assert len(choose(loud, 12, [], 0.34, 0.34)) == 12


def test_of_one_publisher_one_text_is_kept_and_the_fullest_leads() -> None:
    texts = [
        Material("a", "feed", "A", "x", "P", usable=2, seen_at=NOW),
        Material("b", "feed", "B", "x", "P", usable=5, seen_at=NOW),
        Material("c", "feed", "C", "x", "Q", usable=5, seen_at=NOW - timedelta(hours=1)),
    ]
    assert [one.identity for one in arrange(texts)] == ["c", "b"]


def test_publishers_that_stood_already_count() -> None:
    from uuid import uuid4

    topic = Standing(uuid4(), (), publishers=frozenset({"x", "y"}))
    one = story()
    assert Story(one.texts, topic).publishers == 3


def test_a_category_is_what_the_source_says_else_what_most_words_say() -> None:
    def of(title: str, text: str = "", tags: tuple[str, ...] = (), own: str | None = None) -> str:
        return categorise(Material("x", "feed", title, text, "P", tags=tags, category=own))

    assert of("A title", own="music") == "music"
    assert of("A title", own="nonsense") == "world"
    assert of("A title", tags=("Space",)) == "space"
    late = "Arsenal strike late to beat Chelsea", "The stars of the match scored."
    assert of(*late, ("NBA", "Europe")) == of(*late, ("Football news",)) == "sport"
    assert of("Parliament elects a president", tags=("Sports",)) == "sport"
    assert of("Lakers hire a software company", tags=("Business",)) == "economics"
    assert of(*late) == "sport"
    assert of("Stars strike: a match made in heaven") == "world"
    assert of("Astronomers see a galaxy through a new telescope") == "space"
    assert of("Two goals in the football final") == "sport"
    assert of("Something happened") == "world"


SPORT = (
    ("Arsenal beat Chelsea 2-1 with late strike", "Saka scored in the 89th minute on Saturday."),
    ("Lakers edge Nuggets 112-109 in overtime", "Denver had led by 14 at half-time."),
    ("Sinner storms past Fritz to reach semi-finals", "The Italian needed 71 minutes: 6-2, 6-3."),
    ("Root's unbeaten 138 rescues England", "They lost two early wickets in Brisbane."),
    ("Bayern go five clear after Kane hat-trick", "Kane scored three in 22 minutes in Freiburg."),
)
OTHERS = (
    ("Government beats back vote of no confidence 289-264", "It was close on Wednesday night."),
    ("Coach crashes near Verona, two dead", "A coach with 41 tourists hit a lorry."),
    ("A team finds a frog that plays dead", "Biologists watched the frogs for two seasons."),
    ("Chipmaker scores big win with cloud order", "The company beat forecasts, and shares rose."),
    ("Mayor wins second term in Marseille", "He beat his challenger in the closest race."),
    ("Central bank misses its goal for the fifth year", "Rates are at 2-3 percent."),
)


@pytest.mark.parametrize(("told", "is_sport"), [(SPORT, True), (OTHERS, False)])
def test_sport_is_known_by_its_words_and_not_by_those_it_shares(
    told: tuple[tuple[str, str], ...], is_sport: bool
) -> None:
    found = {title: categorise(Material("x", "feed", title, text, "P")) for title, text in told}
    assert [title for title, name in found.items() if (name == "sport") is not is_sport] == []


@pytest.mark.parametrize(
    ("url", "category"),
    [
        ("https://paper.example/football/2026/nov/22/fulham", "sport"),
        ("https://sport.paper.example/stories/1", "sport"),
        ("https://paper.example/culture/music/fulham", "music"),
        ("https://paper.example/world-news/2026/fulham", "world"),
        ("https://paper.example/football", "world"),
        ("https://nature.example/articles/1", "world"),
        ("http://[paper", "world"),
        (None, "world"),
    ],
)
def test_an_address_says_the_section(url: str | None, category: str) -> None:
    text = Material("x", "feed", "Fulham stun Liverpool", "They climb to ninth.", "P", url=url)
    assert categorise(text) == category
    assert categorise(replace(text, publisher="Post Sports", url=None)) == "sport"
    assert categorise(replace(text, publisher="Business Post", url=None)) == "world"
