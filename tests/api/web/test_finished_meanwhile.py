"""The making ends, well or badly, while a listener is not connected."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg_pool import ConnectionPool

from tests.api.conftest import Facade
from tests.api.web.chromium import Page
from tests.api.web.conftest import AUDIO, PLAYER, Feeder, Stage, finish, run_feeder, set_stage
from tests.api.web.recital import fill, say
from tests.api.web.test_playing import PLACE, PLAY, STATE, TOLD, begin, scene_of, speed
from tests.conftest import stop

FINISHED = "document.getElementById('progress').textContent === 'Finished'"
FROM_FILE = f"!{scene_of('growing')} && !{AUDIO}.src.startsWith('blob:')"


def give_up(stage: Stage, status: str) -> None:
    """The episode is not finished, for good."""
    stage.execute(
        """UPDATE podcasts SET status = %s, error = 'No more of it.', updated_at = now()
           WHERE podcast_id = %s""",
        status, stage.workflow_id,
    )  # fmt: skip
    stage.execute(
        """UPDATE workflow_instances SET overall_status = lower(%s), end_timestamp = now(),
               last_updated_timestamp = now() WHERE workflow_id = %s""",
        status, stage.workflow_id,
    )  # fmt: skip


@contextmanager
def out_of_reach(feeder: Feeder) -> Iterator[None]:
    """The server is dead for the length of the block."""
    stop(feeder.process, signal.SIGKILL)
    try:
        yield
    finally:
        feeder.restart()


def hear_the_end(page: Page, seconds: float) -> None:
    page.evaluate(f"{PLAYER}.seek({seconds - 2})")
    page.wait(f"{STATE} === 'ended'")
    assert abs(page.evaluate(PLACE) - seconds) < 0.2


def test_a_cut_after_the_end_of_the_making_goes_on_from_the_file(
    page: Page, stage: Stage, feeder: Feeder
) -> None:
    writer = stage.writer()
    fill(writer, 6)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing' && {scene_of('to')} > 100")
    finish(stage, writer)
    page.wait(FINISHED)
    assert page.evaluate(scene_of("growing"))  # most of it is still with the server
    place = page.evaluate(PLACE)
    feeder.line.cut()
    page.wait(f"{STATE} === 'playing' && {FROM_FILE}")
    assert page.evaluate(PLACE) >= place
    hear_the_end(page, writer.seconds)


def test_who_paused_finds_the_file_when_the_server_restarted(
    page: Page, stage: Stage, feeder: Feeder
) -> None:
    writer = stage.writer()
    fill(writer, 6)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing' && {scene_of('to')} > 100 && {PLACE} > 1")
    page.click(PLAY)
    page.wait(f"{STATE} === 'paused'")
    place = page.evaluate(PLACE)
    finish(stage, writer)
    page.wait(FINISHED)
    stop(feeder.process, signal.SIGTERM)
    feeder.restart()
    page.wait(f"{STATE} === 'paused' && {FROM_FILE}")
    assert abs(page.evaluate(PLACE) - place) < 0.1
    page.click(PLAY)
    page.wait(f"{STATE} === 'playing'")
    hear_the_end(page, writer.seconds)
    page.forgive("WebSocket connection to")


def test_what_could_not_be_reached_live_is_heard_once_it_is_finished(
    page: Page, stage: Stage, feeder: Feeder
) -> None:
    writer = stage.writer()
    say(writer, 4)
    with out_of_reach(feeder):
        begin(page, stage)
        page.wait(f"{STATE} === 'reconnecting'")
        finish(stage, writer)
        page.wait(f"{STATE} === 'playing' && {FROM_FILE}")
        hear_the_end(page, writer.seconds)
    page.forgive("WebSocket connection to")


def test_what_is_given_up_while_one_is_away_is_heard_as_far_as_it_came(
    page: Page, stage: Stage, feeder: Feeder
) -> None:
    writer = stage.writer()
    say(writer, 3)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing' && {scene_of('to')} > {writer.seconds - 0.1}")
    with out_of_reach(feeder):
        page.wait(f"{STATE} === 'reconnecting'")
        give_up(stage, "CANCELLED")
        page.wait(f"{STATE} === 'error'")
    assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1
    assert "was not finished" in page.evaluate(TOLD)
    page.forgive("WebSocket connection to")


def test_what_was_given_up_before_a_word_came_says_so(
    page: Page, stage: Stage, feeder: Feeder
) -> None:
    with out_of_reach(feeder):
        begin(page, stage)
        page.wait(f"{STATE} === 'reconnecting'")
        give_up(stage, "FAILED")
        page.wait(f"{STATE} === 'error'")
    assert "nothing to hear" in page.evaluate(TOLD)
    page.forgive("WebSocket connection to")


def test_who_paused_too_long_goes_on_from_the_file(
    page: Page, shared: Facade, pool: ConnectionPool
) -> None:
    with (
        run_feeder(shared, longest_pause_seconds=1),
        shared.client("caller-who-pauses") as caller,
    ):
        stage = set_stage(shared, caller, pool)
        writer = stage.writer()
        fill(writer, 6)
        begin(page, stage)
        page.wait(f"{STATE} === 'playing' && {scene_of('to')} > 100")
        page.click(PLAY)
        page.wait(f"{TOLD}.includes('put down while you paused')")
        finish(stage, writer)
        page.wait(f"{STATE} === 'paused' && {FROM_FILE}")
        page.click(PLAY)
        page.wait(f"{STATE} === 'playing'")
        hear_the_end(page, writer.seconds)


def test_what_was_not_finished_can_be_heard_again(page: Page, stage: Stage) -> None:
    writer = stage.writer()
    say(writer, 3)
    begin(page, stage)
    page.wait(f"{STATE} === 'playing'")
    writer.fail("No voice.")
    give_up(stage, "FAILED")
    page.wait("document.getElementById('progress').textContent === 'No more of it.'")
    page.wait(f"{STATE} === 'error'")
    for _ in range(2):
        page.click(PLAY)
        page.wait(f"{STATE} === 'playing' && {PLACE} < 2")
        speed(page, 4)
        page.wait(f"{STATE} === 'error'")
        assert abs(page.evaluate(PLACE) - writer.seconds) < 0.1
        assert "could not be finished" in page.evaluate(TOLD)
