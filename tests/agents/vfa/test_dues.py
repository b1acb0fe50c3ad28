"""The model service learns when a listener needs each line."""

import threading
from dataclasses import replace
from typing import Any

from agents import dispatch
from agents.process import Process
from agents.vfa.clock import estimate_seconds
from agents.vfa.task import forge_voice
from tests.agents.processes import until
from tests.agents.slow_models import serve_slowly
from tests.agents.vfa.conftest import LINES, Connection, Desk


def test_each_line_is_due_when_those_before_it_have_been_heard(
    desk: Desk, connection: Connection, process: Process, broker: str
) -> None:
    desk.write_all()
    with connection.transaction():
        task_id = dispatch.record(connection, "vfa.forge_voice", desk.kwargs()).task_id
    texts = [text for part in LINES for _, text in part]
    with serve_slowly() as models:
        settings = process.settings.model_copy(update={"aims_url": models.url})
        arguments: Any = (replace(process, settings=settings), task_id, desk.kwargs())
        voice = threading.Thread(target=forge_voice.perform, args=arguments)
        voice.start()
        until(lambda: len(models.lines) == len(texts))
        dispatch.cancel(connection, task_id)
        voice.join(20)
    assert not voice.is_alive()
    dues = [models.lines[text]["due_in_seconds"] for text in texts]
    expected = [sum(estimate_seconds(t, 1.0) for t in texts[:n]) for n in range(len(texts))]
    assert dues == sorted(dues)
    assert dues[0] == 0.0
    # Less what passed between the moment it was reckoned and the moment it was told.
    assert all(due <= full + 1e-6 for due, full in zip(dues, expected, strict=True)), dues
    assert dues[-1] > 0.0
