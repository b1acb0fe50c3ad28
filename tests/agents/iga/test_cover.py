"""Covers are handsome by eye; what can be measured is measured here."""

from random import Random

import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.iga.painting.brush import Frame, contrast, rgb
from agents.iga.painting.cover import letter_picture, paint_cover
from agents.iga.painting.lettering import lettering, tidy
from agents.iga.painting.motifs import MOTIFS

WORDS = {
    "landscape": "mountains", "sound": "piano music", "night": "planets", "city": "city skyline",
    "botanical": "garden flowers", "circuits": "computer chips", "sea": "ocean", "shelf": "books",
    "chart": "voyage map", "table": "coffee", "life": "vaccines",
    "blocks": "trade", "hexagons": "bees",
}  # fmt: skip


def decode(data: bytes) -> skia.Image:
    image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(data))
    assert image is not None
    return image


@pytest.mark.parametrize("family", sorted(MOTIFS))
def test_every_family_makes_a_light_legible_cover(family: str) -> None:
    cover = paint_cover(WORDS[family], "A Long Way Home: What We Saw There", 1400, 1400)
    image = decode(cover.data)
    assert cover.family == family
    assert cover.data[:3] == b"\xff\xd8\xff"
    assert (image.width(), image.height()) == (1400, 1400)
    assert 30_000 < len(cover.data) < 500_000
    assert cover.contrast >= 4.5
    assert " ".join(cover.lines) == "A Long Way Home: What We Saw There"


@pytest.mark.parametrize("family", sorted(MOTIFS))
def test_every_palette_can_be_read(family: str) -> None:
    for colors in MOTIFS[family][1]:
        assert contrast(colors.ink, colors.top) >= 4.5, f"{family}: {colors}"


@pytest.mark.parametrize("family", sorted(MOTIFS))
def test_motifs_leave_the_title_its_place(family: str) -> None:
    """Above the middle there are no edges for the eye to stumble over, whatever the chance."""
    motif, palettes = MOTIFS[family]
    for seed in range(4):
        surface = skia.Surface(350, 350)
        motif(surface.getCanvas(), Frame(350, 350), palettes[seed % len(palettes)], Random(seed))
        pixels = surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)
        calm = pixels[40:158, 25:325, :3].astype(int)
        steps = abs(calm[:, 1:] - calm[:, :-1]).sum(axis=2)
        stars = 0.01 if family == "night" else 0.005
        assert (steps > 60).mean() < stars, f"{family} with seed {seed}"


def test_the_same_words_give_the_same_picture() -> None:
    first = paint_cover("planets and moons", "Saturn", 600, 600)
    assert first.data == paint_cover("planets and moons", "Saturn", 600, 600).data
    assert first.data != paint_cover("planets and more moons", "Saturn", 600, 600).data


@pytest.mark.parametrize(("width", "height"), [(1400, 788), (788, 1400), (3000, 3000), (400, 300)])
def test_other_shapes_and_sizes(width: int, height: int) -> None:
    image = decode(paint_cover("the sea", "Whales and Other Giants", width, height).data)
    assert (image.width(), image.height()) == (width, height)


def test_a_long_title_is_cut_at_a_word_and_says_so() -> None:
    title = " ".join(["Considerations"] * 60)
    lines = paint_cover("books", title, 1400, 1400).lines
    assert lines[-1].endswith("…")
    assert 3 <= len(lines) <= 6


def test_umlauts_are_set_and_unknown_letters_are_never_drawn_as_boxes() -> None:
    assert paint_cover("x", "Über Größe", 500, 500).lines == ("Über Größe",)
    missing = "\U00013080"
    if lettering().family_of(missing) is None:
        assert paint_cover("x", f"Signs {missing}", 500, 500).lines == ()


def test_a_title_typed_in_small_letters_becomes_a_headline() -> None:
    assert tidy("how coffee conquered the world.") == "How Coffee Conquered the World"
    assert tidy("GPS and iPhones…") == "GPS and iPhones…"
    assert tidy("a\x00b\u202e  c\n") == "A B C"


def test_titles_break_after_a_comma_rather_than_before_it() -> None:
    setting = lettering().fit("Orchids, the Flowers That Lie Always", 1000, 600, 150, 40)
    assert (
        setting.lines[0] in {"Orchids,", "Orchids, the Flowers"} or "," not in setting.lines[0][:-1]
    )


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=90))
def test_any_title_fits_its_box(title: str) -> None:
    text = tidy(title)
    if not text or not lettering().can_set(text):
        return
    setting = lettering().fit(text, 1190, 530, 200, 56)
    assert setting.width <= 1190.5
    assert setting.height <= 530.5
    assert len(setting.lines) <= 6


def test_a_title_is_set_legibly_on_a_foreign_picture() -> None:
    white = skia.Surface(300, 200)
    white.getCanvas().clear(rgb("#fdfdfd"))
    picture = bytes(white.makeImageSnapshot().encodeToData(skia.kPNG, 100))
    cover = letter_picture(picture, "A White Day", 700, 700)
    assert cover.contrast >= 4.5
    assert decode(cover.data).width() == 700
    with pytest.raises(ValueError, match="no picture"):
        letter_picture(b"nothing", "x", 100, 100)
