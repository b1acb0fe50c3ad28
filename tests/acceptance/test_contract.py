"""/openapi.json is true: what it says is held against the answers to thousands of requests."""

from concurrent.futures import Future

from tests.acceptance.api import TERMINAL, Caller
from tests.acceptance.generated import CASES, LET_THROUGH
from tests.fuzzing.run import Outcome


def test_the_description_is_true(caller: Caller, generated: "Future[Outcome]") -> None:
    outcome = generated.result()
    print(f"{outcome.cases} cases: {dict(sorted(outcome.statuses.items()))}")
    assert outcome.passed, outcome.said
    assert outcome.cases >= CASES
    assert max(outcome.statuses) < 500
    assert outcome.complaints == []
    assert outcome.of("positive") > 1000
    assert outcome.of("negative") > 500
    assert {200, 201, 202, 400, 404, 405, 415, 422, 429} <= set(outcome.statuses)
    assert {name.split()[2] for name in outcome.counted} == operations(caller)
    assert 1 <= len(outcome.accepted) <= LET_THROUGH
    for place in outcome.accepted:
        assert caller.client.get(place).json()["status"] in TERMINAL


def operations(caller: Caller) -> set[str]:
    """The names of all that the description describes."""
    described = caller.client.get("/openapi.json").json()["paths"]
    return {each["operationId"] for methods in described.values() for each in methods.values()}
