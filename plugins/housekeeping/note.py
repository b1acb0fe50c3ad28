"""What a run of the housekeeping says of itself."""

from collections.abc import Mapping

from plugins.housekeeping.tally import Report, gather

LONGEST = 1000
"""Characters Airflow accepts."""


def compose_note(reports: Mapping[str, Report | None], *, dry_run: bool) -> str:
    """The note, in Markdown. A step without a report has failed."""
    done = [report for report in reports.values() if report is not None]
    failed = [name for name, report in reports.items() if report is None]
    pieces = ["Dry run: nothing was changed."] if dry_run else []
    pieces.append(_told(done, dry_run=dry_run) or "Nothing to do.")
    late = [name for name, report in reports.items() if report and report.unfinished]
    if late:
        pieces.append(f"There is more to do in {_listed(late)}; the next run goes on.")
    if failed:
        pieces.append(f"**Failed: {_listed(failed)}.** The task's log says why.")
    return " ".join(pieces)[:LONGEST]


def _told(reports: list[Report], *, dry_run: bool) -> str:
    tallies = [tally for report in reports for tally in report.tallies]
    removed, marked = gather(tallies, "removed"), gather(tallies, "marked")
    sentences = []
    if removed:
        sentences.append(f"{'Would remove' if dry_run else 'Removed'} {removed}.")
    if marked:
        verb = "Would mark" if dry_run else "Marked"
        sentences.append(f"{verb} for removal: {marked}.")
    return " ".join(sentences)


def _listed(names: list[str]) -> str:
    return ", ".join(names)
