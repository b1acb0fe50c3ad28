"""Reading spoken lines."""

import io
import wave

import numpy as np

from streamer.webm.opus import Samples


def read_wav(data: bytes) -> tuple[Samples, int]:
    """Samples (mono float32, ±1) and sample rate of a 16-bit WAV file.

    Raises:
        ValueError: not mono 16-bit PCM.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise ValueError("not mono 16-bit PCM")
            frames, rate = file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError) as problem:
        raise ValueError(f"not a WAV file: {problem}") from problem
    return np.frombuffer(frames, dtype="<i2").astype(np.float32) / 32768.0, rate
