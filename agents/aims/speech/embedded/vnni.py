"""Kokoro's convolutions as the one kind of 8-bit product that today's processors are fast at.

The network holds ConvInteger nodes, which onnxruntime computes with the weights on the left, of a
type (unsigned) for which it has no fast kernel. The same sums as a product of unsigned sound and
*signed* weights on the right use the processor's 8-bit dot products (VNNI). A convolution becomes:
turn the sound so that time runs down, gather for each moment the moments its kernel sees, multiply
by the weights, turn back. Integers are added either way, so the samples are the same, bit for bit.

Measured: docs/decisions/015-the-same-sums-faster.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.aims.speech.embedded.onnx_messages import (
    INT,
    INT8,
    INT64,
    INTS,
    UINT8,
    Model,
    Node,
    Tensor,
)

FEWEST_OUTPUTS = 16
"""A convolution to fewer channels is left: turning costs more than it gains."""

_DTYPES = {np.dtype(np.uint8): UINT8, np.dtype(np.int8): INT8, np.dtype(np.int64): INT64}


def processor_has_vnni(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether signed weights are multiplied fast, and without overflow.

    Before VNNI such products were added up in 16 bits, which overflow: there, and wherever the
    processor does not say, the network stays as it is.
    """
    try:
        text = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return not {"avx512_vnni", "avx_vnni"}.isdisjoint(flags.split())


def with_products(network: Path) -> bytes:
    """The network of an ONNX file with its convolutions as products; to be loaded as it is."""
    model = Model.FromString(network.read_bytes())
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    constants = _Constants()
    nodes = [made for node in graph.node for made in _rewritten(node, weights, constants)]
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *constants.tensors.values()])
    data: bytes = model.SerializeToString()
    return data


class _Constants:
    """Tensors that the new nodes need, each once."""

    def __init__(self) -> None:
        self.tensors: dict[str, Any] = {}

    def __call__(self, name: str, values: NDArray[Any]) -> str:
        name = f"products/{name}"
        if name not in self.tensors:
            self.tensors[name] = Tensor(
                name=name, dims=values.shape, data_type=_DTYPES[values.dtype],
                raw=np.ascontiguousarray(values).tobytes(),
            )  # fmt: skip
        return name


def _rewritten(node: Any, weights: dict[str, Any], constants: _Constants) -> Iterator[Any]:
    """The node as it is, or what stands for it."""
    if node.op_type != "ConvInteger" or node.input[1] not in weights:
        yield node
        return
    kernel = _bytes_of(weights[node.input[1]])
    has = {one.name: one for one in node.attribute}
    plain = has["group"].i == 1 and list(has["strides"].ints) == [1]
    if not plain or kernel.shape[0] < FEWEST_OUTPUTS:
        yield node
        return
    zero = int(_bytes_of(weights[node.input[3]]).item())
    spread, edges = has["dilations"].ints[0], list(has["pads"].ints)
    yield from _product(node, kernel, zero, spread, edges, constants)


def _bytes_of(tensor: Any) -> NDArray[np.uint8]:
    """An 8-bit unsigned tensor, however it is stored."""
    flat = np.frombuffer(tensor.raw, np.uint8) if tensor.raw else np.array(tensor.int32_data)
    return flat.astype(np.uint8).reshape(tuple(tensor.dims))


def _product(
    node: Any, kernel: NDArray[np.uint8], zero: int, spread: int, edges: list[int],
    constants: _Constants,
) -> Iterator[Any]:  # fmt: skip
    """Nodes for one convolution; ``kernel`` is (outputs, channels, taps)."""
    sound, _, sound_zero, _ = node.input
    outputs, channels, taps = kernel.shape
    signed = (kernel.astype(np.int16) - 128).astype(np.int8)
    matrix = constants(node.name, signed.transpose(2, 1, 0).reshape(taps * channels, outputs))
    zero_name = constants(f"zero{zero}", np.array(zero - 128, np.int8))

    turned = f"{node.name}/turned"
    yield _node("Transpose", turned, sound, perm=[0, 2, 1])
    seen = turned
    if taps > 1:
        offsets = constants(f"taps{taps}x{spread}", np.arange(taps, dtype=np.int64) * spread)
        yield from _seen(node.name, turned, sound_zero, edges, offsets, constants)
        seen = f"{node.name}/row"
        width = constants(f"width{taps * channels}", np.array([1, -1, taps * channels]))
        yield _node("Reshape", seen, f"{node.name}/seen", width)
    yield _node("MatMulInteger", f"{node.name}/sums", seen, matrix, sound_zero, zero_name)
    yield _node("Transpose", node.output[0], f"{node.name}/sums", perm=[0, 2, 1])


def _seen(
    name: str, turned: str, zero: str, edges: list[int], offsets: str, constants: _Constants
) -> Iterator[Any]:
    """For each moment the moments its kernel sees: (1, time, taps, channels)."""
    before, after = edges
    margins = constants(f"edges{before}+{after}", np.array([0, before, 0, 0, after, 0]))
    nought, one = constants("0", np.array(0)), constants("1", np.array(1))
    column = constants("column", np.array([1]))
    yield _node("Pad", f"{name}/padded", turned, margins, zero)
    yield _node("Shape", f"{name}/length", turned, start=1, end=2)
    yield _node("Squeeze", f"{name}/end", f"{name}/length")
    yield _node("Range", f"{name}/moments", nought, f"{name}/end", one)
    yield _node("Unsqueeze", f"{name}/down", f"{name}/moments", column)
    yield _node("Add", f"{name}/places", f"{name}/down", offsets)
    yield _node("Gather", f"{name}/seen", f"{name}/padded", f"{name}/places", axis=1)


def _node(kind: str, output: str, *inputs: str, **attributes: int | list[int]) -> Any:
    """One node with one output, named after it."""
    node = Node(op_type=kind, name=f"{output}:{kind}", input=inputs, output=[output])
    for name, value in attributes.items():
        if isinstance(value, int):
            node.attribute.add(name=name, i=value, type=INT)
        else:
            node.attribute.add(name=name, ints=value, type=INTS)
    return node
