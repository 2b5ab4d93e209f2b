"""Runs an ONNX file and the network made of it on the same pictures."""

from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto

from .measure import picture
from .onnx_graph import Graph
from .onnx_mapping import Mapping
from .problems import ConversionError
from .weights import Weights

FRAMES = 3
STATES = ("r1", "r2", "r3", "r4")  # what networks for video remember, as the catalog calls it
PASSING_NODES = {"Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape"}
ARRAY_TYPES = {TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16, TensorProto.DOUBLE: np.float64}


@dataclass(frozen=True)
class Tolerance:
    """In mattes; and in logits, or in a layer's output, over the largest of them."""

    matte: float
    relative: float


# Sums in another order; and activations rounded to eleven bits layer by layer.
FLOAT, HALF = Tolerance(1e-3, 1e-3), Tolerance(2e-2, 5e-2)


@dataclass(frozen=True)
class Agreement:
    """The largest difference of mattes at a size."""

    height: int
    width: int
    largest: float
    mean: float


def differences(theirs: torch.Tensor, own: torch.Tensor, are_logits: bool) -> tuple[float, float, float]:
    """The largest and the mean difference of mattes, and the largest of what the networks give over its largest value."""
    relative = float((theirs - own).abs().max()) / max(1.0, float(own.abs().max()))
    if are_logits:
        theirs, own = torch.sigmoid(theirs), torch.sigmoid(own)
    difference = (theirs - own).abs()
    return float(difference.max()), float(difference.mean()), relative


class Comparison:
    """The session of the graph beside the network with the mapped weights."""

    def __init__(self, graph: Graph, mapping: Mapping, weights: Weights):
        self.graph, self.mapping, self.weights = graph, mapping, weights
        self.network = weights.network
        self.raws = [self.logits(output) if self.network.yields_logits else output for output in mapping.mattes]
        self.tolerance = HALF if graph.is_half else FLOAT
        self.module = weights.module()
        self.picture_input = self.find_picture_input()

    # Running

    def sizes(self, side: int | None) -> list[tuple[int, int]]:
        """The graph's own size; where it has none, a square and a size that is none."""
        *_, height, width = self.picture_input.type.tensor_type.shape.dim
        if height.dim_value and width.dim_value:
            return [(height.dim_value, width.dim_value)]
        side = side or self.network.side
        return [(height.dim_value or side, width.dim_value or side), (height.dim_value or 160, width.dim_value or 224)]

    def run(self, side: int | None) -> list[Agreement]:
        session = self.session(self.raws)
        return [self.compared(session, height, width) for height, width in self.sizes(side)]

    def compared(self, session: onnxruntime.InferenceSession, height: int, width: int) -> Agreement:
        """Compares at one size, for networks with a memory over several frames."""
        worst, means = 0.0, []
        states = self.first_states()
        own_states: list[torch.Tensor] = []
        remembers = bool(states) and all(key in self.mapping.outputs for key in STATES)
        for frame in range(FRAMES if remembers else 1):
            image = picture(self.network, height, width, salt=frame)
            outputs = self.outputs(session, image, states)
            own, next_own_states = self.own_outputs(image, own_states)
            theirs = next((outputs[raw] for raw in self.raws if outputs[raw].size == own.numel()), None)
            if theirs is None:
                shapes = ", ".join(f"'{name}' {list(outputs[name].shape)}" for name in self.raws)
                raise ConversionError(f"no output has the size of the network's own, {list(own.shape)}, at {height}x{width}: {shapes}")
            theirs = torch.from_numpy(theirs.astype(np.float32))
            largest, mean, relative = differences(theirs.reshape(own.shape), own, self.network.yields_logits)
            # Written so that NaNs do not pass.
            if not (largest <= self.tolerance.matte and relative <= self.tolerance.relative):
                where = self.first_difference(image, states, own_states)
                raise ConversionError(
                    f"the network that was made of the graph gives another matte at {height}x{width}: "
                    f"they differ by up to {largest:.2g}, on average {mean:.2g}; {where}"
                )
            worst = max(worst, largest)
            means.append(mean)
            if remembers:
                states = {name: outputs[self.mapping.outputs[key]] for name, key in zip(states, STATES)}
                own_states = next_own_states
        return Agreement(height, width, worst, sum(means) / len(means))

    def own_outputs(self, image: np.ndarray, states: list[torch.Tensor]) -> tuple[torch.Tensor, list[torch.Tensor]]:
        with torch.no_grad():
            results = self.module(torch.from_numpy(image), *states)
        results = results if isinstance(results, tuple) else (results,)
        return results[0], [result for key, result in zip(self.network.outputs, results) if key in STATES]

    def outputs(self, session: onnxruntime.InferenceSession, image: np.ndarray, states: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        feeds = {}
        for value in self.graph.inputs:
            kind = ARRAY_TYPES.get(value.type.tensor_type.elem_type)
            if kind is None:
                raise ConversionError(f"the graph's input '{value.name}' is no tensor of floats")
            if value.name == self.picture_input.name:
                batch = value.type.tensor_type.shape.dim[0].dim_value or 1
                feeds[value.name] = np.repeat(image, batch, 0).astype(kind)
            elif value.name in states:
                feeds[value.name] = states[value.name].astype(kind)
            else:
                shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
                feeds[value.name] = np.full(shape, getattr(self.module, "downsample_ratio", 1.0), kind)
        names = [output.name for output in session.get_outputs()]
        try:
            results = session.run(names, feeds)
        except Exception as error:  # onnxruntime's own exceptions have no common class
            raise ConversionError(f"the graph itself fails at {image.shape[2]}x{image.shape[3]}: {str(error).strip().splitlines()[0]}") from error
        return {name: result[:1] for name, result in zip(names, results)}

    def session(self, extra: list[str]) -> onnxruntime.InferenceSession:
        model = onnx.ModelProto()
        model.CopyFrom(self.graph.model)
        present = {output.name for output in model.graph.output}
        model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in extra if name not in present)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = torch.get_num_threads()
        # What is compared is the graph as it stands.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        try:
            return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ConversionError(f"onnxruntime does not load the graph: {str(error).strip().splitlines()[0]}") from error

    # What the graph's inputs and outputs are

    def find_picture_input(self) -> onnx.ValueInfoProto:
        for value in self.graph.inputs:
            dims = value.type.tensor_type.shape.dim
            if len(dims) == 4 and dims[1].dim_value in (0, self.network.channels) and value.type.tensor_type.elem_type in ARRAY_TYPES:
                return value
        raise ConversionError(
            f"the graph has no input of {self.network.channels} channels, batch and channels first; preprocessing inside a graph is not converted"
        )

    def first_states(self) -> dict[str, np.ndarray]:
        """Zeros for the memory of networks for video, by input."""
        states = {}
        for value in self.graph.inputs:
            dims = value.type.tensor_type.shape.dim
            if value.name != self.picture_input.name and len(dims) == 4:
                states[value.name] = np.zeros([dim.dim_value or 1 for dim in dims], np.float32)
        return states

    def logits(self, output: str) -> str:
        """What a matte was before its sigmoid; the output itself where there is none."""
        name = output
        while (node := self.graph.producers.get(name)) is not None and node.op_type in PASSING_NODES:
            name = node.input[0]
        return node.input[0] if node is not None and node.op_type == "Sigmoid" else output

    # Where they differ

    def first_difference(self, image: np.ndarray, states: dict[str, np.ndarray], own_states: list[torch.Tensor]) -> str:
        """The first layer, in the order of the data, whose output is another."""
        layers = [layer for layer in self.weights.structure.outputs[0] if layer.name in self.mapping.nodes]
        for start in range(0, len(layers), 16):  # a few at a time: all maps of a large network are gigabytes
            part = layers[start : start + 16]
            theirs = self.outputs(self.session([self.mapping.nodes[layer.name].output for layer in part]), image, states)
            own = self.layer_outputs([layer.name for layer in part], image, own_states)
            for layer in part:
                mine, other = own[layer.name], torch.from_numpy(theirs[self.mapping.nodes[layer.name].output].astype(np.float32))
                if mine.numel() != other.numel():
                    return f"first in '{layer.name}', whose output is {list(mine.shape)} here and {list(other.shape)} there"
                relative = float((mine - other.reshape(mine.shape)).abs().max()) / max(float(mine.abs().max()), 1e-6)
                if not relative <= self.tolerance.relative:
                    return f"first in '{layer.name}' (node '{self.mapping.nodes[layer.name].node.name}'), by {relative:.2g} of its largest value"
        return "all layers with weights agree, what follows the last of them does not"

    def layer_outputs(self, names: list[str], image: np.ndarray, states: list[torch.Tensor]) -> dict[str, torch.Tensor]:
        """What modules give the first time that they are called."""
        kept: dict[str, torch.Tensor] = {}

        def keep(name: str):
            return lambda _module, _inputs, output: kept.setdefault(name, output)

        hooks = [self.module.get_submodule(name).register_forward_hook(keep(name)) for name in names]
        try:
            self.own_outputs(image, states)
        finally:
            for hook in hooks:
                hook.remove()
        return kept
