"""Documents that break their reader cost themselves, a sentence, and nothing else."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.wcha.errors import (
    DamagedSource,
    EncryptedSource,
    NoText,
    ReaderDied,
    TooLarge,
    TooSlow,
    UnreadableSource,
)
from agents.wcha.extract import extract
from agents.wcha.reading import Reader, wire
from agents.wcha.reading.wire import Fault, pack, pack_fault, unpack
from agents.wcha.settings import HarvestSettings
from agents.wcha.text import Extracted
from tests.agents.wcha import hostile_documents as hostile
from tests.agents.wcha.paper import Paper, wrap

GOOD = f"<html><head><title>The Harbour</title></head><body><p>{hostile.STORY}</p></body></html>"


@pytest.fixture
def quick() -> Iterator[Reader]:
    """A reader that gives each document a second and 100 MB."""
    limits = HarvestSettings(source_seconds=1.0, source_max_memory=100_000_000)
    with Reader(limits) as reader:
        yield reader


def paper() -> bytes:
    made = Paper("On Paper").page()
    made.block(wrap(hostile.STORY, 80), 60, 100)
    return made.bytes()


@pytest.mark.parametrize(
    "document",
    [GOOD.encode(), paper(), hostile.STORY.encode(), f"# A\n\n{hostile.STORY}".encode(),
     GOOD.encode("utf-16"), GOOD.encode("utf-32"),
     f"<html><meta charset=shift_jis><body><p>日本 {hostile.STORY}".encode("shift_jis"),
     f"<html><meta charset=iso-2022-kr><body><p>été {hostile.STORY}".encode("cp1252")],
)  # fmt: skip
def test_apart_it_reads_as_in_one_process(reader: Reader, document: bytes) -> None:
    assert reader.read(document) == extract(document)


DEADLY: dict[str, tuple[Callable[[], bytes], type[UnreadableSource]]] = {
    "a stream of 300 MB": (lambda: hostile.bomb_stream(300), UnreadableSource),
    "a bomb in a bomb": (lambda: hostile.bomb_stream(300, 2), UnreadableSource),
    "drawings that draw themselves": (hostile.forms_in_a_circle, UnreadableSource),
    "drawings that multiply": (lambda: hostile.forms_that_multiply(9), UnreadableSource),
    "pages that are their own parents": (hostile.page_tree_in_a_circle, DamagedSource),
    "a password": (lambda: hostile.locked("secret"), EncryptedSource),
    "a billion laughs": (hostile.LAUGHS.encode, NoText),
    "entities in files": (hostile.FILE_ENTITY.encode, NoText),
    "a hundred thousand boxes": (lambda: b"<html><body>" + b"<div>" * 100_000 + b"text", NoText),
    "half a million paragraphs": (
        lambda: b"<html><body>" + b"<p>x</p>" * 500_000,
        UnreadableSource,
    ),
    "brackets without end": (lambda: b"# a\n\n" + b"[" * 300_000, UnreadableSource),
    "nothing but marks": (lambda: ("\u200b\u202e" * 1_000_000).encode(), UnreadableSource),
}


@pytest.mark.parametrize("case", DEADLY)
def test_each_costs_one_sentence(quick: Reader, case: str) -> None:
    make, error = DEADLY[case]
    with pytest.raises(error) as caught:
        quick.read(make())
    assert str(caught.value).endswith(".")
    assert "<" not in str(caught.value)
    assert quick.read(hostile.STORY.encode()).words == len(hostile.STORY.split())


@pytest.mark.parametrize(
    "document",
    [hostile.many_pages(2000), hostile.deep_objects(200_000), hostile.locked(""),
     hostile.one_page(hostile.stream(hostile.lines(hostile.STORY)), b"/AA << /O 99 0 R >>")],
)  # fmt: skip
def test_odd_papers_are_read_all_the_same(document: bytes) -> None:
    with Reader(HarvestSettings(source_max_pages=20)) as reader:
        assert "busiest on the" in reader.read(document).body


def test_it_sees_no_file_no_network_and_no_other_process(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a parser that was taken over could do, asked of one that says what it can."""

    def taken_over(text: str) -> object:
        import socket
        import subprocess

        can = []
        attempts: dict[str, Callable[[], object]] = {
            "read": lambda: Path("/etc/passwd").read_text("ascii"),
            "write": lambda: (tmp_path / "x").write_text("x"),
            "dial": lambda: socket.create_connection(("127.0.0.1", 9)),
            "run": lambda: subprocess.run(["true"], check=True),
            "pipe": os.pipe,
        }
        for name, attempt in attempts.items():
            try:
                attempt()
                can.append(name)
            except OSError:
                continue
        held = [number for number in range(3, 200) if _is_open(number)]
        raise UnreadableSource(f"It can {can} and holds {len(held)}.")

    fork = os.fork

    def fork_as_a_library_does() -> int:
        """Some libraries open files of their own in every child."""
        if child := fork():
            return child
        os.open(os.devnull, os.O_RDONLY)
        return 0

    monkeypatch.setattr("os.fork", fork_as_a_library_does)
    monkeypatch.setattr("agents.wcha.formats.html.read_html", taken_over)
    with pytest.raises(UnreadableSource, match=r"^It can \[\] and holds 1\.$"):
        reader.read(GOOD.encode())


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("death", "error"),
    [(signal.SIGSEGV, ReaderDied), (signal.SIGABRT, ReaderDied), (signal.SIGXCPU, TooSlow)],
)
def test_a_parser_may_die(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, death: signal.Signals, error: type[Exception]
) -> None:
    monkeypatch.setattr("agents.wcha.formats.html.read_html", lambda _: os.kill(os.getpid(), death))
    with pytest.raises(error):
        reader.read(GOOD.encode())
    assert reader.read(hostile.STORY.encode()).words


def test_a_parser_may_sleep(quick: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.wcha.formats.html.read_html", lambda _: time.sleep(60))
    with pytest.raises(TooSlow):
        quick.read(GOOD.encode())
    assert quick.read(hostile.STORY.encode()).words


def test_a_parser_may_eat(quick: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.wcha.formats.html.read_html", lambda _: bytearray(10**9))
    with pytest.raises(TooLarge, match="unfolds"):
        quick.read(GOOD.encode())


def test_a_parser_may_recurse(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def again(text: str) -> object:
        return again(text)

    monkeypatch.setattr("agents.wcha.formats.html.read_html", again)
    with pytest.raises(DamagedSource):
        reader.read(GOOD.encode())


def test_the_reader_itself_may_die(reader: Reader) -> None:
    reader.start()
    os.kill(reader._pid, signal.SIGKILL)
    with pytest.raises(ReaderDied, match="could not be read"):
        reader.read(GOOD.encode())
    assert reader.read(GOOD.encode()).title == "The Harbour"


@pytest.mark.parametrize("problem", [BlockingIOError, KeyboardInterrupt])
def test_a_reader_that_cannot_be_made_costs_nobody_else(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, problem: type[BaseException]
) -> None:
    killed: list[int] = []

    def refuse() -> int:
        raise problem

    before = {each.name for each in Path("/proc/self/fd").iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fork", refuse)
        patch.setattr(os, "kill", lambda pid, _: killed.append(pid))
        patch.setattr(os, "killpg", lambda pid, _: killed.append(pid))
        with pytest.raises(ReaderDied if issubclass(problem, OSError) else problem):
            reader.read(GOOD.encode())
        reader.close()
    assert killed == []
    assert {each.name for each in Path("/proc/self/fd").iterdir()} == before
    assert reader.read(GOOD.encode()).title == "The Harbour"


def test_a_reader_is_ended_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    reader.start()
    reader.close()
    monkeypatch.setattr(os, "killpg", lambda pid, _: killed.append(pid))
    reader.close()
    assert (reader._pid, killed) == (0, [])


def test_who_is_stopped_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unwanted(Exception):
        pass

    def stop() -> None:
        raise Unwanted

    monkeypatch.setattr("agents.wcha.formats.html.read_html", lambda _: time.sleep(60))
    with Reader(HarvestSettings(), stop) as reader:
        with pytest.raises(Unwanted):
            reader.read(GOOD.encode())
        assert reader.read(hostile.STORY.encode()).words


def test_nobody_is_left_behind() -> None:
    with Reader(HarvestSettings()) as reader:
        reader.read(GOOD.encode())
        child = reader._pid
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_threads_take_turns(reader: Reader) -> None:
    reader.start()
    titles: list[str | None] = []

    def read(number: int) -> None:
        page = GOOD.replace("The Harbour", f"Harbour {number}")
        titles.append(reader.read(page.encode()).title)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, titles)) == [f"Harbour {number}" for number in range(6)]


@pytest.mark.parametrize(
    "said",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"error": "SystemExit"}', b'{"error": "harvest"}',
     b'{"error": 7}', b"[" * 100_000, b'{"body": 1, "outline": [7]}', b'{"error": "__doc__"}'],
)  # fmt: skip
def test_nonsense_from_a_reader_is_no_text(said: bytes) -> None:
    found = unpack(said)
    assert isinstance(found, Fault)
    assert isinstance(found.error, ReaderDied)


def test_what_is_sent_arrives() -> None:
    text = Extracted("A \ud800 b", [{"level": 1, "text": "é", "start": 0}], None, "x", None, True)
    assert unpack(pack(text)) == text
    fault = unpack(pack_fault(NoText("Too little.")))
    assert isinstance(fault, Fault)
    assert (type(fault.error), str(fault.error)) == (NoText, "Too little.")
    assert wire.MOST_BYTES > 10_000_000
