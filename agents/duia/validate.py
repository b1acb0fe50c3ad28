"""Whether a page is what the protocol and our catalogue say a page is.

The protocol's schemas let a dangling reference and a path to nowhere pass, and a browser shows
nothing in their place, so references, paths and sizes are checked here. Nobody sends a page that
was not checked: the agent before it stores one, the facade for each card it shows.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from agents.canonical import JSON, canonical
from agents.duia.compose import CATALOG, Message
from agents.duia.errors import PageInvalid
from agents.duia.pointers import Nothing, follow, write
from agents.duia.schemas import component, envelope, value

MOST_BYTES = 1_000_000
"""As many cards as a page may have, the longest there are in the widest letters, take 0.8 MB."""
MOST_CARDS = 64
MOST_TOLD = 5
_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SOME_ID = "00000000-0000-0000-0000-000000000000"


def check_page(messages: list[Message]) -> None:
    """Let a whole page pass.

    Raises:
        PageInvalid: what is wrong with it, the first few things of it.
    """
    _refuse(find_faults(messages))


def check_card(component: JSON, data: JSON) -> None:
    """Let one card pass, its component with its data.

    Raises:
        PageInvalid: what is wrong with it.
    """
    model = {"cards": {str(component.get("snippetId")): data}}
    _refuse([*_of_component(component), *_of_bindings(component, model)])


def find_faults(messages: list[Message]) -> list[str]:
    """Everything that is wrong with a page; an empty list where nothing is."""
    try:
        size = len(canonical(messages))
    except (TypeError, ValueError) as problem:
        return [f"this is no JSON: {problem}"]
    if size > MOST_BYTES:
        return [f"{size} bytes, and {MOST_BYTES} are the most"]
    faults = [fault for message in messages for fault in _of_message(message)]
    if faults:
        return faults
    components = [each for message in messages for each in _components(message)]
    model: JSON = {}
    for message in messages:
        model = _written(model, message)
    return [
        *_of_surface(messages),
        *(fault for each in components for fault in _of_component(each)),
        *_of_tree(components),
        *(fault for each in components for fault in _of_bindings(each, model)),
    ]


def _of_message(message: Message) -> Iterator[str]:
    kinds = sorted(message.keys() - {"version"}) if isinstance(message, dict) else []
    checker = envelope(kinds[0]) if len(kinds) == 1 else None
    if checker is None:
        yield f"this is no message: {', '.join(kinds) or message!r}"[:200]
    else:
        yield from _told(checker, message, kinds[0])


def _refuse(faults: list[str]) -> None:
    if faults:
        more = f", and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
        raise PageInvalid("; ".join(faults[:MOST_TOLD]) + more)


def _components(message: Message) -> list[JSON]:
    found: list[JSON] = message.get("updateComponents", {}).get("components", [])
    return found


def _written(model: JSON, message: Message) -> JSON:
    update = message.get("updateDataModel")
    if update is None:
        return model
    return write(model, update.get("path", "/"), update.get("value", Nothing))


def _of_surface(messages: list[Message]) -> Iterator[str]:
    """One surface, made first and by one message; everything speaks of it."""
    made = [place for place, message in enumerate(messages) if "createSurface" in message]
    if made != [0]:
        yield "a page begins with its one createSurface"
    if any("deleteSurface" in message for message in messages):
        yield "a page deletes nothing"
    bodies = [each for message in messages for each in message.values() if isinstance(each, dict)]
    if len({each["surfaceId"] for each in bodies}) > 1:
        yield "the messages speak of different surfaces"
    for each in bodies:
        if each.get("catalogId", CATALOG) != CATALOG:
            yield f"the catalogue {each['catalogId']!r} is not ours"


def _of_component(each: JSON) -> Iterator[str]:
    name = str(each.get("id"))
    for fault in _of_shape(_ID.sub(_SOME_ID, canonical(each).decode())):
        yield f"{name}: {fault}"


@lru_cache(maxsize=512)
def _of_shape(shape: str) -> tuple[str, ...]:
    """What is wrong with a component, by its JSON with all ids made equal: cards are alike."""
    each = json.loads(shape)
    known = component(str(each.get("component")))
    if known is None:
        return (f"there is no component {each.get('component')!r}",)
    faults = list(_told(known, each, "component"))
    if isinstance(each.get("children"), dict):
        faults.append("children are named one by one, not by a template")
    if _calls(each):
        faults.append("nothing calls a function: the catalogue has none")
    return tuple(faults)


def _calls(value: JSON) -> bool:
    """Whether anything in it is a call: `accessibility` may hold anything else."""
    if isinstance(value, dict):
        return "call" in value or any(_calls(inner) for inner in value.values())
    return isinstance(value, list) and any(_calls(inner) for inner in value)


def _of_tree(components: list[JSON]) -> Iterator[str]:
    """Ids once each, one root, every reference leads to a component and each has one parent."""
    ids = Counter(str(each.get("id")) for each in components)
    named = Counter(child for each in components for child in _children(each))
    yield from (f"{name}: the id stands {count} times" for name, count in ids.items() if count > 1)
    if "root" not in ids:
        yield "there is no root"
    yield from (f"{name}: named, but not there" for name in named if name not in ids)
    yield from (f"{name}: shown in {count} places" for name, count in named.items() if count > 1)
    if "root" in named:
        yield "root: shown inside of itself"
    lost = ids.keys() - _reached(components)
    yield from (f"{name}: nothing leads there from the root" for name in sorted(lost))
    cards = sum(each.get("component") == "EpisodeCard" for each in components)
    if cards > MOST_CARDS:
        yield f"{cards} cards, and {MOST_CARDS} are the most"


def _children(each: JSON) -> list[str]:
    children = each.get("children")
    return [str(child) for child in children] if isinstance(children, list) else []


def _reached(components: list[JSON]) -> set[str]:
    """What is found from the root; each with one parent and the root with none: no circles."""
    by_id = {str(each.get("id")): each for each in components}
    reached, open_ends = set(), ["root"]
    while open_ends:
        name = open_ends.pop()
        if name in by_id and name not in reached:
            reached.add(name)
            open_ends += _children(by_id[name])
    return reached


def _of_bindings(each: JSON, model: JSON) -> Iterator[str]:
    """Every path leads to something, and to what its property may be."""
    name, kind = each.get("id"), str(each.get("component"))
    for place, path in _paths(each):
        found = follow(model, path)
        if found is Nothing:
            yield f"{name}: nothing stands at {path}"
        elif len(place) == 1 and component(kind) is not None:
            yield from _of_value(f"{name}/{place[0]}", kind, place[0], found)
        elif not isinstance(found, str):  # of an action's context, or of a label
            yield f"{name}: what stands at {path} is no text"


def _of_value(place: str, kind: str, name: str, found: JSON) -> Iterator[str]:
    try:
        checker, types = value(kind, name)
    except KeyError:
        return  # the catalogue has no such property, which was said
    if not isinstance(found, types) or isinstance(found, bool):
        yield f"{place}: {type(found).__name__} is not what it may be"
    elif name != "value":
        yield from _told(checker, found, place)


def _paths(value: JSON, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every binding in a component: where it stands and where it leads."""
    if isinstance(value, dict):
        if isinstance(value.get("path"), str) and set(value) == {"path"}:
            yield place, value["path"]
        else:
            for name, inner in value.items():
                yield from _paths(inner, (*place, name))
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, (*place, "*"))


def _told(checker: Draft202012Validator, value: JSON, place: str) -> Iterator[str]:
    for error in checker.iter_errors(value):
        where = "/".join([place, *(str(step) for step in error.absolute_path)])
        yield f"{where}: {error.message[:200]}"
