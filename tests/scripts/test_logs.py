"""`make logs` reads on over a rotation and loses no line."""

from pathlib import Path

from scripts.local.logs import Follower, last_lines


def test_the_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "aims.log"
    assert last_lines(log, 2) == ""
    log.write_text("one\ntwo\nthree\n")
    assert last_lines(log, 2) == "two\nthree"


def test_lines_come_whole_and_over_a_rotation(tmp_path: Path) -> None:
    log = tmp_path / "aims.log"
    log.write_text("old\n")
    follower = Follower(log)
    with log.open("a") as out:
        out.write("one\ntw")
        out.flush()
        assert list(follower.lines()) == ["one"]
        out.write("o\nthree\n")
    log.rename(tmp_path / "aims.log.1")
    log.write_text("four\n")
    assert list(follower.lines()) == ["two", "three", "four"]
