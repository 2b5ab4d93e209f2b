"""An ONNX file as layers with weights, in the order of the data.

Exporters fold batch norms into convolutions, rename tensors (`onnx::Conv_1877`) and hide them behind constants, identities, casts and
transpositions. What they keep is who reads whom.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, external_data_helper, inliner, numpy_helper
from onnx.reference import ReferenceEvaluator

from .layers import post_order
from .problems import ConversionError

BYTE_LIMIT = 2_000_000_000  # of the whole model, ONNX's own
# Nodes that are computed here where all that they read is constant; none makes more of it than there was.
CONSTANT_NODES = {"Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "DequantizeLinear"}
SHAPE_NODES = {"Shape", "Size"}
RESIZING_NODES = {"Resize", "Upsample"}
QUANTIZED_NODES = {"QLinearConv", "ConvInteger", "MatMulInteger", "QLinearMatMul", "DynamicQuantizeLinear"}


@dataclass(frozen=True)
class Item:
    """A node with weights: `convolution` (also linear), `transposed` or `batch norm`."""

    kind: str
    node: NodeProto
    weight: np.ndarray
    bias: np.ndarray | None = None
    groups: int = 1
    mean: np.ndarray | None = None
    variance: np.ndarray | None = None
    epsilon: float = 0.0

    @property
    def output(self) -> str:
        return self.node.output[0]

    def __str__(self) -> str:
        groups = f" in {self.groups} groups" if self.groups > 1 else ""
        return f"{self.kind} {list(self.weight.shape)}{groups} (node '{self.node.name or self.output}')"


def load_model(path: Path) -> tuple[ModelProto, list[Path]]:
    """The model with all its data inside, and the files that these came from."""
    try:
        model = onnx.load(path, load_external_data=False)
        if len(model.graph.node) == 0:
            raise ConversionError(f"{path}: is not an ONNX file, or one without nodes")
        files = load_external_data(path, model)
        onnx.checker.check_model(model)
        if model.functions:
            model = inliner.inline_local_functions(model)
    except OSError as error:
        raise ConversionError(f"{path}: {error.strerror or error}") from error
    except ConversionError:
        raise
    except Exception as error:  # what a damaged file raises is not bounded
        raise ConversionError(f"{path}: is not a whole ONNX file: {str(error).strip().splitlines()[0]}") from error
    return model, [path, *files]


def load_external_data(path: Path, model: ModelProto) -> list[Path]:
    """Reads tensors that lie in files beside the model. A file elsewhere is refused: a model may not choose what is read."""
    folder = path.parent.resolve()
    files: dict[Path, None] = {}
    total = 0
    for tensor in external_data_helper._get_all_tensors(model):
        if tensor.data_location != TensorProto.EXTERNAL:
            continue
        entries = {entry.key: entry.value for entry in tensor.external_data}
        location = entries.get("location", "")
        target = (folder / location).resolve()
        if not location or Path(location).is_absolute() or not target.is_relative_to(folder) or not target.is_file():
            raise ConversionError(f"{path}: the data of '{tensor.name}' are said to lie in '{location}', which is no file in the model's folder")
        total += int(entries.get("length") or target.stat().st_size)
        if total > BYTE_LIMIT:
            raise ConversionError(f"{path}: has more than {BYTE_LIMIT} bytes of data")
        external_data_helper.load_external_data_for_tensor(tensor, str(folder))
        tensor.data_location = TensorProto.DEFAULT
        del tensor.external_data[:]
        files[target] = None
    return list(files)


class Graph:
    """Who reads whom in a model, and which values are constant."""

    def __init__(self, model: ModelProto):
        self.model = model
        graph = model.graph
        self.producers = {output: node for node in graph.node for output in node.output if output}
        self.initializers = {tensor.name: tensor for tensor in graph.initializer}
        self.inputs = [value for value in graph.input if value.name not in self.initializers]
        self.outputs = [output.name for output in graph.output]
        self.names = {id(node): node for node in graph.node}
        self.constants: dict[str, np.ndarray | None] = {}
        if quantized := sorted({node.op_type for node in graph.node} & QUANTIZED_NODES):
            raise ConversionError(f"the graph computes with whole numbers ({', '.join(quantized)}); convert the float model instead")

    def constant(self, name: str) -> np.ndarray | None:
        """The value of a constant; nothing for what depends on the input."""
        if name not in self.constants:
            self.constants[name] = self.evaluated(name)
        return self.constants[name]

    def evaluated(self, name: str) -> np.ndarray | None:
        if name in self.initializers:
            return numpy_helper.to_array(self.initializers[name])
        node = self.producers.get(name)
        if node is None:
            return None
        if node.op_type == "Constant":
            return np.asarray(ReferenceEvaluator(node).run(None, {})[0])
        if node.op_type not in CONSTANT_NODES:
            return None
        values: dict[str, np.ndarray] = {}
        for read in node.input:
            value = self.constant(read) if read else None
            if value is not None:
                values[read] = value
            elif read:
                return None
        return self.computed(node, values)

    def computed(self, node: NodeProto, values: dict[str, np.ndarray]) -> np.ndarray:
        # The evaluator takes a node's operator set from a model around it.
        inputs = [onnx.helper.make_tensor_value_info(key, onnx.helper.np_dtype_to_tensor_dtype(value.dtype), None) for key, value in values.items()]
        output = onnx.helper.make_empty_tensor_value_info(node.output[0])
        graph = onnx.helper.make_graph([node], "constant", inputs, [output])
        return ReferenceEvaluator(onnx.helper.make_model(graph, opset_imports=self.model.opset_import)).run(None, values)[0]

    def reads(self, key: int) -> list[int]:
        """The nodes whose values a node reads; shapes and sizes are none."""
        node = self.names[key]
        if node.op_type in SHAPE_NODES:
            return []
        names = node.input[:1] if node.op_type in RESIZING_NODES else node.input
        return [id(self.producers[name]) for name in names if name in self.producers]

    def items(self, outputs: Iterable[str]) -> list[Item]:
        """The nodes with weights behind the outputs, in the order of the data."""
        roots = [id(self.producers[name]) for name in outputs if name in self.producers]
        items = (self.item(self.names[key]) for key in post_order(roots, self.reads))
        return [item for item in items if item is not None]

    def item(self, node: NodeProto) -> Item | None:
        values = [self.constant(name) if name else None for name in node.input]
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        match node.op_type:
            case "Conv" | "ConvTranspose" if values[1] is not None:
                kind = "convolution" if node.op_type == "Conv" else "transposed"
                return Item(kind, node, wide(values[1]), wide_or_none(values[2] if len(values) > 2 else None), attributes.get("group", 1))
            case "Gemm" if values[1] is not None:
                weight = wide(values[1]) if attributes.get("transB", 0) else wide(values[1]).T
                bias = wide(values[2]) if len(values) > 2 and values[2] is not None else None
                bias = None if bias is None else np.broadcast_to(bias.reshape(-1) * attributes.get("beta", 1.0), weight.shape[:1])
                return Item("convolution", node, weight * np.float32(attributes.get("alpha", 1.0)), bias)
            case "MatMul" if values[1] is not None and values[1].ndim == 2:
                return Item("convolution", node, wide(values[1]).T)
            case "BatchNormalization" if attributes.get("training_mode", 0):
                raise ConversionError("the graph was exported in training mode: its batch norms would take each picture's own statistics")
            case "BatchNormalization" if all(value is not None for value in values[1:5]):
                gain, bias, mean, variance = (wide(value) for value in values[1:5] if value is not None)
                return Item("batch norm", node, gain, bias, mean=mean, variance=variance, epsilon=attributes.get("epsilon", 1e-5))
        return None

    @cached_property
    def is_half(self) -> bool:
        """Whether the graph computes in half precision."""
        return any(tensor.data_type in (TensorProto.FLOAT16, TensorProto.BFLOAT16) for tensor in self.initializers.values())


def wide(value: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(value, dtype=np.float32)


def wide_or_none(value: np.ndarray | None) -> np.ndarray | None:
    return None if value is None else wide(value)
