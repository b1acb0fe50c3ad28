"""A person's browser signs in by a printed link, and is kept apart from other people's pages."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.login.routes import place_of
from api.login_link import mint
from tests.api.conftest import SECRET, Facade, ask_podcast, new_key
from tests.api.serving import serve
from tests.conftest import ROOT, clean_environment

Connection = psycopg.Connection[tuple[Any, ...]]
URL = "/api/v1/podcasts"
ELSEWHERE = "https://evil.example"
FRIEND = "https://friend.example"


@pytest.fixture
def browser(facade: Facade) -> Iterator[httpx.Client]:
    """A browser that is not signed in; it says of itself what browsers say of forms."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=facade.url, headers=headers) as client:
        yield client


def sign_in(browser: httpx.Client, facade: Facade, subject: str = "ada", **more: str) -> None:
    form = {"code": mint(facade.settings, subject), **more}
    answer = browser.post("/login", data=form)
    assert answer.status_code == 303, answer.text


def test_a_person_follows_the_link_and_is_in(
    facade: Facade, browser: httpx.Client, ada: httpx.Client
) -> None:
    mine = ask_podcast(ada).json()["workflow_id"]
    assert browser.get(URL).status_code == 401
    code = mint(facade.settings, "ada")
    page = browser.get("/login", params={"code": code, "next": f"/episodes/{mine}"})
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "same-origin"  # else the form's Origin is null
    assert page.headers["Cache-Control"] == "no-store"
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    assert browser.get(URL).status_code == 401  # looking at the link signs nobody in
    answer = browser.post("/login", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/episodes/{mine}"
    assert browser.get(URL).json()["podcasts"][0]["podcast_id"] == mine
    assert browser.get(f"/episodes/{mine}").status_code == 200
    assert "signed in" in browser.get("/login").text
    assert ask_podcast(browser).status_code == 202
    assert len(ada.get(URL).json()["podcasts"]) == 2


def test_the_cookie_is_closed_to_scripts_and_other_sites(
    facade: Facade, browser: httpx.Client, connection: Connection
) -> None:
    answer = browser.post("/login", data={"code": mint(facade.settings, "ada")})
    cookie = answer.headers["Set-Cookie"]
    for word in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={30 * 86_400}"):
        assert word in cookie
    assert "Secure" not in cookie
    name, value = cookie.partition(";")[0].split("=", 1)
    assert name == f"aethercast_{httpx.URL(facade.url).port}"
    assert len(value) >= 43
    kept = connection.execute("SELECT * FROM user_sessions").fetchall()
    assert value not in repr(kept)


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(facade: Facade) -> None:
    facade.settings.public_url = "https://cast.example"
    origin = {"Origin": "https://cast.example"}
    form = {"code": mint(facade.settings, "ada")}
    cookie = httpx.post(facade.url + "/login", data=form, headers=origin).headers["Set-Cookie"]
    assert cookie.startswith("__Host-aethercast=")
    assert "Secure" in cookie


def test_a_code_raced_by_twenty_opens_one_session(
    facade: Facade, browser: httpx.Client, connection: Connection
) -> None:
    form = {"code": mint(facade.settings, "ada")}
    origin = {"Origin": facade.url, "Accept": "application/json"}

    def follow(_: int) -> httpx.Response:
        return httpx.post(facade.url + "/login", data=form, headers=origin)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(follow, range(20)))
    assert sorted(answer.status_code for answer in answers) == [303] + [403] * 19
    for answer in answers:
        assert ("set-cookie" in answer.headers) == (answer.status_code == 303)
        if answer.status_code == 403:
            assert answer.json()["type"] == "/problems/login-code-invalid"
    assert connection.execute("SELECT count(*) FROM user_sessions").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM login_codes").fetchone() == (0,)


def test_what_is_no_code_opens_nothing(facade: Facade, browser: httpx.Client) -> None:
    mint(facade.settings, "ada")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for code in ("", "x", "é" * 50, "\udc80", "a" * 5000, "' OR 1=1 --"):
        sent = "".join(f"%{byte:02X}" for byte in code.encode("utf-8", "surrogatepass"))
        answer = browser.post("/login", content=f"code={sent}", headers=kind)
        assert answer.status_code == 403
        assert "<code>/problems/login-code-invalid</code>" in answer.text
    assert browser.post("/login", json={"code": "x"}).status_code == 415
    assert browser.post("/login", content="&".join(["a=1"] * 9), headers=kind).status_code == 400


def test_a_code_and_a_session_end(
    facade: Facade, browser: httpx.Client, connection: Connection
) -> None:
    old = mint(facade.settings, "ada")
    connection.execute("UPDATE login_codes SET expires_at = now()")
    assert browser.post("/login", data={"code": old}).status_code == 403
    for ending in (
        "UPDATE user_sessions SET expires_at = now()",
        "UPDATE user_sessions SET last_seen_at = now() - interval '7 days 1 minute'",
        "DELETE FROM user_sessions",
        "DELETE FROM users",
    ):
        sign_in(browser, facade)
        assert browser.get(URL).status_code == 200
        connection.execute(ending.encode())
        answer = browser.get(URL)
        assert answer.status_code == 401
        assert answer.json()["type"] == "/problems/unauthenticated"


def test_a_session_in_use_stays(
    facade: Facade, browser: httpx.Client, connection: Connection
) -> None:
    sign_in(browser, facade)
    for _ in range(3):
        connection.execute(
            "UPDATE user_sessions SET last_seen_at = last_seen_at - interval '6 days'"
        )
        assert browser.get(URL).status_code == 200
    seen = "SELECT last_seen_at > now() - interval '1 minute' FROM user_sessions"
    assert connection.execute(seen.encode()).fetchone() == (True,)


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(
    facade: Facade, browser: httpx.Client
) -> None:
    sign_in(browser, facade)
    stolen = dict(browser.cookies)
    answer = browser.post("/logout")
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert not browser.cookies
    assert browser.get(URL).status_code == 401
    assert httpx.get(facade.url + URL, cookies=stolen).status_code == 401
    assert browser.post("/logout").status_code == 303


def test_signing_in_again_ends_the_session_before_and_keeps_what_one_likes(
    facade: Facade, browser: httpx.Client, connection: Connection
) -> None:
    sign_in(browser, facade)
    before = dict(browser.cookies)
    connection.execute("""UPDATE user_sessions SET preferences = '{"voice": "heart"}'""")
    sign_in(browser, facade)
    assert httpx.get(facade.url + URL, cookies=before).status_code == 401
    liked = connection.execute("SELECT preferences FROM user_sessions").fetchall()
    assert liked == [({"voice": "heart"},)] * 2


def sites() -> Iterator[tuple[str, dict[str, str], int]]:
    """Who may do what with a cookie: method, what the browser says, the answer."""
    own, none = "OWN", ""
    for origin, site, allowed in (
        (own, "same-origin", True), (own, none, True), (none, "same-origin", True),
        (FRIEND, "cross-site", True), (FRIEND, none, True),
        ("null", "same-origin", True),  # a page that hides where it is
        (none, none, False), (none, "none", False), (none, "cross-site", False),
        (none, "same-site", False), ("null", none, False), ("null", "cross-site", False),
        (ELSEWHERE, "cross-site", False), (ELSEWHERE, "same-site", False),
        (ELSEWHERE, none, False), ("http://127.0.0.1:1", "same-site", False),
    ):  # fmt: skip
        said = {"Origin": origin, "Sec-Fetch-Site": site}
        for method, code in (("POST", 202), ("DELETE", 404)):
            yield method, said, code if allowed else 403
    for site, mode, dest, allowed in (
        ("same-origin", "cors", "empty", True), ("none", "navigate", "document", True),
        ("cross-site", "navigate", "document", True), ("same-site", "navigate", "document", True),
        (none, none, none, True), ("cross-site", "navigate", "iframe", False),
        ("cross-site", "no-cors", "image", False), ("same-site", "no-cors", "script", False),
        ("cross-site", "cors", "empty", False), ("same-site", "cors", "empty", False),
    ):  # fmt: skip
        said = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        yield "GET", said, 200 if allowed else 403
    for origin, code in ((FRIEND, 200), (ELSEWHERE, 403)):
        said = {"Origin": origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
        yield "GET", said, code


@pytest.fixture(scope="module")
def house(shared: Facade) -> Iterator[Facade]:
    """A facade that lets one other origin in."""
    settings = shared.settings.model_copy(update={"allowed_origins": FRIEND})
    with serve(create_app(settings)) as url:
        settings.public_url = url
        yield Facade(url, settings)


@pytest.fixture(scope="module")
def cookies(house: Facade) -> dict[str, str]:
    """What a signed-in browser sends."""
    form = {"code": mint(house.settings, "a-browser")}
    answer = httpx.post(house.url + "/login", data=form, headers={"Origin": house.url})
    return dict(answer.cookies)


@pytest.mark.parametrize(("method", "said", "code"), list(sites()))
def test_a_cookie_counts_only_from_our_own_pages(
    house: Facade, cookies: dict[str, str], method: str, said: dict[str, str], code: int
) -> None:
    headers = {name: house.url if value == "OWN" else value for name, value in said.items()}
    headers = {name: value for name, value in headers.items() if value} | new_key()
    path = URL + ("/00000000-0000-0000-0000-000000000001" if method == "DELETE" else "")
    body = {"topic": "The sea"} if method == "POST" else None
    answer = httpx.request(
        method, house.url + path, headers=headers, cookies=cookies, json=body
    )  # fmt: skip
    assert answer.status_code == code
    if code == 403:
        assert answer.json()["type"] == "/problems/foreign-origin"


def test_a_bearer_token_needs_no_origin_and_goes_before_a_cookie(
    house: Facade, cookies: dict[str, str]
) -> None:
    foreign = {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"}
    with house.client("a-program") as program:
        assert ask_podcast(program).status_code == 202
        theirs = program.get(URL, headers=foreign, cookies=cookies).json()["podcasts"]
        assert len(theirs) == 1
    wrong = {"Authorization": "Bearer nonsense"}
    assert httpx.get(house.url + URL, headers=wrong, cookies=cookies).status_code == 401


def test_nobody_is_signed_in_or_out_by_another_sites_page(
    house: Facade, cookies: dict[str, str]
) -> None:
    form = {"code": mint(house.settings, "mallory")}
    for said in ({"Origin": ELSEWHERE}, {"Origin": "null"}, {}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/login", "/logout"):
            answer = httpx.post(house.url + path, data=form, headers=said, cookies=cookies)
            assert answer.status_code == 403
            assert answer.json()["type"] == "/problems/foreign-origin"
    assert httpx.get(house.url + URL, cookies=cookies).status_code == 200


def test_wrong_codes_are_limited_by_address(facade: Facade, browser: httpx.Client) -> None:
    facade.settings.limit_attempts = "3/minute"
    codes = [browser.post("/login", data={"code": "x"}).status_code for _ in range(5)]
    assert codes == [403, 403, 403, 429, 429]
    sign_in(browser, facade)


@given(st.text(max_size=30))
def test_the_way_on_never_leads_elsewhere(wanted: str) -> None:
    for text in (wanted, "/" + wanted, "//" + wanted, "/\\" + wanted, "http://" + wanted):
        place = place_of(text)
        assert re.fullmatch(r"/(?![/\\])[!-~]*", place)
        assert "\\" not in place
        assert httpx.URL("http://us.example/login").join(place).host == "us.example"


def test_the_command_prints_a_link_that_works(
    facade: Facade, browser: httpx.Client, tmp_path: Path
) -> None:
    def run(database_url: str) -> "subprocess.CompletedProcess[str]":
        ours = {
            "AETHERCAST_SECRET_KEY": SECRET, "AETHERCAST_SERVICE_TOKEN": "t",
            "AETHERCAST_DATABASE_URL": database_url, "AETHERCAST_PUBLIC_URL": facade.url,
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "api.login_link", "--subject", "ada"], cwd=tmp_path, text=True,
            env={**clean_environment(), "PYTHONPATH": str(ROOT), **ours},
            capture_output=True, check=False,
        )  # fmt: skip

    printed = run(facade.settings.database_url)
    link = httpx.URL(printed.stdout.strip())
    assert str(link).startswith(f"{facade.url}/login?code=")
    assert browser.get(link).status_code == 200
    assert browser.post("/login", data={"code": link.params["code"]}).status_code == 303
    failed = run(facade.settings.database_url + "-that-is-not-there")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "Traceback" not in failed.stderr
