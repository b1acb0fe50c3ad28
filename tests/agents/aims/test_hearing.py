"""A recogniser hears what was written, and a meter what was promised of the sound."""

import io
import wave

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from agents.aims.client import AimsClient
from streamer.media import open_store
from tests.agents.aims.test_speech_service import fresh_key
from tests.recogniser import Sound, compare, transcribe

ARTICLE = (
    "The design bends light through rings of prisms, each cut at a slightly different angle. "
    "About 40 percent of the coral in the northern reef has recovered since the ban of 2019. "
    "Why does that matter for the people who fish along the coast? Because the smaller fish move "
    "to deeper water, the boats have to travel farther."
)
LONGER = (
    ARTICLE
    + " The report itself runs to more than 300 pages, e.g. on the $1.5 billion bridge, and "
    "was published in three volumes. Turn the pile every two or three weeks with a garden fork. "
    "It moved against the background of stars from one night to the next. The strike began at "
    "6:30 a.m. and ended shortly before midnight. Most of the canal was dug by hand, through clay "
    "and rock, over the course of eleven years, although nobody had asked the farmers whose fields "
    "it crossed, or told the towns along the river what the new water level would mean for them."
)


def hear(client: AimsClient, environment: dict[str, str], text: str, voice: str) -> Sound:
    """A spoken line as samples at 24 kHz."""
    spoken = client.synthesize(fresh_key(), text, voice)
    data = open_store(environment["AETHERCAST_MEDIA_URL"]).read(spoken.audio_uri)
    with wave.open(io.BytesIO(data)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (pcm / 32768).astype(np.float32)


@pytest.mark.parametrize(("voice", "text"), [("heart", LONGER), ("michael", ARTICLE)])
def test_a_listener_hears_what_was_written(
    client: AimsClient, aims_environment: dict[str, str], voice: str, text: str
) -> None:
    sound = hear(client, aims_environment, text, voice)
    verdict = compare(text, transcribe(resample_poly(sound, 2, 3).astype(np.float32)))
    assert verdict.words > 40
    assert verdict.word_error_rate <= 0.05, verdict.faults
    assert verdict.dropped <= 0.01, verdict.faults

    meter = pyloudnorm.Meter(24_000)
    assert abs(meter.integrated_loudness(sound.astype(np.float64)) - -18.0) < 1.5
    assert np.abs(sound).max() <= 10 ** (-1.4 / 20)
    loud = np.flatnonzero(np.abs(sound) > 10 ** (-40 / 20))
    assert loud[0] <= 0.05 * 24_000
    assert len(sound) - loud[-1] <= 0.05 * 24_000 + 480


def test_the_comparison_hears_what_goes_wrong() -> None:
    assert compare("The lamp burned all night.", "the lamp burned all night").word_error_rate == 0
    wrong = compare("The lamp burned all night long there.", "The lamb burned long there.")
    assert wrong.word_error_rate == pytest.approx(3 / 7)
    assert wrong.dropped == pytest.approx(2 / 7)


def test_numerals_names_and_spellings_are_left_out_of_the_comparison() -> None:
    written = "In 1823 the keeper, Augustin Fresnel, paid $1.5 million for five-storey lighthouses."
    heard = "In 1823, the keeper Augustine Fresno paid 1.5 million dollars for 5 story light houses"
    assert compare(written, heard).word_error_rate == 0
    assert compare(written, heard).words < 12
