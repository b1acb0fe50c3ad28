"""/openapi.json: nothing is left out of it, and what it says of itself is true."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest
from fastapi.routing import APIRoute
from pydantic import SecretStr
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from api.app import create_app
from api.problems import CATALOGUE
from api.settings import FacadeSettings
from scripts.problems_doc import PAGE

Document = dict[str, Any]
FOR_PEOPLE = {
    "/episodes/{workflow_id}",
    "/episodes/style.css",
    "/episodes/icon.svg",
    "/login",
    "/logout",
    "/",
    "/find",
    "/library",
    "/topics/{topic_id}",
    "/explore",
    "/listen",
    "/listen/{podcast_id}",
    "/preferences",
}
ABOUT_ITSELF = {"/openapi.json", "/problems", "/problems/{name}"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"
LEFT_OUT = FOR_PEOPLE | ABOUT_ITSELF | {"HEAD /api/v1/media/{token}"}
"""What is no part of the API: pages, and HEAD, which is GET without a body."""


@pytest.fixture(scope="module")
def document() -> Document:
    settings = FacadeSettings(
        secret_key=SecretStr("x" * 32), service_token=SecretStr("x"), _env_file=None
    )  # type: ignore[call-arg]  # the environment is left out
    return create_app(settings).openapi()


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolve(document: Document, node: Document) -> Document:
    if "$ref" not in node:
        return node
    found: Any = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def test_it_is_openapi(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    assert [str(wrong) for wrong in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**schema, "$schema": DIALECT})


def test_every_route_is_in_it_or_left_out_for_a_reason(document: Document) -> None:
    settings = FacadeSettings(
        secret_key=SecretStr("x" * 32), service_token=SecretStr("x"), _env_file=None
    )  # type: ignore[call-arg]
    routes = [each for each in create_app(settings).routes if isinstance(each, APIRoute)]
    here = {(path, method.upper()) for path, method, _ in operations(document)}
    for route in routes:
        for method in route.methods or ():
            left_out = {route.path, f"{method} {route.path}"} & LEFT_OUT
            assert ((route.path, method) in here) != bool(left_out), (method, route.path)


def test_each_operation_says_what_it_is(document: Document) -> None:
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for path, _, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags
        by_link = path.startswith(("/api/v1/media/", "/api/v1/episodes/"))
        guarded = path.startswith("/api/v1/") and not by_link
        assert operation.get("security", []) == ([{"bearer": []}, {"cookie": []}] * guarded)
        assert {"431", "500", "503"} <= set(operation["responses"])
        assert ("401" in operation["responses"]) == guarded
        for parameter in operation.get("parameters", []):
            assert parameter["description"], parameter
    assert document["servers"]
    assert document["info"]["license"]
    assert set(document["components"]["securitySchemes"]) == {"bearer", "cookie"}


def test_each_error_is_a_problem_with_a_page(document: Document) -> None:
    listed = set(re.findall(r"`(/problems/[a-z-]+)`", PAGE.read_text(encoding="utf-8")))
    known = {kind.uri() for kind in CATALOGUE.values()}
    assert known <= listed
    schema = document["components"]["schemas"]["Problem"]
    assert set(schema["properties"]["type"]["enum"]) == known
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            told = resolve(document, answer)
            assert "X-Request-ID" in told["headers"]
            if int(status) >= 400:
                [(kind, content)] = told["content"].items()
                assert kind == "application/problem+json", (method, path, status)
                assert content["examples"]
                for example in content["examples"].values():
                    assert str(example["value"]["status"]) == status


def test_examples_are_what_the_schemas_ask_for(document: Document) -> None:
    seen = 0
    for path, method, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for kind, content in resolve(document, body).get("content", {}).items():
                validator = jsonschema_rs.Draft202012Validator(
                    {**content.get("schema", {}), "components": document["components"]},
                    validate_formats=True,
                )
                for example in examples_of(document, content):
                    seen += 1
                    wrong = [str(each) for each in validator.iter_errors(example)]
                    assert not wrong, (method, path, kind, wrong)
        for parameter in operation.get("parameters", []):
            given = [parameter["example"]] if "example" in parameter else []
            for example in [*given, *parameter["schema"].get("examples", [])]:
                seen += 1
                assert jsonschema_rs.is_valid(parameter["schema"], example), parameter
    assert seen > 60


def examples_of(document: Document, content: Document) -> list[Any]:
    named = [each["value"] for each in content.get("examples", {}).values()]
    given = [content["example"]] if "example" in content else []
    return [*named, *given, *resolve(document, content.get("schema", {})).get("examples", [])]


def test_every_success_has_an_example(document: Document) -> None:
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if status.startswith("2") and not kind.startswith(("audio/", "image/")):
                    assert examples_of(document, content), (method, path, status, kind)


def test_links_lead_somewhere(document: Document) -> None:
    names = {operation["operationId"]: operation for _, _, operation in operations(document)}
    found = 0
    for operation in names.values():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                target = names[link["operationId"]]
                known = {parameter["name"] for parameter in target["parameters"]}
                assert set(link["parameters"]) <= known
                found += 1
    assert found >= 6


def test_it_is_served(caller: httpx.Client, document: Document) -> None:
    served = caller.get("/openapi.json")
    assert served.headers["Content-Type"] == "application/json"
    assert set(served.json()["paths"]) == set(document["paths"])
