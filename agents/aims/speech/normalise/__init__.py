"""Text for the eye to text for the ear."""

from hibari.g2p.normalize import normalize  # type: ignore[import-untyped]


def spell_out(text: str) -> str:
    """Write ``text`` as it is spoken."""
    spoken: str = normalize(text)
    return spoken
