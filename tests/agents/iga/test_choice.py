"""The prompt's words choose the motif."""

import pytest

from agents.iga.painting.choice import _stems, choose_family, choose_palette, seed_of
from agents.iga.painting.motifs import MOTIFS
from agents.wcha.gist import cover_prompt
from agents.wcha.text import Extracted


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("How Coffee Conquered the World", "table"),
        ("Why the Sky Is Blue", "landscape"),
        ("The history of jazz", "sound"),
        ("Voyager, the Longest Journey", "night"),
        ("The Eiffel Tower, Built to Be Torn Down", "city"),
        ("Tulips and other garden flowers", "botanical"),
        ("How neural networks and computer chips work", "circuits"),
        ("Why the Sea Has Tides", "sea"),
        ("Gutenberg and the Printing Press", "shelf"),
        ("The Rosetta Stone and the Lost Language of Egypt", "chart"),
        ("How Smallpox Was Wiped Out", "life"),
        ("The Steel Box That Remade World Trade", "blocks"),
        ("The Dance Language of the Honeybees", "hexagons"),
        ("the octopus", "sea"),
        ("a volcano erupts", "landscape"),
    ],
)
def test_a_title_finds_its_motif(title: str, family: str) -> None:
    prompt = cover_prompt(title, [Extracted("")])
    assert choose_family(prompt, title) == family


def test_the_prompt_decides_where_the_title_says_nothing() -> None:
    assert choose_family("It shows: whales, ships, harbour.", "Episode 12") == "sea"


def test_words_without_a_family_always_get_the_same_one() -> None:
    families = {choose_family("zxq wvk", "") for _ in range(5)}
    assert len(families) == 1
    assert families < MOTIFS.keys()


def test_every_word_calls_for_a_family_that_exists_and_every_family_is_called_for() -> None:
    assert set(_stems().values()) == MOTIFS.keys()


def test_no_prompt_is_pulled_towards_a_family_by_its_own_frame() -> None:
    assert not [w for w in ("podcast", "cover", "shows", "about") if w in _stems()]


def test_a_colour_in_the_title_chooses_the_palette() -> None:
    from random import Random

    palettes = MOTIFS["landscape"][1]
    chosen = {choose_palette(palettes, "Why the Sky Is Blue", Random(n)).top for n in range(20)}
    assert len(chosen) == 1
    red, green, blue = (c := chosen.pop()) >> 16 & 255, c >> 8 & 255, c & 255
    assert blue > green > red


def test_a_seed_depends_on_the_words_alone() -> None:
    assert seed_of("coffee") == seed_of("coffee") != seed_of("coffees")
