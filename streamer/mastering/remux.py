"""Writing the episode as WebM: the very packets of the stream, with an index for seeking."""

from pathlib import Path

import av

from streamer.mastering.labels import Labels


def write_webm(stream: Path, path: Path, labels: Labels, seconds: float) -> None:
    """Copy the stream's packets into a file whose cues stand in front."""
    options = {"cues_to_front": "1"}
    with (
        av.open(str(stream), "r") as source,
        av.open(str(path), "w", format="webm", options=options) as target,
    ):
        audio = source.streams.audio[0]
        copy = target.add_stream_from_template(audio)
        labels.write(target, seconds)
        for packet in source.demux(audio):
            if packet.size:  # the empty one that ends demuxing is no packet
                packet.stream = copy
                target.mux(packet)
