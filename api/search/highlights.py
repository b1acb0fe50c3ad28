"""Where the words that were searched stand in a text: ranges of characters, never markup."""

OPEN, CLOSE = "\ue000", "\ue001"
"""Characters of the private use area: nothing that a text says."""
MARKS = f'StartSel="{OPEN}", StopSel="{CLOSE}", HighlightAll=true'

Range = tuple[int, int]


def find_ranges(marked: str, text: str) -> list[Range]:
    """Characters ``start`` up to, not including, ``end`` that stand between two marks.

    Nothing where what was marked is not the text: PostgreSQL leaves out what looks like tags.
    """
    if marked.replace(OPEN, "").replace(CLOSE, "") != text:
        return []
    ranges: list[Range] = []
    place = begin = 0
    for character in marked:
        if character == OPEN:
            begin = place
        elif character == CLOSE:
            ranges.append((begin, place))
        else:
            place += 1
    return ranges
