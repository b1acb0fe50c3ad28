"""A topic is told anew where its entry says something else, and for no other words of the same."""

from dataclasses import replace
from uuid import UUID

import pytest

from agents.tda.changed import find_changed
from agents.tda.material import Kind, Material
from agents.tda.story import Standing

FERRY = (
    "A ferry with 84 people aboard ran aground off Kilbrannan in thick fog on Sunday morning, the"
    " coastguard said. Five passengers were hurt, none of them badly, and a lifeboat brought them"
    " ashore. The ship is stuck on the rocks and will be towed off at high water."
)


def entry(title: str = "Ferry aground", text: str = FERRY, kind: Kind = "feed") -> Material:
    return Material("https://a.example/1", kind, title, text, "A", url="https://a.example/1")


def is_told_anew(now: Material, *told: Material) -> bool:
    return find_changed([now], Standing(UUID(int=1), told)) is now


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (entry(), False),
        (entry(title="FERRY AGROUND"), False),
        (entry(title="Ferry aground, captain held"), True),
        (entry(text=FERRY.replace("84", "96")), True),
        (entry(text=FERRY.replace("Five", "Nine")), True),
        (entry(text=f"{FERRY} Two tugs are on their way."), False),
        (entry(text=FERRY.replace("thick fog", "heavy fog")), False),
        (entry(text=FERRY[:150]), False),
        (entry(text=FERRY.replace("Five passengers", "Five people")), False),
        (
            entry(
                text="All 84 people who were on the ferry are safe, and five went to a doctor. The"
                " captain was looking at his telephone when his ship left the channel, a sailor"
                " told the police. Kilbrannan has had no such accident since the lighthouse."
            ),
            True,
        ),
    ],
)
def test_an_entry_told_from(now: Material, changed: bool) -> None:
    assert is_told_anew(now, entry()) is changed


def test_what_was_told_from_its_page_is_told_anew_under_another_title() -> None:
    page = entry(text=f"{FERRY} It was built in 1998 and carries 300 people.", kind="page")
    assert not is_told_anew(entry(), page)
    assert is_told_anew(entry(title="Ferry refloated"), page)
    assert not is_told_anew(entry(title="Ferry refloated"), page, entry(title="Ferry refloated"))


def test_an_entry_that_changes_all_day_is_told_three_times() -> None:
    told = [entry(title=f"Ferry, hour {hour}") for hour in ("one", "two", "three")]
    assert is_told_anew(entry(title="Ferry, evening"), *told[:2])
    assert not is_told_anew(entry(title="Ferry, evening"), *told)


def test_what_has_no_address_cannot_be_compared() -> None:
    nowhere = replace(entry(), url=None)
    assert not is_told_anew(entry(title="Ferry refloated"), nowhere)
