"""GET /episodes/{id}: the page for people."""

import time
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psycopg

from api.web.built import find_page
from streamer.episode_link import episode_url
from streamer.permission import sign
from tests.api.conftest import SECRET, Facade, ask_podcast
from tests.api.made import finish, start_task

Connection = psycopg.Connection[tuple[Any, ...]]
NASTY = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, attribute: str) -> list[str | None]:
        return [found.get(attribute) for name, found in self.tags if name == tag]


def test_the_signed_link_opens_the_episode(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    made = finish(connection, facade.settings, workflow_id)
    told = ada.get(f"/api/v1/podcasts/{workflow_id}").json()
    link = told["links"]["episode"]
    answer = httpx.get(link)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "Twice a day: the sea’s clock" in page.text
    assert "3:03" in page.text
    assert page.all("audio", "src") == [told["media"]["audio"]["url"]]
    assert page.all("img", "src") == [told["media"]["cover"]["url"]]
    links = page.all("a", "href")
    assert f"#source-{made.source_id}" in links
    assert "https://example.org/tides?a=1&b=2" in links
    assert told["links"]["airflow_run"] in links
    assert "the tide turns" in page.all("a", "title")
    ids = {found.get("id") for _, found in page.tags}
    assert {f"source-{made.source_id}", "line-0.1"} <= ids
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["connect-src"] == f"'self' {facade.url} {facade.settings.public_asf_url}"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    icon, style, *_ = page.all("link", "href")
    assert httpx.get(f"{facade.url}{icon}").headers["Content-Type"] == "image/svg+xml"
    assert httpx.get(f"{facade.url}{style}").headers["Content-Type"].startswith("text/css")


def test_the_link_in_airflow_opens_the_page_too(facade: Facade, ada: httpx.Client) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    link = episode_url(SECRET, f"{facade.url}/", workflow_id, datetime.now(UTC))
    assert httpx.get(link).status_code == 200
    old = episode_url(SECRET, facade.url, workflow_id, datetime.now(UTC) - timedelta(days=31))
    assert httpx.get(old).status_code == 410


def test_what_failed_its_quality_control_is_heard_but_not_handed_out(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    finish(connection, facade.settings, workflow_id)
    connection.execute("""UPDATE podcasts SET quality = '{"passed": false}'""")
    media = ada.get(f"/api/v1/podcasts/{workflow_id}").json()["media"]
    assert media["audio"] is None
    page = Page(ada.get(f"/episodes/{workflow_id}").text)
    assert page.all("audio", "src") == [media["episode"]["url"]]
    assert "Download" not in page.text


def test_what_others_wrote_is_shown_and_never_run(
    facade: Facade, ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada, topic=NASTY).json()["workflow_id"])
    finish(
        connection, facade.settings, workflow_id, text=NASTY, heading=NASTY, title=NASTY,
        url="javascript:alert(1)", body=NASTY * 9,
    )  # fmt: skip
    connection.execute("UPDATE podcasts SET title = %s, error = %s", [NASTY, NASTY])
    answer = ada.get(f"/episodes/{workflow_id}")
    page = Page(answer.text)
    built = find_page("episode")
    assert page.all("script", "src") == ([built.script] if built else [])
    assert [found for tag, found in page.tags if tag == "script" and "src" not in found] == []
    assert not [1 for _, found in page.tags for name in found if name.startswith("on")]
    assert len(page.all("img", "src")) == 1
    assert page.text.count(NASTY) >= 5
    assert not [link for link in page.all("a", "href") if "javascript" in (link or "")]


def test_an_episode_in_the_making_shows_how_far_it_is(
    ada: httpx.Client, connection: Connection
) -> None:
    workflow_id = UUID(ask_podcast(ada).json()["workflow_id"])
    page = Page(ada.get(f"/episodes/{workflow_id}").text)
    assert "waiting for the orchestrator" in page.text
    progress = {"done": 2, "total": 5, "unit": "parts"}
    start_task(
        connection, workflow_id, 1, ("pswa", "weave_script"), "in_progress", progress=progress
    )
    page = Page(ada.get(f"/episodes/{workflow_id}").text)
    assert "weave script: in progress, 2 of 5 parts" in page.text
    assert "refresh" in page.all("meta", "http-equiv")  # for who has no JavaScript
    [player] = [found for tag, found in page.tags if tag == "aethercast-player"]
    assert (player["data-live"] or "").startswith("ws://")


def test_a_link_opens_its_own_episode_for_a_time(ada: httpx.Client, facade: Facade) -> None:
    first, second = (UUID(ask_podcast(ada).json()["workflow_id"]) for _ in range(2))
    later, now = int(time.time()) + 60, int(time.time())

    def status(workflow_id: UUID, key: str | None) -> int:
        params = {} if key is None else {"key": key}
        answer = httpx.get(f"{facade.url}/episodes/{workflow_id}", params=params)
        if answer.status_code != 200:
            assert answer.headers["Content-Type"].startswith("text/html")
        return answer.status_code

    secret = SECRET.encode()
    genuine = sign(secret, "episode", later, str(first))
    assert status(first, genuine) == 200
    assert status(second, genuine) == 403
    assert status(first, genuine[:-1]) == 403
    assert status(first, "") == 403
    assert status(first, sign(secret, "media", later, str(first))) == 403
    assert status(first, sign(secret, "episode", now, str(first))) == 410
    assert status(first, None) == 401
    assert status(UUID(int=1), sign(secret, "episode", later, str(UUID(int=1)))) == 404
    assert urlsplit(genuine).path == genuine
