"""Pictures for cards: small, without a letter, with room for a title that can be read."""

from typing import Any, cast
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
import skia

from agents.idempotency import Completed, Failed
from agents.iga.letters import Ink
from agents.iga.painting.brush import contrast, rgb
from agents.iga.painting.cover import INKS, letter_picture, paint_cover, room_of
from agents.iga.painting.motifs import MOTIFS
from agents.iga.task import generate_image
from agents.process import Process
from tests.agents.conftest import add_workflow
from tests.agents.core.conftest import Arrive, Record
from tests.agents.iga.test_cover import WORDS, decode

Connection = psycopg.Connection[Any]
CARD = {"pixels": 640, "lettering": "room"}


def worst_in_room(data: bytes, ink: Ink) -> float:
    """The least contrast of an ink with any spot of the room, as the page would find it.

    A spot is as large as a letter's stem: the finest stars and lines are averaged away.
    """
    image = decode(data)
    room = room_of(image.width(), image.height())
    pixels = image.toarray(colorType=skia.kRGBA_8888_ColorType)
    left, top = int(room.left), int(room.top)
    calm = pixels[top : top + int(room.height), left : left + int(room.width), :3]
    spots = [
        calm[y : y + 12, x : x + 12].reshape(-1, 3).mean(axis=0)
        for y in range(0, calm.shape[0] - 11, 12)
        for x in range(0, calm.shape[1] - 11, 12)
    ]
    colours = np.unique(np.round(spots).astype(int), axis=0)
    return min(
        contrast(INKS[ink], 0xFF000000 | r << 16 | g << 8 | b) for r, g, b in colours.tolist()
    )


@pytest.mark.parametrize("family", sorted(MOTIFS))
def test_a_title_can_be_read_anywhere_in_its_room(family: str) -> None:
    for seed in range(3):
        cover = paint_cover(f"{WORDS[family]} {seed}", WORDS[family], 640, 640, "room")
        assert cover.family == family
        assert cover.contrast >= 4.5
        assert worst_in_room(cover.data, cover.ink) >= 4.5
        assert 8_000 < len(cover.data) < 120_000


def test_where_there_is_room_no_letter_stands_and_the_same_words_give_the_same_bytes() -> None:
    painted = {
        paint_cover("planets and moons", title, 640, 640, "room").data
        for title in ("Saturn", "Saturn", "Saturn, a Very Long Way From Here")
    }
    assert len(painted) == 1
    assert paint_cover("planets and moons", "Saturn", 640, 640, "room").lines == ()
    assert paint_cover("planets and moons", "Saturn", 640, 640).data not in painted


@pytest.mark.parametrize("family", ["night", "sound"])
def test_pictures_of_one_family_differ_in_more_than_colours(family: str) -> None:
    """Where the outlines are, however the picture is coloured."""
    drawn = set()
    for story in range(6):
        cover = paint_cover(f"{WORDS[family]} {story}", WORDS[family], 640, 640, "room")
        grey = decode(cover.data).toarray()[::16, ::16, :3].mean(axis=2)
        drawn.add((grey > np.median(grey)).tobytes())
    assert len(drawn) == 6


def test_a_foreign_picture_gets_room_too() -> None:
    white = skia.Surface(300, 200)
    white.getCanvas().clear(rgb("#fdfdfd"))
    picture = bytes(white.makeImageSnapshot().encodeToData(skia.kPNG, 100))
    cover = letter_picture(picture, "A White Day", 640, 640, "room")
    assert (cover.ink, cover.lines) == ("light", ())
    assert worst_in_room(cover.data, "light") >= 4.5


def test_a_cards_picture_belongs_to_its_topic_and_is_painted_once(
    connection: Connection, record: Record, arrive: Arrive
) -> None:
    topic_id = uuid4()
    order = {"prompt": "the sea", "title": "Tides", "topic_id": str(topic_id), **CARD}
    endings = []
    for key in ("one refresh", "another refresh"):
        asked = {"idempotency_key": key, "workflow_id": str(belongs_to_nobody(connection))}
        endings.append(arrive(generate_image, record(generate_image, {**asked, **order})))
    assert endings[0] == endings[1]
    assert isinstance(endings[0], Completed)
    made = endings[0].result
    assert (made["width"], made["height"], made["ink"]) == (640, 640, "light")
    assert f"covers/topics/{topic_id}/" in made["image_url"]
    assert owners(connection, made["image_url"]) == (None, None)
    outcomes = connection.execute("SELECT outcome FROM call_ledger ORDER BY call_id").fetchall()
    assert [row[0] for row in outcomes] == ["completed", "reused"]


def test_the_picture_of_what_one_person_explored_is_that_persons_and_that_flows(
    connection: Connection, record: Record, arrive: Arrive, workflow_id: UUID, asked: dict[str, Any]
) -> None:
    order = {"prompt": "the sea", "title": "Tides", "topic_id": str(uuid4()), **CARD}
    ending = arrive(generate_image, record(generate_image, {**asked, **order}))
    assert isinstance(ending, Completed)
    user_id, flow = owners(connection, ending.result["image_url"])
    assert user_id is not None
    assert flow == workflow_id, "without a flow it would count as what the user handed in"


def owners(connection: Connection, uri: str) -> tuple[UUID | None, UUID | None]:
    """The user and the workflow of a stored object."""
    row = connection.execute(
        "SELECT user_id, workflow_id FROM media_objects WHERE uri = %s AND stored_at IS NOT NULL",
        (uri,),
    ).fetchone()
    assert row is not None
    user_id, workflow_id = row
    return user_id, workflow_id


def belongs_to_nobody(connection: Connection) -> UUID:
    """A workflow without a user, as a refresh is."""
    workflow_id = add_workflow(connection)
    connection.execute(
        "UPDATE workflow_instances SET user_id = NULL WHERE workflow_id = %s", (workflow_id,)
    )
    return workflow_id


def test_a_picture_that_was_swept_is_painted_anew(
    connection: Connection, record: Record, arrive: Arrive, process: Process
) -> None:
    order = {"prompt": "the sea", "title": "Tides", "topic_id": str(uuid4()), **CARD}

    def paint(key: str) -> Any:
        asked = {"idempotency_key": key, "workflow_id": str(belongs_to_nobody(connection))}
        ending = arrive(generate_image, record(generate_image, {**asked, **order}))
        assert isinstance(ending, Completed)
        return ending.result

    first = paint("one")
    connection.execute("DELETE FROM media_objects WHERE uri = %s", (first["image_url"],))
    process.media.delete(first["image_url"])
    second = paint("two")
    assert process.media.read(second["image_url"])[:3] == b"\xff\xd8\xff"
    assert connection.execute("SELECT uri FROM media_objects").fetchall() == [
        (second["image_url"],)
    ]


@pytest.mark.parametrize("wrong", [{"pixels": 399}, {"pixels": 3001}, {"lettering": "carved"}])
def test_other_sizes_and_letterings_are_refused(
    record: Record, arrive: Arrive, asked: dict[str, Any], wrong: dict[str, Any]
) -> None:
    ending = arrive(generate_image, record(generate_image, {**asked, "prompt": "x", **wrong}))
    assert isinstance(ending, Failed)
    assert cast(Any, ending.error)["retryable"] is False


@pytest.fixture(autouse=True)
def _no_objects(connection: Connection) -> None:
    connection.execute("DELETE FROM media_objects")
