"""The schemas of A2UI v0.9 and of our catalogue, ready to check with.

The protocol's two files are those of @a2ui/web_core, byte for byte (see protocol/NOTICE). It refers
to "catalog.json" for what a component is: that is ours.
"""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from agents.canonical import JSON

_HERE = Path(__file__).parent
_PROTOCOL = _HERE / "protocol" / "server_to_client.json"
MESSAGES = ("createSurface", "updateComponents", "updateDataModel", "deleteSurface")
_TYPES = "common_types.json#/$defs/"
LITERAL = {
    f"{_TYPES}DynamicString": (str,),
    f"{_TYPES}DynamicNumber": (int, float),
    f"{_TYPES}DynamicValue": (str, int, float, list),
}
"""What a property may be once its path is followed, by the type it is declared with."""


@cache
def catalogue() -> JSON:
    """Our catalogue: the components a page may have, and what may be said of each."""
    return _read(_HERE / "catalog.json")


@cache
def envelope(kind: str) -> Draft202012Validator | None:
    """Checks a message of this kind, its components aside; None where there is no such kind.

    The protocol's own "one of these" would explain nothing of what is wrong.
    """
    if kind not in MESSAGES:
        return None
    known = catalogue()
    anything = {**known, "$defs": {**known["$defs"], "anyComponent": {"type": "object"}}}
    place = {"$ref": f"{_read(_PROTOCOL)['$id']}#/$defs/{kind[0].upper()}{kind[1:]}Message"}
    return Draft202012Validator(place, registry=_registry(anything))


@cache
def component(name: str) -> Draft202012Validator | None:
    """Checks components of this kind; None where the catalogue has no such kind."""
    known = catalogue()
    if name not in known["components"]:
        return None
    place = {"$ref": f"{known['$id']}#/components/{name}"}
    return Draft202012Validator(place, registry=_registry(known))


@cache
def value(kind: str, name: str) -> tuple[Draft202012Validator, tuple[type, ...]]:
    """Checks what a path leads to in place of a property, and the types it may have.

    What a property is declared with beside its type (a length, a pattern, its items) holds for a
    value that is found by a path as for one that stands there.
    """
    declared = dict(properties_of(kind)[name])
    types = LITERAL.get(declared.pop("$ref", ""), (str,))
    return Draft202012Validator(declared), types


def properties_of(kind: str) -> dict[str, JSON]:
    """What the catalogue declares of a component's own properties."""
    found: dict[str, JSON] = catalogue()["components"][kind]["allOf"][1]["properties"]
    return found


def _registry(known: JSON) -> Registry[JSON]:
    message = _read(_PROTOCOL)
    types = _read(_HERE / "protocol" / "common_types.json")
    resources = [
        (each["$id"], DRAFT202012.create_resource(each)) for each in (message, types, known)
    ]
    return Registry().with_resources(resources)


def _read(path: Path) -> JSON:
    return json.loads(path.read_text(encoding="utf-8"))
