"""Having lines spoken: journaled, several at once, handed out in order."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from agents.aims.client import AimsClient, Spoken
from agents.canonical import JSON
from agents.errors import Cancelled
from agents.journal import Produced
from agents.task import AgentCall
from agents.vfa.cast import Cast, Role
from agents.vfa.clock import USUAL_PAUSE, Clock, estimate_seconds
from agents.vfa.errors import AudioLost
from agents.vfa.script import Line
from agents.vfa.settings import VoiceSettings
from agents.vfa.sound import read_wav
from streamer.errors import MediaNotFound
from streamer.webm.opus import Samples

KIND = "speech"
CHECK_SECONDS = 1.0
"""Between two looks at whether the call is still wanted."""
_TRIES_FOR_LOST_AUDIO = 3


@dataclass(frozen=True)
class SpokenLine:
    """A line and its sound."""

    line: Line
    samples: Samples
    sample_rate: int


class Speaker:
    """Has one line spoken, or takes it from the journal."""

    def __init__(
        self, call: AgentCall, client: AimsClient, cast: Cast, settings: VoiceSettings
    ) -> None:
        self._call = call
        self._client = client
        self._cast = cast
        self._settings = settings
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let lines at work be given up at their next look."""
        self._stopped.set()

    def estimate(self, line: Line) -> float:
        """Seconds a line will take that is not spoken yet."""
        return estimate_seconds(line.text, self._cast.role_of(line.speaker).rate)

    def speak(self, line: Line, due_in_seconds: float) -> SpokenLine:
        """The line's sound, which a listener needs in ``due_in_seconds``.

        A journaled line whose audio has been swept away is spoken again, under a key of its
        own, so that the model service does not answer with what is gone.

        Raises:
            AudioLost: the audio is gone again and again.
            AimsError, Cancelled, FenceLost: as they say.
        """
        role = self._cast.role_of(line.speaker)
        for lost in range(_TRIES_FOR_LOST_AUDIO):
            spoken = self._remember(line, role, lost, due_in_seconds)
            try:
                data = self._call.media.read(spoken["audio_uri"])
            except MediaNotFound:
                continue
            return SpokenLine(line, *read_wav(data))
        raise AudioLost

    def _remember(self, line: Line, role: Role, lost: int, due: float) -> JSON:
        inputs: JSON = {"text": line.text, "voice": role.voice, "rate": role.rate}
        if lost:
            inputs["lost"] = lost
        return self._call.journal.remember(
            KIND, inputs, lambda key: self._produce(key, line.text, role, due), role.model
        )

    def _produce(self, key: str, text: str, role: Role, due: float) -> Produced:
        # A line rightly waits for those needed sooner, so its time is up only after its due.
        deadline = max(0.0, due) + self._settings.line_timeout_seconds
        spoken: Spoken = self._client.synthesize(
            key, text, role.voice, role.rate, due_in_seconds=due, deadline_seconds=deadline,
            checkpoint=self._look_up,
        )  # fmt: skip
        result = {
            "audio_uri": spoken.audio_uri, "duration_seconds": spoken.duration_seconds,
            "sample_rate": spoken.sample_rate, "samples": spoken.samples,
        }  # fmt: skip
        units = {"characters": float(len(text)), "audio_seconds": spoken.duration_seconds}
        return Produced(result, units)

    def _look_up(self) -> None:
        if self._stopped.is_set():
            raise Cancelled("The voice was stopped.")


@dataclass(frozen=True)
class _OnItsWay:
    """A line that is being spoken, and how long it will take."""

    seconds: float
    spoken: "Future[SpokenLine]"

    def length(self) -> float:
        """Its seconds: as it was spoken where it is, else as estimated."""
        if not self.spoken.done() or self.spoken.cancelled() or self.spoken.exception():
            return self.seconds
        sound = self.spoken.result()
        return len(sound.samples) / sound.sample_rate + USUAL_PAUSE


class Queue:
    """Lines on their way, in order; as many at once as ``ahead``, each due by the clock."""

    def __init__(
        self, speaker: Speaker, checkpoint: Callable[[], None], ahead: int, clock: Clock
    ) -> None:
        self._speaker = speaker
        self._checkpoint = checkpoint
        self._ahead = ahead
        self._clock = clock
        self._waiting: deque[Line] = deque()
        self._at_work: deque[_OnItsWay] = deque()
        self._threads = ThreadPoolExecutor(ahead, thread_name_prefix="line")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._speaker.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __len__(self) -> int:
        return len(self._waiting) + len(self._at_work)

    def add(self, lines: list[Line]) -> None:
        """Have these spoken behind the ones before."""
        self._waiting.extend(lines)
        self._fill()

    def take(self) -> SpokenLine:
        """The next line's sound, as soon as it is there. Raises what speaking it raised."""
        first = self._at_work[0].spoken
        while True:
            self._checkpoint()
            if wait([first], timeout=CHECK_SECONDS).done:
                spoken = first.result()
                self._at_work.popleft()
                return spoken

    def note_recorded(self, recorded_seconds: float) -> None:
        """What was taken is recorded; the stream is so long now. The next may be spoken."""
        self._clock.note_recorded(recorded_seconds)
        self._fill()

    def _fill(self) -> None:
        while self._waiting and len(self._at_work) < self._ahead:
            line = self._waiting.popleft()
            due = self._clock.due_in(sum(other.length() for other in self._at_work))
            spoken = self._threads.submit(self._speaker.speak, line, due)
            self._at_work.append(_OnItsWay(self._speaker.estimate(line), spoken))
