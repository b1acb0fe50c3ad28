"""A stream that gave up its bytes, taken again by a voice."""

import numpy as np
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from streamer.errors import FenceLost
from streamer.record import StreamWriter
from tests.plugins.housekeeping.house import DAY, House

SOUND = np.zeros(2400, dtype=np.float32)


def test_a_swept_stream_goes_on_for_nobody_but_begins_anew_for_a_new_voice(
    house: House, pool: "ConnectionPool[psycopg.Connection]"
) -> None:
    flow = house.workflow(None)
    stream = house.empty_stream(flow, expires=7 * DAY)
    house.run("UPDATE streams SET status = 'open'")
    writer = StreamWriter.open(pool, house.store, stream, "first")
    assert house.ask("SELECT expires_at - now() < interval '7 days' FROM streams") == [True]
    writer.append("0.0", SOUND, 0.1)
    writer.end()
    house.run("UPDATE streams SET created_at = now() - interval '15 days', "
              "expires_at = now() - interval '8 days'")  # fmt: skip
    house.run("UPDATE workflow_instances SET overall_status = 'completed', "
              "end_timestamp = now() - interval '8 days'")  # fmt: skip
    assert house.sweep("streams").tallies[0].count == 1
    house.run("UPDATE workflow_instances SET overall_status = 'in_progress', "
              "end_timestamp = NULL")  # fmt: skip
    with pytest.raises(FenceLost):
        StreamWriter.open(pool, house.store, stream, "first")

    anew = StreamWriter.open(pool, house.store, stream, "second")
    assert (anew.grant.revision, anew.finished_lines, anew.ended) == (1, [], False)
    anew.append("0.0", SOUND, 0.1)
    house.sweep_all()
    house.pass_time()
    house.sweep_all()
    assert anew.end().bytes == anew.length
    assert house.ask("SELECT expires_at > now() + interval '6 days' FROM streams") == [True]
