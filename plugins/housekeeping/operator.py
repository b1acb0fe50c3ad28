"""The tasks of the housekeeping in Airflow.

They are no steps of a workflow: nobody asked for them, and a listener's list and the analysts'
views of what was made stay free of them. Airflow's own history and the note on each run tell
what was done.
"""

import logging
from typing import Any

import httpx
from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from agents.canonical import JSON
from plugins.airflow_api import AirflowApi
from plugins.housekeeping.limits import read_limits
from plugins.housekeeping.note import compose_note
from plugins.housekeeping.sweeps import SWEEPS
from plugins.housekeeping.tally import Report
from plugins.settings import flow_settings
from plugins.step.database import connect

log = logging.getLogger(__name__)


class SweepOperator(BaseOperator):
    """One step; what it did is its XCom (:class:`plugins.housekeeping.tally.Report`).

    :param sweep: which one, by its name in ``plugins.housekeeping.sweeps``.
    """

    def __init__(self, *, sweep: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sweep = sweep

    def execute(self, context: Context) -> dict[str, JSON]:
        """Sweep. An error that would be the same again fails the task at once."""
        limits = read_limits(context["params"])
        try:
            with connect() as connection:
                report = SWEEPS[self.sweep](connection, limits)
        except Exception as error:
            if getattr(error, "retryable", True):
                raise
            raise AirflowFailException(str(error)) from error
        for tally in filter(lambda each: each.count, report.tallies):
            log.info("%s: %s %s", self.sweep, tally.done, tally)
        return report.as_json()


class ReportOperator(BaseOperator):
    """Says on the run what all steps did, and fails where one of them did.

    It runs whatever became of them (``trigger_rule="all_done"``).

    :param sweeps: the tasks it reports on.
    """

    def __init__(self, *, sweeps: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sweeps = sweeps

    def execute(self, context: Context) -> str:
        """Write the note; it is the XCom too."""
        reports = {sweep: self._report_of(context, sweep) for sweep in self.sweeps}
        note = compose_note(reports, dry_run=bool(context["params"].get("dry_run")))
        self._write(context, note)
        failed = [sweep for sweep, report in reports.items() if report is None]
        if failed:
            raise AirflowFailException(f"Failed: {', '.join(failed)}.")
        return note

    def _report_of(self, context: Context, sweep: str) -> Report | None:
        written = context["ti"].xcom_pull(task_ids=sweep)
        return Report.from_json(written) if written else None

    def _write(self, context: Context, note: str) -> None:
        """A run without its note is still a good run."""
        instance = context["ti"]
        try:
            with AirflowApi(flow_settings()) as airflow:
                airflow.write_note(instance.dag_id, instance.run_id, note)
        except httpx.HTTPError as problem:
            log.warning("run %s: no note written (%s)", instance.run_id, problem)
