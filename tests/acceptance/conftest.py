"""The real stack, brought up once for the run from a copy of the checkout."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from scripts.local.ports import in_use
from tests.acceptance.api import Caller, Document
from tests.acceptance.generated import generate
from tests.acceptance.running import SPARING, free_offset
from tests.acceptance.running import Stack as Stack
from tests.acceptance.typesetting import set_pdf
from tests.fuzzing.run import Outcome

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SOURCES = HERE / "sources"
TOPIC = "How lighthouses learned to shine, and who kept them burning"
LEFT_OUT = shutil.ignore_patterns(".venv", ".aethercast", ".git", ".*_cache", "node_modules")
FIRST = (
    "test_refresh.py", "test_client_page.py", "test_manners.py", "test_operator_run.py",
    "test_requests.py", "test_episode.py", "test_stream_fidelity.py", "test_events.py",
    "test_tables.py", "test_contract.py",
)  # fmt: skip
"""The files that have their turn before all others, in this order: what comes of a fresh start, and
what lists all that its owner has and so bears no generated requests beside it. During these the
long episode is made; the requests are sent while it is looked at."""
LAST = ("test_housekeeping.py", "test_killed.py")
"""What is about all that there is, and what kills parts of the stack."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever needs the episode comes when it is made, and whoever kills parts comes last."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ours = sorted((items[place] for place in places), key=lambda item: turn(item.path.name))
    for place, item in zip(places, ours, strict=True):
        items[place] = item


def turn(file: str) -> int:
    """When a file's tests have their turn."""
    if file in FIRST:
        return FIRST.index(file) - len(FIRST)
    return LAST.index(file) + 1 if file in LAST else 0


def is_wanted(request: pytest.FixtureRequest, fixture: str) -> bool:
    """Whether a test of this run asks for a fixture."""
    items = request.session.items
    return any(fixture in item.fixturenames for item in items if isinstance(item, pytest.Function))


@pytest.fixture(scope="session", autouse=True)
def begun(request: pytest.FixtureRequest) -> None:
    """The long episode is begun before anything else: it is made while other tests run.

    Should it be refused, that is for the tests that look at it to tell.
    """
    if is_wanted(request, "episode"):
        with suppress(Exception):
            request.getfixturevalue("asked")


@pytest.fixture(autouse=True)
def beside(request: pytest.FixtureRequest) -> None:
    """Generated requests are sent while the episode is looked at: neither touches the other."""
    if "episode" in request.fixturenames and is_wanted(request, "generated"):
        request.getfixturevalue("generated")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A copy of the checkout with its stack up; taken down at the end."""
    folder = Path(tempfile.mkdtemp(prefix="aethercast-acceptance-"))
    folder.chmod(0o755)
    root = folder / "checkout"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    state = root / ".aethercast"
    state.mkdir()
    (state / "models").symlink_to(ROOT / ".aethercast" / "models")
    stack = Stack(root, free_offset(root), SPARING)
    up = stack.local("up")
    try:
        assert up.returncode == 0, up.stdout + up.stderr + tail_of_logs(root)
        yield stack
    finally:
        stack.local("down")
    check_nothing_is_left(stack)
    shutil.rmtree(folder, ignore_errors=True)


def check_nothing_is_left(stack: Stack) -> None:
    """`make down` leaves no process and no port."""
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline", "cwd"])
        if str(stack.root) in f"{process.info['cwd']} {process.info['cmdline']}"
    ]
    assert left == []
    assert [port for port in stack.ports if in_use(port)] == []


def tail_of_logs(root: Path) -> str:
    """The end of each log, for the report of a start that failed."""
    logs = sorted((root / ".aethercast" / "logs").glob("*.log"))
    return "".join(f"\n--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs)


@pytest.fixture(scope="session")
def caller(stack: Stack) -> Caller:
    """The owner of the stack."""
    return Caller(stack.facade, stack.token)


@pytest.fixture(scope="session")
def stranger(stack: Stack) -> Caller:
    """Somebody else with a token of their own."""
    made = stack.run("-m", "api.token", "--subject", "stranger", "--days", "1")
    assert made.returncode == 0, made.stderr
    return Caller(stack.facade, made.stdout.strip())


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keepers' article as a PDF of several pages."""
    path = tmp_path_factory.mktemp("sources") / "keepers.pdf"
    set_pdf((SOURCES / "keepers.md").read_text(encoding="utf-8"), path)
    return path


@pytest.fixture(scope="session")
def asked(caller: Caller, pdf: Path) -> str:
    """A three-minute episode from an HTML file and a PDF, asked for; its id."""
    uploaded = [caller.upload(SOURCES / "fresnel-lens.html"), caller.upload(pdf)]
    answer = caller.ask(
        {
            "topic": TOPIC,
            "sources": [{"source_id": each} for each in uploaded],
            "user_preferences": {"length_minutes": 3},
        }
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["podcast_id"])


@pytest.fixture(scope="session")
def episode(caller: Caller, asked: str) -> Document:
    """The three-minute episode, finished."""
    return caller.wait(asked)


@pytest.fixture(scope="session")
def generated(
    stack: Stack, caller: Caller, episode: Document, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Future[Outcome]]":
    """What comes of thousands of generated requests, sent on a thread of their own."""
    folder = tmp_path_factory.mktemp("generated")
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(generate, stack, caller, episode, folder)


@pytest.fixture(scope="session")
def mp3(caller: Caller, episode: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The episode's MP3, as a listener downloads it."""
    assert episode["status"] == "COMPLETED", episode["error"]
    target = tmp_path_factory.mktemp("episode") / "episode.mp3"
    return caller.download(episode["media"]["audio"]["url"], target)


@pytest.fixture
def tables(stack: Stack) -> "Iterator[psycopg.Connection[Any]]":
    """The stack's database, to read only."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.read_only = True
        yield connection
