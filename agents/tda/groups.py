"""Texts laid together, a group for each story."""

from agents.tda.stories import NEVER, SAME, Batch, Verdict

HELD, AT_MOST = 0.75, 1.25
"""Two groups are one story where their texts reach on average so much of what two alone need; none
counts for more than so much, or a digest of two stories would make them one.
"""


def group(batch: Batch, standing: list[list[int]] | None = None) -> list[list[int]]:
    """The places of a batch's texts in groups, one for each story.

    ``standing`` are groups that are there already: they may grow, but never become one.
    """
    return _Grouping(batch, standing or []).run()


class _Grouping:
    """Average linkage: no chain of likenesses makes one story of two."""

    def __init__(self, batch: Batch, standing: list[list[int]]) -> None:
        self._batch = batch
        self._members = {place: [place] for place in range(len(batch.texts))}
        self._of = list(range(len(batch.texts)))
        self._standing: set[int] = set()
        self._verdicts: dict[tuple[int, int], Verdict] = {}
        for places in standing:
            for place in places[1:]:
                self._merge(places[0], place)
            self._standing.add(places[0])

    def run(self) -> list[list[int]]:
        ranked = []
        for i, j in self._batch.pairs():
            verdict = self._judge(i, j)
            if verdict.ratio >= SAME:
                ranked.append((-verdict.ratio, i, j))
        for _, i, j in sorted(ranked):
            a, b = self._of[i], self._of[j]
            if a != b and not {a, b} <= self._standing and self._may_merge(a, b):
                self._merge(*((a, b) if a in self._standing or b not in self._standing else (b, a)))
        return [sorted(places) for _, places in sorted(self._members.items())]

    def _judge(self, i: int, j: int) -> Verdict:
        key = (i, j) if i < j else (j, i)
        if key not in self._verdicts:
            self._verdicts[key] = self._batch.judge(*key)
        return self._verdicts[key]

    def _may_merge(self, a: int, b: int) -> bool:
        total, count = 0.0, 0
        for i in self._members[a]:
            for j in self._members[b]:
                verdict = self._judge(i, j)
                if verdict.ratio == NEVER:
                    return False
                total += min(verdict.ratio, AT_MOST)
                count += 1
        return total >= HELD * count

    def _merge(self, into: int, other: int) -> None:
        for place in self._members[other]:
            self._of[place] = into
        self._members[into] += self._members.pop(other)
