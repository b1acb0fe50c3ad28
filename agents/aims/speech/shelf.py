"""What was spoken is kept, so that a restart answers instead of speaking again."""

import hashlib
from dataclasses import dataclass

from psycopg_pool import ConnectionPool

from agents.aims.errors import KeyReused
from agents.aims.speech.audio import HEADER_BYTES, SAMPLE_RATE, Samples, read_header, to_wav
from streamer.errors import MediaNotFound
from streamer.media import MediaStore, keep
from streamer.media.keeping import TOUCH


@dataclass(frozen=True)
class Kept:
    """A spoken line in the media store."""

    audio_uri: str
    samples: int
    sample_rate: int = SAMPLE_RATE

    @property
    def duration_seconds(self) -> float:
        """Exact length in seconds."""
        return self.samples / self.sample_rate


class Shelf:
    """Spoken lines by key."""

    def __init__(self, pool: ConnectionPool, store: MediaStore) -> None:
        self._pool = pool
        self._store = store

    def find(self, key: str, fingerprint: str | None = None) -> Kept | None:
        """The line kept under ``key``, if there is one.

        From here on it is safe from housekeeping for a day, in which whoever asked refers to it.

        Raises:
            KeyReused: the key stands for a line with another fingerprint.
            MediaUnavailable: the store does not answer.
        """
        uri = self._store.uri_of(_media_key(key))
        try:
            header = read_header(self._store.read(uri, 0, HEADER_BYTES))
        except MediaNotFound:
            return None
        if header is None:
            return None
        if fingerprint not in (None, header.fingerprint):
            raise KeyReused
        with self._pool.connection() as connection:
            stands = TOUCH.run(connection, uri=uri)
        return Kept(uri, header.samples) if stands else None

    def keep(self, key: str, fingerprint: str, sound: Samples) -> Kept:
        """Store a line whole, its ``media_objects`` row first."""
        data = to_wav(sound, fingerprint)
        with self._pool.connection() as connection:
            uri = keep(connection, self._store, _media_key(key), data, "audio/wav", None, None)
        return Kept(uri, len(sound))


def _media_key(key: str) -> str:
    return f"speech/{hashlib.sha256(key.encode()).hexdigest()}.wav"
