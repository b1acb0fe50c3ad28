"""What is written on an episode."""

from dataclasses import dataclass
from fractions import Fraction

from av.container import OutputContainer

_MILLISECOND = Fraction(1, 1000)


@dataclass(frozen=True)
class Chapter:
    """A part of the episode and the second at which it begins."""

    title: str
    start: float


@dataclass(frozen=True)
class Labels:
    """Title, album, chapters in order, and a cover as PNG or JPEG bytes."""

    title: str
    album: str = "Aethercast"
    artist: str = "Aethercast"
    comment: str = ""
    chapters: tuple[Chapter, ...] = ()
    cover: bytes | None = None

    def write(self, container: OutputContainer, seconds: float) -> None:
        """Put the words and the chapters into a file that has not been started yet."""
        words = {
            "title": self.title, "album": self.album, "artist": self.artist,
            "genre": "Podcast", "comment": self.comment,
        }  # fmt: skip
        container.metadata.update({name: word for name, word in words.items() if word})
        edges = [round(chapter.start * 1000) for chapter in self.chapters]
        edges.append(round(seconds * 1000))
        container.set_chapters([
            {
                "id": place + 1, "start": edges[place], "end": max(edges[place], edges[place + 1]),
                "time_base": _MILLISECOND, "metadata": {"title": chapter.title},
            }
            for place, chapter in enumerate(self.chapters)
        ])  # fmt: skip
