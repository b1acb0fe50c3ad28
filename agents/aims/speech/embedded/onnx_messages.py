"""As much of the ONNX file format as rewriting a network takes.

Field numbers after onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); whatever is
not named here is kept as it is. The package `onnx` itself would be 60 MB for these five messages.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELDS = {
    "Tensor": "1 dims *int64, 2 data_type int32, 5 int32_data *int32, 8 name string, 9 raw bytes",
    "Attribute": "1 name string, 3 i int64, 8 ints *int64, 20 type int32",
    "Node": "1 input *string, 2 output *string, 3 name string, 4 op_type string,"
    " 5 attribute *Attribute",
    "Graph": "1 node *Node, 5 initializer *Tensor",
    "Model": "7 graph Graph",
}
UINT8, INT8, INT64 = 2, 3, 7
"""TensorProto.DataType."""
INT, INTS = 2, 7
"""AttributeProto.AttributeType."""


def _described() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="aethercast/onnx.proto", package="aethercast.onnx", syntax="proto3"
    )
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for field in fields.split(", "):
            number, name, kind = field.split()
            _describe(described.field.add(name=name, number=int(number)), kind)
    return file


def _describe(field: descriptor_pb2.FieldDescriptorProto, kind: str) -> None:
    of = descriptor_pb2.FieldDescriptorProto
    field.label = of.LABEL_REPEATED if kind.startswith("*") else of.LABEL_OPTIONAL
    kind = kind.removeprefix("*")
    if kind in _FIELDS:
        field.type, field.type_name = of.TYPE_MESSAGE, f".aethercast.onnx.{kind}"
    else:
        field.type = of.Type.Value(f"TYPE_{kind.upper()}")


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_described())


def _class(name: str) -> Any:
    found = _POOL.FindMessageTypeByName(f"aethercast.onnx.{name}")
    return message_factory.GetMessageClass(found)


Model, Node, Tensor = _class("Model"), _class("Node"), _class("Tensor")
