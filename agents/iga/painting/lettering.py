"""Setting the title: fitted, wrapped evenly, kerned, and never with empty boxes for letters."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import font_roboto
import font_source_serif_pro
import skia

_SERIF, _SANS = "serif", "sans"
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "of", "on", "or", "the", "to",
     "with"}
)  # fmt: skip
_MOST_LINES = 6
_LEADING = 1.12
_PAUSE = re.compile(r"[,:;–—] ")


@dataclass(frozen=True)
class Setting:
    """A title ready to draw: its lines, the size of the type and of the whole, in pixels."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float


class Lettering:
    """The fonts and what is set in them."""

    def __init__(self) -> None:
        self._serif = skia.Typeface.MakeFromFile(font_source_serif_pro.SourceSerifProSemibold)
        self._provider = skia.textlayout.TypefaceFontProvider()
        self._provider.registerTypeface(self._serif, _SERIF)
        sans = skia.Typeface.MakeFromFile(font_roboto.RobotoMedium)
        self._provider.registerTypeface(sans, _SANS)
        self._collection = skia.textlayout.FontCollection()
        self._collection.setDefaultFontManager(self._provider)
        self._unicode = skia.Unicodes.ICU.Make()
        self._system = skia.FontMgr()
        self._others: dict[str, str | None] = {}

    def family_of(self, character: str) -> str | None:
        """The font that has a character: ours, else one of the machine's, else none."""
        if character.isspace() or self._serif.unicharToGlyph(ord(character)):
            return _SERIF
        if character not in self._others:
            self._others[character] = self._find_other(character)
        return self._others[character]

    def _find_other(self, character: str) -> str | None:
        style = skia.FontStyle.Bold()
        face = self._system.matchFamilyStyleCharacter("", style, ["en"], ord(character))
        if face is None or not face.unicharToGlyph(ord(character)):
            return None
        name = f"other {face.getFamilyName()}"
        self._provider.registerTypeface(face, name)
        return name

    def can_set(self, text: str) -> bool:
        """Whether every letter of a text has a shape here."""
        return all(self.family_of(character) for character in text)

    def shape(
        self, text: str, size: float, color: int, sans: bool = False, spacing: float = 0.0
    ) -> skia.textlayout.Paragraph:
        """One line of text, kerned."""
        style = skia.textlayout.ParagraphStyle()
        builder = skia.textlayout.ParagraphBuilder(style, self._collection, self._unicode)
        for family, run in self._runs(text):
            face = skia.textlayout.TextStyle()
            face.setFontFamilies([_SANS if sans else family])
            face.setFontSize(size)
            face.setColor(color)
            face.setLetterSpacing(spacing)
            builder.pushStyle(face)
            builder.addText(run)
            builder.pop()
        line = builder.Build()
        line.layout(100_000)
        return line

    def _runs(self, text: str) -> list[tuple[str, str]]:
        """Neighbouring characters of one font together."""
        runs: list[tuple[str, str]] = []
        for character in text:
            family = self.family_of(character) or _SERIF
            if runs and runs[-1][0] == family:
                runs[-1] = (family, runs[-1][1] + character)
            else:
                runs.append((family, character))
        return runs

    def measure(self, text: str) -> float:
        """The width of a line for type of size 100."""
        return float(self.shape(text, 100, skia.ColorBLACK).MaxIntrinsicWidth)

    def fit(
        self, title: str, width: float, height: float, largest: float, smallest: float
    ) -> Setting:
        """The largest type in which a title fits a box, its lines as even as possible."""
        words = _split(title)
        widths = {piece: self.measure(piece) for piece in _pieces(words)}
        best = Setting((), smallest, 0, 0)
        for count in range(1, min(len(words), _MOST_LINES) + 1):
            lines = _balance(words, count, widths)
            widest = max(widths.get(line, 1e9) for line in lines)
            size = min(largest, 100 * width / widest, height / (count * _LEADING))
            if size > best.size * 1.04 or not best.lines:
                block = count * size * _LEADING
                best = Setting(tuple(lines), size, widest * size / 100, block)
        if best.size < smallest and len(words) > 1:
            # Too much even for the smallest type: the end goes.
            kept = " ".join(words[: max(1, len(words) * 4 // 5)]).rstrip(" …,;:-–") + "…"
            return self.fit(kept, width, height, largest, smallest) if kept != title else best
        return best


def tidy(title: str) -> str:
    """A title for a cover: one line, no control characters, no full stop at its end.

    What is written in small letters throughout gets capitals, as a headline has them.
    """
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in title)
    plain = unicodedata.normalize("NFC", re.sub(r"\s+", " ", visible)).strip()
    if plain.endswith(".") and not plain.endswith(".."):
        plain = plain[:-1]
    return _headline(plain) if plain.islower() else plain


def _headline(title: str) -> str:
    words = title.split(" ")
    last = len(words) - 1
    return " ".join(
        word if word in _SMALL_WORDS and 0 < index < last else word[:1].upper() + word[1:]
        for index, word in enumerate(words)
    )


def _split(title: str) -> list[str]:
    """Words; text without spaces (Chinese, Japanese) may break anywhere."""
    words: list[str] = []
    for word in title.split(" ")[:80]:
        if len(word) > 24 or (len(word) > 6 and any(ord(c) >= 0x2E80 for c in word)):
            step = 4 if any(ord(c) >= 0x2E80 for c in word) else 16
            words.extend(word[i : i + step] for i in range(0, len(word), step))
        else:
            words.append(word)
    return words


def _pieces(words: list[str]) -> set[str]:
    """Every run of neighbouring words that may become a line."""
    return {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + 14) + 1)
    }


def _balance(words: list[str], count: int, widths: dict[str, float]) -> list[str]:
    """Break words into ``count`` lines so that the widest is as narrow as can be."""

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[str, ...]]:
        if lines == 1:
            rest = " ".join(words[start:])
            return widths.get(rest, 1e9) * (1 + 0.35 * len(_PAUSE.findall(rest))), (rest,)
        choices = []
        for end in range(start + 1, len(words) - lines + 2):
            line = " ".join(words[start:end])
            below, following = best(end, lines - 1)
            # A comma or colon inside a line would read better at its end.
            width = widths.get(line, 1e9) * (1 + 0.35 * len(_PAUSE.findall(line)))
            choices.append((max(width, below), (line, *following)))
        return min(choices)

    return list(best(0, count)[1])


@cache
def lettering() -> Lettering:
    """The fonts, loaded once a process."""
    return Lettering()
