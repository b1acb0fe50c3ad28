"""docs/PROBLEMS.md lists every error there is, with what it means."""

import re

import pytest

from scripts.problems_doc import PAGE, SERVICES, kinds_of, page


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make problems"


@pytest.mark.parametrize("module", [module for _, module, _ in SERVICES])
def test_every_kind_has_a_name_a_title_and_a_meaning(module: str) -> None:
    kinds = kinds_of(module)
    assert len({kind.name for kind in kinds}) == len(kinds) > 0
    for kind in kinds:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name)
        assert 400 <= kind.status < 600
        assert kind.title
        assert kind.explanation().endswith(".")


def test_a_kind_means_one_status_whichever_service_says_it() -> None:
    known: dict[str, set[int]] = {}
    for _, module, _ in SERVICES:
        for kind in kinds_of(module):
            known.setdefault(kind.name, set()).add(kind.status)
    assert {name for name, statuses in known.items() if len(statuses) > 1} == set()
