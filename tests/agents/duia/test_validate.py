"""Each single fault of a page is found, and said so that one can find it too."""

import copy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.duia.compose import PageOrder, compose
from agents.duia.errors import PageInvalid
from agents.duia.pointers import Nothing, follow, write
from agents.duia.validate import MOST_BYTES, check_card, check_page, find_faults
from tests.agents.duia.conftest import read_sample
from tests.agents.duia.pages import entries, orders, some_cards

Page = list[Any]
PAGES = st.builds(compose, orders, some_cards, entries)


def parts(page: Page) -> list[Any]:
    found: list[Any] = page[1]["updateComponents"]["components"]
    return found


def model(page: Page) -> Any:
    return page[2]["updateDataModel"]["value"]


@settings(deadline=None, max_examples=15)
@given(PAGES, st.data())
def test_a_component_that_is_not_there_is_missed(page: Page, data: st.DataObject) -> None:
    del parts(page)[data.draw(st.integers(0, len(parts(page)) - 1))]
    assert find_faults(page)


@settings(deadline=None, max_examples=15)
@given(PAGES, st.data())
def test_a_renamed_component_is_missed(page: Page, data: st.DataObject) -> None:
    each = data.draw(st.sampled_from(parts(page)))
    other = data.draw(st.sampled_from([part["id"] for part in parts(page)] + ["elsewhere"]))
    assume(other != each["id"])
    each["id"] = other
    assert find_faults(page)


@settings(deadline=None, max_examples=15)
@given(PAGES, st.data())
def test_a_child_in_no_place_or_in_two_is_seen(page: Page, data: st.DataObject) -> None:
    parents = [part for part in parts(page) if part.get("children")]
    each = data.draw(st.sampled_from(parents))
    place = data.draw(st.integers(0, len(each["children"]) - 1))
    new = data.draw(st.sampled_from([part["id"] for part in parts(page)] + ["nowhere", "root"]))
    assume(new != each["children"][place])
    each["children"][place] = new
    assert find_faults(page)


@settings(deadline=None, max_examples=25)
@given(PAGES, st.data())
def test_a_path_to_nowhere_is_seen(page: Page, data: st.DataObject) -> None:
    bound = list(bindings(page))
    each = data.draw(st.sampled_from(bound))
    path = each["path"]
    steps = path.split("/")[1:]
    broken = [path + "/x", path + "~", "/" + "/".join([*steps[:-1], "x"]), path[1:], "x", "", "/"]
    each["path"] = data.draw(st.sampled_from(broken))
    assert find_faults(page)


@settings(deadline=None, max_examples=25)
@given(PAGES, st.data())
def test_a_value_that_is_gone_or_of_another_kind_is_seen(page: Page, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(bindings(page))))["path"]
    value: Any = data.draw(st.sampled_from([Nothing, None, {}, True]))
    page[2]["updateDataModel"]["value"] = write(model(page), path, value)
    assert find_faults(page)


@settings(deadline=None, max_examples=15)
@given(PAGES, st.data())
def test_nothing_is_said_that_the_catalogue_does_not_know(page: Page, data: st.DataObject) -> None:
    each = data.draw(st.sampled_from(parts(page)))
    change = data.draw(st.sampled_from(["property", "kind", "call", "action"]))
    if change == "property":
        each[data.draw(st.sampled_from(["onclick", "style", "href", "weight"]))] = "x"
    elif change == "kind":
        each["component"] = data.draw(st.sampled_from(["Text", "Image", "", None, "page"]))
    elif change == "call":
        name = data.draw(
            st.sampled_from([name for name in each if name not in ("id", "component")])
        )
        each[name] = {"call": "openUrl", "args": {"url": "https://evil.example"}}
    else:
        actions = [name for name, value in each.items() if "event" in _keys(value)]
        assume(actions)
        each[data.draw(st.sampled_from(actions))]["event"]["name"] = "buy"
    assert find_faults(page)


@settings(deadline=None, max_examples=15)
@given(PAGES, st.data())
def test_a_required_property_that_is_not_there_is_missed(page: Page, data: st.DataObject) -> None:
    needed = {
        "Page": ["title", "children"], "CardGrid": ["children", "label"],
        "SectionHeading": ["text"],
        "EpisodeCard": ["snippetId", "topicId", "title", "sentences", "listen"],
        "CategoryFilter": ["categories", "choose"], "SearchField": ["label", "value", "search"],
        "EpisodeRow": ["podcastId", "title", "open"], "LoadMore": ["label", "more"],
        "CardSkeleton": ["count"], "Further": ["text", "words", "look", "make"],
    }  # fmt: skip
    each = data.draw(st.sampled_from(parts(page)))
    del each[data.draw(st.sampled_from([*needed[each["component"]], "id", "component"]))]
    assert find_faults(page)


def bindings(value: Any) -> Any:
    """Every binding of the page's components."""
    if isinstance(value, dict):
        if set(value) == {"path"}:
            yield value
        for name, inner in value.items():
            if name != "updateDataModel":
                yield from bindings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from bindings(inner)


def _keys(value: Any) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


def at(page: Page, *steps: Any) -> Any:
    for step in steps:
        page = page[step]
    return page


CARD = "5f0d9a0e-6f2b-5c55-9d0e-0d5f3a1c7b00"
MODEL = (2, "updateDataModel", "value")
FAULTS: list[tuple[tuple[Any, ...], Any, Any, str]] = [
    ((0,), "version", "v0.8", "version"),
    ((0,), "version", "v0.9.1", "version"),
    ((0, "createSurface"), "catalogId", "https://a2ui.org/catalogs/basic", "not ours"),
    ((0, "createSurface"), "surfaceId", "other", "different surfaces"),
    ((0, "createSurface"), "theme", {"primaryColor": "#f00"}, "theme"),
    ((1, "updateComponents"), "surfaceId", "other", "different surfaces"),
    ((1,), "deleteSurface", {"surfaceId": "landing"}, "no message"),
    ((2, "updateDataModel"), "path", "/cards", "nothing stands at"),
    ((*MODEL, "cards", CARD), "title", "x" * 81, "title"),
    ((*MODEL, "cards", CARD), "title", "", "title"),
    ((*MODEL, "cards", CARD), "cover", "javascript:alert(1)", "cover"),
    ((*MODEL, "cards", CARD), "cover", "//evil.example/x.jpg", "cover"),
    ((*MODEL, "cards", CARD), "ink", "pink", "ink"),
    ((*MODEL, "cards", CARD), "minutes", "5", "minutes"),
    ((*MODEL, "cards", CARD), "minutes", -1, "minutes"),
    ((*MODEL, "cards", CARD), "spread", 0, "spread"),
    ((*MODEL, "cards", CARD), "state", "sold", "state"),
    ((*MODEL, "cards", CARD), "progress", 1.5, "progress"),
    ((*MODEL, "cards", CARD), "podcastId", None, "podcastId"),
    ((*MODEL, "cards", CARD, "sentences", 0), "url", "javascript:alert(1)", "sentences"),
    ((*MODEL, "cards", CARD, "sentences", 0), "html", "<b>", "sentences"),
    ((*MODEL, "cards", CARD, "sentences", 0), "text", "x" * 501, "sentences"),
    ((*MODEL, "categories", 0), "muted", "no", "categories"),
    ((*MODEL, "page"), "query", 7, "search"),
]


@pytest.mark.parametrize(("place", "key", "value", "word"), FAULTS)
def test_a_single_fault_is_named(place: Any, key: str, value: Any, word: str) -> None:
    page = read_sample("landing.json")
    assert find_faults(page) == []
    at(page, *place)[key] = value
    faults = find_faults(page)
    assert faults
    assert any(word in fault for fault in faults), faults
    with pytest.raises(PageInvalid):
        check_page(page)


def test_a_page_is_one_surface_made_first() -> None:
    page = read_sample("landing.json")
    for wrong in (
        page[1:],
        [page[1], page[0], page[2]],
        [page[0], *page],
        [],
        [*page, "x"],
        [None],
    ):
        assert find_faults(wrong)
    assert find_faults([*page, {"version": "v0.9", "deleteSurface": {"surfaceId": "landing"}}])


def longest(card: Any) -> Any:
    """A card that says all it may in letters of three bytes, under links of great length."""
    citation = {
        **card["sentences"][0]["citations"][0], "quote": "漢" * 140,
        "source_url": "https://n.example/" + "x" * 1_980,
    }  # fmt: skip
    said = [{"text": f"{n}{'漢' * 139}", "citations": [citation]} for n in range(3)]
    return {**card, "title": "漢" * 80, "sentences": said}


def test_a_page_has_its_limits(cards: Any) -> None:
    many: Any = [{**cards[0], "snippet_id": f"5f0d9a0e-6f2b-5c55-9d0e-{n:012x}"} for n in range(65)]
    assert find_faults(compose(PageOrder(), many[:64])) == []
    assert any("65 cards" in fault for fault in find_faults(compose(PageOrder(), many)))
    assert find_faults(compose(PageOrder(), [longest(card) for card in many[:64]])) == []
    heavy = compose(PageOrder(), cards)
    heavy[2]["updateDataModel"]["value"]["ballast"] = "x" * MOST_BYTES
    assert any("bytes" in fault for fault in find_faults(heavy))
    assert find_faults([{"version": float("nan")}])


def test_a_circle_and_a_template_are_no_page() -> None:
    page = read_sample("landing.json")
    circle = copy.deepcopy(page)
    grid = next(part for part in parts(circle) if part["id"] == "grid")
    grid["children"].append("grid")
    assert any("grid: shown in 2 places" in fault for fault in find_faults(circle))
    grid = next(part for part in parts(page) if part["id"] == "grid")
    grid["children"] = {"componentId": grid["children"][0], "path": "/cards"}
    assert any("template" in fault for fault in find_faults(page))


def test_a_card_by_itself_is_held_to_the_same() -> None:
    page = read_sample("landing.json")
    card = parts(page)[-1]
    data = model(page)["cards"][card["snippetId"]]
    check_card(card, data)
    for wrong in ({**data, "title": ""}, {}, {**data, "cover": "data:x"}):
        with pytest.raises(PageInvalid):
            check_card(card, wrong)
    with pytest.raises(PageInvalid):
        check_card({**card, "style": "x"}, data)
    with pytest.raises(PageInvalid):
        check_card({**card, "component": "Nope"}, data)


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.lists(st.integers())), st.data())
def test_what_is_written_at_a_path_is_found_there(tree: Any, data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.text(max_size=4), min_size=1, max_size=3))
    assume(steps != [""])
    path = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    written = write(tree, path, "x")
    assert follow(written, path) == "x"
    assert follow(write(written, path, Nothing), path) is Nothing
    assert follow(tree, "/") == tree
