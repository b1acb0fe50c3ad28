"""GET /snippets: what is answered, and how it is cached."""

import httpx

from agents.duia.validate import check_page
from tests.agents.sca.seed import seed_cards
from tests.api.snippets.conftest import Connection

PATH = "/api/v1/snippets"


def test_a_page_has_cards_and_the_same_as_messages(ada: httpx.Client, pool: Connection) -> None:
    seeded = {str(each.snippet_id): each for each in seed_cards(pool, 8)}
    answer = ada.get(PATH, headers={"X-Workflow-ID": "mine"})
    page = answer.json()
    assert answer.status_code == 200, page
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Workflow-ID"] == "mine"
    assert len(page["snippets"]) == 6
    assert page["source"] == "cache"
    check_page(page["ui"]["messages"])
    for said in page["snippets"]:
        card = seeded[said["snippet_id"]]
        assert (said["topic_id"], said["title"]) == (str(card.topic_id), card.title)
        for cited in [*said["title_citations"], *said["sentences"][0]["citations"]]:
            assert card.body[cited["start"] : cited["end"]] == cited["quote"]
