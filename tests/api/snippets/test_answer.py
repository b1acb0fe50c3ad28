"""GET /snippets and GET /snippets/{snippet_id}: what is answered, to whom, and how it is cached."""

import base64
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from agents.duia.validate import check_page
from api.app import create_app
from api.settings import FacadeSettings
from tests.agents.sca.seed import seed_cards
from tests.api.conftest import Facade, ask_podcast
from tests.api.serving import serve
from tests.api.snippets.conftest import PATH, Connection, like, user_of


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["snippet_id"] for each in answer.json()["snippets"]]


def read_all(client: httpx.Client, **params: Any) -> list[str]:
    """All pages, one after another."""
    seen, cursor = list[str](), None
    while True:
        answer = client.get(PATH, params={**params, **({"cursor": cursor} if cursor else {})})
        seen += ids(answer)
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return seen


def test_a_page_has_cards_and_the_same_as_messages(
    ada: httpx.Client, pool: Connection, facade: Facade
) -> None:
    seeded = {str(each.snippet_id): each for each in seed_cards(pool, 8)}
    answer = ada.get(PATH, headers={"X-Workflow-ID": "mine"})
    page = answer.json()
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Workflow-ID"] == "mine"
    assert len(page["snippets"]) == 6
    assert (page["source"], page["workflow_id"]) == ("cache", None)
    every = ada.get(PATH, params={"limit": 20}).json()["snippets"]
    newest = max(each["generation_timestamp"] for each in every)
    assert page["pool"] == {
        "version": 16, "refreshing": False, "checked_at": None, "newest_at": newest,
    }  # fmt: skip
    check_page(page["ui"]["messages"])
    for said in page["snippets"]:
        card = seeded[said["snippet_id"]]
        assert (said["topic_id"], said["title"]) == (str(card.topic_id), card.title)
        assert said["text_content"] == " ".join(each["text"] for each in said["sentences"])
        assert said["image_url"].startswith(f"{facade.settings.public_url}/api/v1/media/")
        cited = [each for told in said["sentences"] for each in told["citations"]]
        for each in [*said["title_citations"], *cited]:
            assert card.body[each["start"] : each["end"]] == each["quote"]
            assert each["publisher"]
    bare = ada.get(PATH, params={"ui": "false"}).json()
    assert "ui" not in bare
    assert bare["snippets"] == page["snippets"]
    one = ada.get(f"{PATH}/{page['snippets'][0]['snippet_id']}").json()
    assert {name: one[name] for name in page["snippets"][0]} == page["snippets"][0]
    [source] = one["sources"]
    assert source["source_id"] == one["title_citations"][0]["source_id"]


def test_pages_follow_each_other_while_the_pool_changes(
    ada: httpx.Client, pool: Connection
) -> None:
    cards = [str(each.snippet_id) for each in seed_cards(pool, 9, covers=False)]
    assert sorted(read_all(ada, limit=2)) == sorted(cards)
    first = ada.get(PATH, params={"limit": 4})
    given, cursor = ids(first), first.json()["next_cursor"]
    seed_cards(pool, 9)  # every card changes: it has its cover now
    new = [str(each.snippet_id) for each in seed_cards(pool, 2, first=9)]
    pool.execute("UPDATE topics_snippets SET state = 'retired' WHERE id = %s", [UUID(given[0])])
    rest = read_all(ada, limit=3, cursor=cursor)
    assert sorted([*given, *rest]) == sorted([*cards, *new])
    assert given[0] not in read_all(ada)


def test_one_category_at_a_time(ada: httpx.Client, pool: Connection) -> None:
    seed_cards(pool, 9, categories=["food", "space", "food"])
    assert len(read_all(ada, limit=2, category="food")) == 6
    page = ada.get(PATH, params={"category": "space"}).json()
    assert {each["category"] for each in page["snippets"]} == {"space"}
    [chosen] = [
        each
        for each in page["ui"]["messages"][-1]["updateDataModel"]["value"]["categories"]
        if each["selected"]
    ]
    assert chosen["id"] == "space"
    assert ids(ada.get(PATH, params={"category": "sport"})) == []


def test_what_is_unchanged_is_304(ada: httpx.Client, bob: httpx.Client, pool: Connection) -> None:
    [card, *_] = seed_cards(pool, 3)
    etag = ada.get(PATH).headers["ETag"]
    unchanged = ada.get(PATH, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == etag == bob.get(PATH).headers["ETag"]
    assert ada.get(PATH, params={"limit": 2}, headers={"If-None-Match": etag}).status_code == 200
    pool.execute("UPDATE topics_snippets SET title = 'Another' WHERE id = %s", [card.snippet_id])
    changed = ada.get(PATH, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert "Another" in {each["title"] for each in changed.json()["snippets"]}


def test_preferences_change_the_page_of_the_session_that_has_them(
    ada: httpx.Client, bob: httpx.Client, pool: Connection
) -> None:
    cards = seed_cards(pool, 4, categories=["food", "space", "music", "ocean"], hours_apart=6)
    of = {str(each.snippet_id): each.category for each in cards}
    plain = ids(ada.get(PATH))
    first, second, third, last = (of[each] for each in plain)
    like(ada, liked=[last], muted=[first, second])
    assert [of[each] for each in ids(ada.get(PATH))] == [last, third]
    assert [of[each] for each in read_all(ada, limit=1)] == [last, third]
    assert ids(ada.get(PATH, params={"category": first})) == []
    assert ada.get(f"{PATH}/{plain[0]}").status_code == 404
    assert ada.get(f"{PATH}/{plain[3]}").status_code == 200
    told = {
        each["category"]: (each["cards"], each["liked"], each["muted"])
        for each in ada.get("/api/v1/categories").json()["categories"]
    }
    assert (told[last], told[first]) == ((1, True, False), (0, False, True))
    assert (told[third], told["sport"]) == ((1, False, False), (0, False, False))
    assert ids(bob.get(PATH)) == plain


def test_what_was_listened_to_stands_behind_and_says_so(
    ada: httpx.Client, bob: httpx.Client, pool: Connection
) -> None:
    cards = seed_cards(pool, 4)
    first = ids(ada.get(PATH))[0]
    [card] = [each for each in cards if str(each.snippet_id) == first]
    ask_podcast(ada)
    podcast = pool.execute(
        "UPDATE podcasts SET topic_id = %s RETURNING podcast_id", [card.topic_id]
    ).fetchone()
    assert podcast is not None
    page = ada.get(PATH).json()["snippets"]
    assert page[-1]["snippet_id"] == first
    assert page[-1]["episode"] == {
        "podcast_id": str(podcast[0]), "status": "GENERATING", "duration_seconds": None,
    }  # fmt: skip
    assert ids(bob.get(PATH))[0] == first
    assert bob.get(f"{PATH}/{first}").json()["episode"] is None


def test_what_somebody_explored_nobody_else_sees(
    ada: httpx.Client, bob: httpx.Client, pool: Connection
) -> None:
    common = [str(each.snippet_id) for each in seed_cards(pool, 2)]
    before = bob.get(PATH).headers["ETag"]
    [own] = seed_cards(pool, 1, first=2, user_id=user_of(pool, ada, "ada"))
    mine, name = ada.get(PATH), str(own.snippet_id)
    assert sorted(ids(mine)) == sorted([*common, name])
    cover = next(e["image_url"] for e in mine.json()["snippets"] if e["snippet_id"] == name)
    theirs = bob.get(PATH)
    assert theirs.headers["ETag"] == before  # it does not even show that something happened
    assert name not in theirs.text
    assert cover.rpartition("/")[2] not in theirs.text
    for path in (f"{PATH}/{name}", f"{PATH}/{uuid4()}", f"{PATH}/x", f"{PATH}/%00"):
        assert bob.get(path).status_code == 404
    [other] = seed_cards(pool, 1, first=3)  # everybody's are read anew
    assert sorted(ids(bob.get(PATH))) == sorted([*common, str(other.snippet_id)])
    assert bob.get(f"{PATH}/{name}").status_code == 404
    counts = {
        client: sum(e["cards"] for e in client.get("/api/v1/categories").json()["categories"])
        for client in (ada, bob)
    }
    assert list(counts.values()) == [4, 3]
    cursor = ada.get(PATH, params={"limit": 1}).json()["next_cursor"]
    assert name not in bob.get(PATH, params={"cursor": cursor}).text


def test_cards_that_were_shown_are_counted_once_for_a_page(settings: FacadeSettings) -> None:
    with (
        psycopg.connect(settings.database_url, autocommit=True) as rows,
        serve(create_app(settings)) as url,
    ):
        [card] = seed_cards(rows, 1)
        ada, bob = (Facade(url, settings).client(name) for name in ("ada", "bob"))
        versions = {each.get(PATH).json()["pool"]["version"] for each in (ada, ada, bob, ada)}
    with psycopg.connect(settings.database_url) as rows:  # written down at the end at the latest
        found = rows.execute(
            "SELECT shown, pool_version FROM topics_snippets WHERE id = %s", [card.snippet_id]
        ).fetchone()
    assert found == (2, *versions)


def test_a_database_that_went_away_is_said_and_comes_back(
    ada: httpx.Client, facade: Facade, postgres_server: str, pool: Connection
) -> None:
    seed_cards(pool, 1)
    assert len(ids(ada.get(PATH))) == 1
    name = facade.settings.database_url.rpartition("/")[2]
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as other:
        cut = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND pid <> {pool.info.backend_pid}"
        )
        other.execute(cut.encode())
        assert len(ids(ada.get(PATH))) == 1  # connected anew, and nobody noticed
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        other.execute(cut.encode())
        away = ada.get(PATH)
        assert (away.status_code, away.json()["type"]) == (503, "/problems/unavailable")
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    assert len(ids(ada.get(PATH))) == 1


NOBODYS = base64.urlsafe_b64encode(b"\1" + b"\xff" * 22).decode().rstrip("=")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"), ("limit", "-1"), ("limit", "10000"), ("limit", "x"), ("limit", "2.5"),
        ("cursor", "x"), ("cursor", ""), ("cursor", "é"), ("cursor", "WzEsMl0"),
        ("cursor", NOBODYS), ("cursor", "A" * 9000), ("category", "stars"), ("category", ""),
        ("category", "Food"), ("ui", "perhaps"),
    ],
    ids=lambda value: ascii(value)[:12],
)  # fmt: skip
def test_a_bad_question_is_told_what_is_bad(shared: Facade, name: str, value: str) -> None:
    with shared.client("asker") as client:
        answer = client.get(PATH, params={name: value})
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert error["parameter"] == name
        assert name in answer.json()["detail"]
