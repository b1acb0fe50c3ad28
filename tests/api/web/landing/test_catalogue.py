"""Two catalogues that must say the same: the page's schemas, and the one pages are written by."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

WEB = ROOT / "api" / "web"
CATALOGUE = ROOT / "agents" / "duia" / "catalog.json"
TOLD = """
import { Catalog, MessageProcessor } from "@a2ui/web_core/v0_9";
const { COMPONENTS } = await import("./src/landing/catalog/schemas.ts");
const processor = new MessageProcessor([new Catalog("ours", [...COMPONENTS])]);
const told = processor.getClientCapabilities({ includeInlineCatalogs: true })["v0.9"];
const isClosed = ({ schema }) => schema.safeParse({ nothing: "of this name" }).error.issues
  .some(({ code }) => code === "unrecognized_keys");
console.log(JSON.stringify([told.inlineCatalogs[0].components, COMPONENTS.map(isClosed)]));
"""


@pytest.fixture(scope="module")
def told() -> Any:
    """What the page's schemas take, in the words of JSON Schema; and which of them are closed."""
    node = Path(sys.executable).parent / "node"
    script = [str(node), "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", TOLD]
    answer = subprocess.run(script, cwd=WEB, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_the_page_takes_what_the_catalogue_offers_and_nothing_else(told: Any) -> None:
    components, closed = told
    offered = json.loads(CATALOGUE.read_text())["components"]
    assert list(components) == list(offered)
    for name, given in offered.items():
        assert facts_of(components[name]["allOf"][1]) == facts_of(given["allOf"][1]), name
    assert all(closed)


def facts_of(schema: dict[str, Any]) -> Any:
    """Properties by name, each as what it may be; and which are required."""
    properties = {name: kind_of(given, schema) for name, given in schema["properties"].items()}
    properties.pop("accessibility", None)  # stands in ComponentCommon there
    return properties, sorted(schema["required"])


def kind_of(given: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a property may be. What writers are held to within that (lengths, patterns of what is
    bound) harms no page: there it is text."""
    match given.get("$ref", "").split("/"):
        case ["#", "properties", _, "anyOf", "1"]:  # what a dynamic value may be beside a literal
            return {"$ref": "common_types.json#/$defs/DataBinding"}
        case ["#", "properties", name]:
            given = schema["properties"][name]
    if "$ref" in given:
        return {"$ref": given["$ref"]}
    dropped = {"description", *({"type"} if "enum" in given or "const" in given else ())}
    return {name: value for name, value in given.items() if name not in dropped}
