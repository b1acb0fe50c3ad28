"""Writing the episode as MP3: mono, 48 kHz, with what podcast players read."""

import io
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from streamer.mastering.labels import Labels
from streamer.webm.opus import SAMPLE_RATE, Samples

BIT_RATE = 96_000


def write_mp3(path: Path, pieces: Iterable[Samples], labels: Labels, seconds: float) -> None:
    """Encode the pieces in order. A Xing header tells players the length and the exact cut."""
    options = {"write_xing": "1", "id3v2_version": "3"}
    with av.open(str(path), "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", rate=SAMPLE_RATE)
        stream.layout = "mono"
        stream.format = "fltp"
        stream.bit_rate = BIT_RATE
        labels.write(container, seconds)
        cover = _add_cover(container, labels.cover) if labels.cover else None
        container.start_encoding()
        if cover is not None:
            container.mux(cover)
        position = 0
        for piece in pieces:
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(piece[None]), format="fltp", layout="mono"
            )
            frame.sample_rate = SAMPLE_RATE
            frame.pts = position
            position += len(piece)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _add_cover(container: OutputContainer, cover: bytes) -> "Packet[VideoStream]":
    """The cover's one packet, in a stream of its own: an attached picture."""
    with av.open(io.BytesIO(cover), "r") as picture:
        packet = next(packet for packet in picture.demux(video=0) if packet.size)
        stream = container.add_stream_from_template(picture.streams.video[0])
    stream.disposition = Disposition.attached_pic
    stream.metadata.update({"title": "Cover", "comment": "Cover (front)"})
    packet.stream = stream
    packet.pts = packet.dts = 0
    return packet
