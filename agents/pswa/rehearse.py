"""Read a script before it is spoken: ``python -m agents.pswa.rehearse FILE… --minutes 3``.

Prints the dialogue that the configured text back end makes of some files, with the figures that
tell a good script from a bad one. Markdown headings become the outline. For developers.
"""

import argparse
import re
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.aims.text import GenerateRequest, TextBackend, open_backend
from agents.aims.text.grounded.document import read_document
from agents.aims.text.grounded.phrases import BANK
from agents.aims.text.grounded.words import count_words, split_words
from agents.aims.text.pacing import HOSTS
from agents.aims.text.request import Heading, Source
from agents.canonical import JSON
from agents.pswa.casting import DRAWL, Casting
from agents.pswa.script import Plan, PodcastScript, Preferences, ScriptPart
from agents.pswa.weaving import Order, weave

_HEADING = re.compile(r"^(#+)\s+(.*\S)\s*$")


@dataclass
class RehearsalDesk:
    """Asks the back end at hand and keeps the parts in memory."""

    backend: TextBackend
    seconds: list[float] = field(default_factory=list)

    def ask(self, task: str, body: JSON, inputs: JSON) -> JSON:
        """Ask, and note how long it took."""
        begun = time.perf_counter()
        answer = self.backend.generate(GenerateRequest.model_validate({**body, "task": task}))
        self.seconds.append(time.perf_counter() - begun)
        return {"output": answer.output, "model": answer.model}

    def published(self) -> dict[int, ScriptPart]:
        """Nothing stands before a rehearsal."""
        return {}

    def plan(self, plan: Plan) -> None:
        """Nobody waits for it."""

    def publish(self, part: ScriptPart, done: int, total: int) -> None:
        """Nobody waits for it."""


def read_file(path: Path, number: int = 0) -> Source:
    """A text, Markdown or HTML file as a source."""
    if path.suffix in (".html", ".htm"):
        return read_page(path, number)
    body, outline = "", []
    text = path.read_text(encoding="utf-8")
    front = re.match(r"---\n(.*?)\n---\n", text, flags=re.DOTALL)
    fields = dict(re.findall(r"^(title|author): (.*)$", front[1], re.MULTILINE)) if front else {}
    text = text[front.end() :] if front else text
    for line in text.splitlines(keepends=True):
        heading = _HEADING.match(line)
        if heading:
            level = len(heading[1])
            outline.append(Heading(level=level, text=heading[2], start=len(body)))
            body += heading[2] + "\n"
        else:
            body += line
    title = fields.get("title", "").strip('"') or next((h.text for h in outline), path.stem)
    author = fields.get("author", "").strip('"')
    key = str(uuid.UUID(int=number))
    return Source(id=key, title=title, author=author, text=body, outline=outline)


def read_page(path: Path, number: int) -> Source:
    """A web page as the harvest reads it."""
    from agents.wcha.extract import extract

    page = extract(path.read_bytes())
    outline = [Heading.model_validate(entry) for entry in page.outline]
    return Source(
        id=str(uuid.UUID(int=number)), title=page.title or path.stem, author=page.author or "",
        text=page.body, outline=outline,
    )  # fmt: skip


USUAL = Casting("host_a", ("host_b",), drawl={"host_a": 1.0, "host_b": DRAWL["michael"]})
"""The embedded voices: the first host's is there at once, the second's is not."""


def rehearse(
    sources: list[Source], topic: str, minutes: float, casting: Casting = USUAL
) -> tuple[PodcastScript, list[float]]:
    """A script and how long each call took."""
    desk = RehearsalDesk(open_backend())
    wanted = Preferences(length_minutes=minutes)
    order = Order(uuid.UUID(int=0), 0, topic, sources, wanted, casting=casting)
    script = weave(order, desk)
    return script, desk.seconds


def repeated(script: PodcastScript, size: int = 4) -> float:
    """The share of runs of ``size`` words that have been heard before.

    The sign-off after the last fact does not count: it names the titles again on purpose.
    """
    lines = [line for part in script.parts for line in part.lines]
    while lines and lines[-1].kind != "fact":
        lines.pop()
    runs: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        words = [word.casefold() for word in split_words(line.text)]
        runs.update(tuple(words[n : n + size]) for n in range(len(words) - size + 1))
    total = sum(runs.values())
    return sum(count - 1 for count in runs.values()) / total if total else 0.0


def count_prompts(script: PodcastScript) -> int:
    """Lines that would fit any story."""
    generic = {phrase for category in ("generic", "move") for phrase in BANK[category]}
    return sum(line.text in generic for part in script.parts for line in part.lines)


def show(script: PodcastScript, seconds: list[float], sources: list[Source]) -> str:
    """The dialogue and its figures."""
    rows = []
    for part in script.parts:
        rows.append(f"\n== {part.heading}")
        for line in part.lines:
            name = "A" if line.speaker == "host_a" else "        B"
            rows.append(f"{name} {'|' if line.kind == 'fact' else ':'} {line.text}")
    grounding = script.grounding
    available = sum(count_words(s.text) for d in map(read_document, sources) for s in d.sentences)
    rows += [
        "",
        f"title {script.title!r}, model {script.model}, shortened {script.shortened}",
        f"words {grounding.words} of {available}, about {script.estimated_seconds:.0f} s,"
        f" host_b {grounding.shares['host_b']:.2f}",
        f"repeated 4-grams {repeated(script):.1%}, generic prompts {count_prompts(script)}",
        f"plan {seconds[0] * 1000:.0f} ms, first part {seconds[1] * 1000:.0f} ms, in all"
        f" {sum(seconds) * 1000:.0f} ms",
        "thirds: " + "; ".join(
            f"{t.kept}/{t.facts} facts kept, {t.replaced} replaced, {t.dropped} dropped,"
            f" {t.silenced} silenced" for t in grounding.thirds
        ),
    ]  # fmt: skip
    return "\n".join(rows)


def main() -> None:
    """Rehearse what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m agents.pswa.rehearse", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--topic", default="")
    parser.add_argument("--slow", nargs="*", choices=HOSTS, default=["host_b"],
                        help="the hosts whose voice takes its time")  # fmt: skip
    given = parser.parse_args()
    sources = [read_file(path, number) for number, path in enumerate(given.files)]
    casting = replace(Casting.by_speed(given.slow), drawl=USUAL.drawl)
    script, seconds = rehearse(sources, given.topic, given.minutes, casting)
    sys.stdout.write(show(script, seconds, sources) + "\n")


if __name__ == "__main__":
    main()
