"""An episode of three minutes from an HTML file and a PDF, judged from outside."""

import re
from pathlib import Path

import httpx
import numpy as np

from tests.acceptance.airflow import Airflow
from tests.acceptance.api import Caller, Document, hear
from tests.acceptance.conftest import Stack
from tests.acceptance.listening import decode, listen, pitch
from tests.recogniser import compare, transcribe


def lines_of(episode: Document) -> list[Document]:
    """All lines in order."""
    return [line for part in episode["script"]["parts"] for line in part["lines"]]


def test_the_episode_is_whole(episode: Document) -> None:
    assert episode["status"] == "COMPLETED", episode["error"]
    assert episode["title"]
    assert episode["script"]["complete"]
    assert {each["status"] for each in episode["agents"]} == {"completed"}
    assert len(episode["agents"]) == 5


def test_the_mp3_is_valid_and_as_long_as_asked(mp3: Path, episode: Document) -> None:
    heard = listen(mp3)
    assert abs(heard.seconds - 180) <= 0.15 * 180
    assert abs(heard.seconds - episode["duration_seconds"]) < 0.1
    assert heard.longest_silence <= 2.0


def test_two_different_people_speak(mp3: Path, episode: Document) -> None:
    sound = decode(mp3)
    voices: dict[str, list[np.ndarray]] = {"host_a": [], "host_b": []}
    for line in lines_of(episode):
        start, end = int(line["start_seconds"] * 16000), int(line["end_seconds"] * 16000)
        voices[line["speaker"]].append(sound[start:end])
    woman, man = (pitch(np.concatenate(voices[host])) for host in ("host_a", "host_b"))
    assert 140 < woman < 300
    assert 70 < man < 165
    assert woman > 1.25 * man


def test_a_recogniser_hears_the_script(mp3: Path, episode: Document) -> None:
    written = " ".join(line["text"] for line in lines_of(episode))
    verdict = compare(written, transcribe(mp3))
    assert verdict.word_error_rate <= 0.05, verdict
    assert verdict.dropped <= 0.01, verdict


def test_every_fact_cites_a_span_that_holds_its_numbers_and_names(episode: Document) -> None:
    facts = [line for line in lines_of(episode) if line["kind"] == "fact"]
    assert len(facts) >= 10
    for line in facts:
        assert line["citations"], line
        quoted = " ".join(citation["quote"] for citation in line["citations"])
        for token in numbers_and_names(line["text"]):
            assert token in quoted, (token, line)


def numbers_and_names(text: str) -> list[str]:
    """Digits, and capitalised words that do not open a sentence."""
    numbers = re.findall(r"\d[\d,.]*\d|\d", text)
    names = re.findall(r"(?<=[a-z,;] )[A-Z][\w'’-]*[a-z]", text)
    return numbers + names


def test_connective_lines_hold_no_number(episode: Document) -> None:
    for line in lines_of(episode):
        if line["kind"] != "fact":
            assert not re.search(r"\d", line["text"]), line


def test_each_source_is_used(episode: Document) -> None:
    cited = {each["source_id"] for line in lines_of(episode) for each in line["citations"]}
    assert cited == {source["source_id"] for source in episode["sources"]}
    assert len(cited) == 2


def test_boilerplate_is_not_read_aloud(episode: Document) -> None:
    spoken = " ".join(line["text"] for line in lines_of(episode))
    for boilerplate in ("cookie", "Newsletter", "4.99", "Harbour Almanac", "99999", "Page "):
        assert boilerplate not in spoken


def test_the_stream_is_the_episode(episode: Document, tmp_path: Path) -> None:
    url = episode["stream"]["websocket_url"]
    whole = hear(url)
    assert whole.metadata["codec"] == "opus"
    assert whole.end == {"type": "stream_end", "bytes": len(whole.audio), "sha256": whole.sha256}
    cursor = len(whole.audio) // 3
    assert hear(url, cursor).audio == whole.audio[cursor:]
    saved = tmp_path / "stream.webm"
    saved.write_bytes(whole.audio)
    assert abs(listen(saved).seconds - episode["duration_seconds"]) < 0.1


def test_a_forged_stream_id_hears_nothing(episode: Document) -> None:
    heard = hear(episode["stream"]["websocket_url"].replace("stream_id=", "stream_id=x"))
    assert heard.end["code"] == "unknown_stream"
    assert heard.audio == b""


def test_media_answer_ranges_and_refuse_forgery(caller: Caller, episode: Document) -> None:
    for name in ("audio", "episode", "cover"):
        url = httpx.URL(caller.facade).join(episode["media"][name]["url"])
        whole = httpx.get(url)
        part = httpx.get(url, headers={"Range": "bytes=100-199"})
        assert part.status_code == 206
        assert part.content == whole.content[100:200]
        assert httpx.get(str(url)[:-6] + "AAAAAA").status_code in (403, 404)


def test_the_cover_is_a_square_picture(caller: Caller, episode: Document, tmp_path: Path) -> None:
    import skia

    path = caller.download(episode["media"]["cover"]["url"], tmp_path / "cover")
    picture = skia.Image.MakeFromEncoded(skia.Data.MakeFromFileName(str(path)))
    assert picture.width() == picture.height() >= 1024


def test_from_the_episode_to_the_run_and_back(stack: Stack, episode: Document) -> None:
    airflow = Airflow(stack)
    runs = airflow.get("/api/v2/dags/podcast/dagRuns?limit=100")["dag_runs"]
    mine = [run for run in runs if episode["workflow_id"] in run["dag_run_id"]]
    assert len(mine) == 1
    assert mine[0]["state"] == "success"
    run = mine[0]["dag_run_id"]
    assert run in httpx.URL(episode["links"]["airflow_run"]).path
    tasks = airflow.get(f"/api/v2/dags/podcast/dagRuns/{run}/taskInstances")["task_instances"]
    assert {task["task_id"] for task in tasks} == {
        "harvest", "weave_script", "forge_voice", "generate_cover", "publish"
    }  # fmt: skip
    links = airflow.get(f"/api/v2/dags/podcast/dagRuns/{run}/taskInstances/publish/links")[
        "extra_links"
    ]
    page = httpx.get(next(str(url) for name, url in links.items() if name == "Listen"))
    assert page.status_code == 200
    assert episode["title"] in page.text
