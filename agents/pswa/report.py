"""The grounding report of an episode."""

from collections.abc import Sequence
from itertools import pairwise

from agents.aims.text.grounded.words import count_words
from agents.pswa.gate import Verdict
from agents.pswa.script import GroundingReport, Third


def report_grounding(verdicts: Sequence[Verdict]) -> GroundingReport:
    """Count what the gate found, over all and by thirds of the lines."""
    size = len(verdicts)
    cuts = [size * n // 3 for n in range(4)]
    thirds = [tally(verdicts[a:b]) for a, b in pairwise(cuts)]
    words = {"host_a": 0, "host_b": 0}
    for verdict in verdicts:
        if verdict.fate in ("kept", "replaced"):
            words[verdict.line.speaker] += count_words(verdict.line.text)
    total = sum(words.values())
    shares = {host: round(count / total, 3) if total else 0.0 for host, count in words.items()}
    return GroundingReport(total=tally(verdicts), thirds=thirds, shares=shares, words=total)


def tally(verdicts: Sequence[Verdict]) -> Third:
    """Count the fates of some lines."""
    facts = [v.fate for v in verdicts if v.line.kind == "fact"]
    connectives = [v.fate for v in verdicts if v.line.kind == "connective"]
    return Third(
        facts=len(facts),
        kept=facts.count("kept"),
        replaced=facts.count("replaced"),
        dropped=facts.count("dropped"),
        connectives=len(connectives),
        silenced=connectives.count("silenced"),
    )
