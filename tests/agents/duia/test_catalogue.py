"""The schemas are the protocol's own, and the catalogue says what the composer uses, no more."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from agents.duia import schemas
from agents.duia.compose import CATALOG
from agents.duia.fragments import BOUND
from tests.conftest import ROOT

HERE = ROOT / "agents" / "duia" / "protocol"
PACKAGE = ROOT / "api" / "web" / "node_modules" / "@a2ui" / "web_core"


def test_the_protocol_is_the_packages_byte_by_byte() -> None:
    if not PACKAGE.exists():
        pytest.skip("the page's packages are not installed here")
    for name in ("server_to_client.json", "common_types.json"):
        theirs = PACKAGE / "src" / "v0_9" / "schemas" / name
        assert (HERE / name).read_bytes() == theirs.read_bytes(), name
    version = re.search(r'"version": "([^"]+)"', (PACKAGE / "package.json").read_text("utf-8"))
    assert version is not None
    assert version.group(1) in (HERE / "NOTICE").read_text("utf-8")


def test_the_catalogue_is_a_schema_that_knows_no_functions() -> None:
    known = schemas.catalogue()
    assert known["catalogId"] == CATALOG
    assert known["functions"] == {}
    for name, declared in known["components"].items():
        Draft202012Validator.check_schema(declared)
        assert declared["unevaluatedProperties"] is False
        assert declared["allOf"][1]["properties"]["component"] == {"const": name}
    listed = {each["$ref"].rpartition("/")[2] for each in known["$defs"]["anyComponent"]["oneOf"]}
    assert listed == set(known["components"])
    call: Any = {"call": "openUrl", "args": {"url": "https://x.example"}}
    for name in known["components"]:
        checker = schemas.component(name)
        assert checker is not None
        assert not checker.is_valid({"id": "x", "component": name, "title": call})


def test_every_string_has_its_limit() -> None:
    """Whatever is shown has a length it cannot exceed: a page cannot be made to burst."""
    for kind in schemas.catalogue()["components"]:
        for name, declared in schemas.properties_of(kind).items():
            if declared.get("$ref", "").endswith(("DynamicString", "DynamicValue")):
                assert declared.keys() & {"maxLength", "pattern", "maxItems"}, f"{kind}.{name}"


def test_all_of_a_card_is_bound() -> None:
    own = {"component", "snippetId", "topicId", "listen", "explore", "emphasis"}
    assert set(BOUND) == set(schemas.properties_of("EpisodeCard")) - own
