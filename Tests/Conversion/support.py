"""Weights by formula, files of every kind that hold them, and disguises that exporters put on graphs."""

import contextlib
import io
import tempfile
import unittest
import warnings
from pathlib import Path
from random import Random

import numpy as np
import onnx
import places  # noqa: F401  (finds what follows)
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file, save_file

import convert
import formula
from conversion.catalog import NETWORKS
from conversion.layers import COUNTERS

torch.set_num_threads(1)
SIDE = "64"
GAIN = 0.9
VARIANTS = {"unet": {"inc.double_conv.0.weight": (8, 3, 3, 3), "up1.up.weight": (128, 64, 2, 2)}}
DYNAMIC = {2: "height", 3: "width"}


def formula_state(name: str, gain: float = GAIN) -> dict[str, torch.Tensor]:
    """A `state_dict` of the network, counters included; of the plain U-Net a narrow one."""
    state = NETWORKS[name].build(VARIANTS.get(name, {})).state_dict()
    return {key: value if key.endswith(COUNTERS) else torch.from_numpy(formula.weight(key, tuple(value.shape), 0, gain)) for key, value in state.items()}


def with_norms(name: str) -> dict[str, torch.Tensor]:
    """A `state_dict` of one of the project's own networks as it is in training."""
    network = NETWORKS[name].build({"x.norm.running_mean": (1,)})
    shapes = {key: tuple(value.shape) for key, value in network.state_dict().items() if not key.endswith(COUNTERS)}
    return {key: torch.from_numpy(formula.weight(key, shape, 0, GAIN)) for key, shape in shapes.items()}


def network(name: str) -> torch.nn.Module:
    module = NETWORKS[name].build(VARIANTS.get(name, {}))
    module.load_state_dict(formula_state(name))
    return module.eval()


class OneOutput(torch.nn.Module):
    """As exporters for users do it: the matte alone, after the sigmoid."""

    def __init__(self, module: torch.nn.Module, with_sigmoid: bool = True):
        super().__init__()
        self.module, self.with_sigmoid = module, with_sigmoid
        self.eval()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result = self.module(x)
        first = result[0] if isinstance(result, tuple) else result
        return torch.sigmoid(first) if self.with_sigmoid else first


class Mattes(torch.nn.Module):
    """All outputs after the sigmoid, as U²-Net's authors have it."""

    def __init__(self, module: torch.nn.Module):
        super().__init__()
        self.module = module
        self.eval()

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(torch.sigmoid(output) for output in self.module(x))


def exported(module: torch.nn.Module, path: Path, opset: int = 17, channels: int = 3, states: tuple[torch.Tensor, ...] = (), **options) -> Path:
    """An ONNX file for pictures of 64x64."""
    names = ["picture", *(f"state{index}" for index in range(1, len(states) + 1))]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(module, (torch.zeros(1, channels, 64, 64), *states), path, opset_version=opset, input_names=names, dynamo=False, **options)
    return path


# Disguises


def anonymous(model: onnx.ModelProto) -> None:
    """Tensors and nodes called by number, as after constant folding and simplifiers."""
    graph = model.graph
    kept = {value.name for value in (*graph.input, *graph.output)}
    new: dict[str, str] = {}

    def name(old: str) -> str:
        return old if old == "" or old in kept else new.setdefault(old, f"onnx::{len(new)}")

    for tensor in graph.initializer:
        tensor.name = name(tensor.name)
    for node in graph.node:
        node.name = ""
        node.input[:] = [name(item) for item in node.input]
        node.output[:] = [name(item) for item in node.output]
    del graph.value_info[:]


def shuffled(model: onnx.ModelProto) -> None:
    """Nodes in another order that is legal: each after those it reads."""
    graph, random = model.graph, Random(1)
    known = {tensor.name for tensor in graph.initializer} | {value.name for value in graph.input} | {""}
    waiting, ordered = list(graph.node), []
    while waiting:
        ready = [node for node in waiting if known.issuperset(node.input)]
        node = random.choice(ready)
        ordered.append(node)
        known.update(node.output)
        waiting.remove(node)
    del graph.node[:]
    graph.node.extend(ordered)
    tensors = list(graph.initializer)
    random.shuffle(tensors)
    del graph.initializer[:]
    graph.initializer.extend(tensors)


def wrapped(model: onnx.ModelProto) -> None:
    """Weights behind constants and identities, and in half precision behind casts."""
    graph = model.graph
    added = []
    for index, tensor in enumerate(list(graph.initializer)):
        if tensor.data_type != TensorProto.FLOAT:
            continue
        source = f"stored.{index}"
        match index % 3:
            case 0:
                copy = TensorProto()
                copy.CopyFrom(tensor)
                added.append(helper.make_node("Constant", [], [tensor.name], value=copy))
            case 1:
                added.append(helper.make_node("Constant", [], [source], value=numpy_helper.from_array(numpy_helper.to_array(tensor))))
                added.append(helper.make_node("Identity", [source], [tensor.name]))
            case _:
                flat = numpy_helper.to_array(tensor).reshape(-1)
                shape = numpy_helper.from_array(np.array(tensor.dims, np.int64))
                added.append(helper.make_node("Constant", [], [source], value=numpy_helper.from_array(flat)))
                added.append(helper.make_node("Constant", [], [source + ".shape"], value=shape))
                added.append(helper.make_node("Reshape", [source, source + ".shape"], [tensor.name]))
        graph.initializer.remove(tensor)
    nodes = [*added, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def transposed_products(model: onnx.ModelProto) -> None:
    """Linear layers as Gemm of a transposed matrix."""
    values = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in values:
            tensor = values[node.input[1]]
            transposed = numpy_helper.from_array(np.ascontiguousarray(numpy_helper.to_array(tensor).T), tensor.name)
            tensor.CopyFrom(transposed)
            node.op_type = "Gemm"
            node.attribute.append(helper.make_attribute("transB", 1))


def disguised(path: Path, *disguises) -> Path:
    model = onnx.load(path)
    for disguise in disguises:
        disguise(model)
    onnx.checker.check_model(model)
    target = path.with_name(f"{path.stem}-disguised.onnx")
    onnx.save(model, target)
    return target


class ConversionTest(unittest.TestCase):
    """Runs the converter in a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.output = self.folder / "out.safetensors"

    def run_convert(self, source: Path, *options: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = convert.main([str(source), str(self.output), "--size", SIDE, *options])
            except SystemExit as exit:
                status = int(exit.code or 0)
        return status, out.getvalue(), err.getvalue()

    def converted(self, source: Path, *options: str) -> dict[str, torch.Tensor]:
        """The tensors of the file that is written; the test fails where none is."""
        status, _, err = self.run_convert(source, *("--only", *options))
        self.assertEqual((status, err), (0, ""))
        return load_file(self.output)

    def refused(self, source: Path, *expected: str, options: tuple[str, ...] = (), status: int = 1) -> None:
        """Nothing is written, and the message says all that is expected."""
        got, _, err = self.run_convert(source, *options)
        self.assertEqual(got, status, err)
        for text in expected:
            self.assertIn(text, err)
        self.assertFalse(self.output.exists())
        self.assertEqual([path.name for path in self.folder.iterdir() if ".tmp" in path.name], [])

    def assert_close(self, tensors: dict[str, torch.Tensor], expected: dict[str, torch.Tensor], relative: float) -> None:
        self.assertEqual(set(tensors), set(expected))
        for name, value in expected.items():
            difference = float((tensors[name].float() - value).abs().max())
            self.assertLessEqual(difference, relative * max(float(value.abs().max()), 1e-3), name)

    def checkpoint(self, state: object, name: str = "weights.pth") -> Path:
        path = self.folder / name
        torch.save(state, path)
        return path

    def safetensors(self, state: dict[str, torch.Tensor], metadata: dict[str, str] | None = None) -> Path:
        path = self.folder / "weights.safetensors"
        save_file({name: value.contiguous() for name, value in state.items()}, path, metadata)
        return path
