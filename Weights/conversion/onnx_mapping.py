"""Gives the tensors of an ONNX graph the names that a reference network has for them.

The layers behind an output of the graph are laid beside those behind an output of the reference, one by one in the order of the data:
kinds, shapes and groups must agree. A batch norm may be missing where it can be folded. That two layers of equal shape are not
exchanged is for the comparison of both networks' outputs to prove.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

from .catalog import NETWORKS, Network
from .layers import Layer, State, Structure
from .onnx_graph import Graph, Item
from .problems import ConversionError, counted

# Rounding apart, a bias where the reference has none is another network.
NEGLIGIBLE = 1e-6


class Mismatch(Exception):
    """How far a graph and a reference agree, and what comes then."""

    def __init__(self, network: Network, agreeing: int, text: str):
        super().__init__(text)
        self.network, self.agreeing, self.text = network, agreeing, text


@dataclass
class Mapping:
    """Tensors under the reference's names, and which node is which layer.

    `mattes` are the outputs of the graph that the reference's first may be: all that have the same layers behind them.
    """

    network: Network
    shapes: dict[str, tuple[int, ...]]
    state: State = field(default_factory=dict)
    nodes: dict[str, Item] = field(default_factory=dict)
    mattes: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    def merge(self, other: "Mapping") -> None:
        """Takes over what another output of the same graph adds."""
        if all(self.nodes[name].node is item.node for name, item in other.nodes.items() if name in self.nodes):
            self.state |= other.state
            self.nodes |= other.nodes
            self.outputs |= other.outputs


def mapped(graph: Graph, architecture: str | None) -> Mapping:
    """The mapping of the network that the graph is; the nearest one's first difference where it is none."""
    networks = [NETWORKS[architecture]] if architecture else list(NETWORKS.values())
    items = {output: graph.items([output]) for output in graph.outputs}
    nearest: Mismatch | None = None
    for network in networks:
        for variant in variants(network, items):
            with torch.device("meta"):
                structure = Structure(network.build(variant))
            try:
                return mapped_to(network, variant, structure, items)
            except Mismatch as mismatch:
                if nearest is None or mismatch.agreeing > nearest.agreeing:
                    nearest = mismatch
    if nearest is None:
        raise ConversionError("the graph has no layers with weights")
    found = counted([f"{len(found)} behind '{output}'" for output, found in items.items()], 4)
    raise ConversionError(
        f"the graph is no {'known network' if architecture is None else architecture} (its layers with weights: {found}); "
        f"nearest is {nearest.network.name}, whose first {nearest.agreeing} layers agree; then {nearest.text}"
    )


def variants(network: Network, items: dict[str, list[Item]]) -> list[dict[str, tuple[int, ...]]]:
    """Shapes that tell the variants of a network apart, as the graph has them."""
    if network.name != "unet":
        return [{}]
    variants = []
    for found in items.values():
        if found and found[0].kind == found[-1].kind == "convolution":
            shapes = {"inc.double_conv.0.weight": found[0].weight.shape, "outc.conv.weight": found[-1].weight.shape}
            transposed = [item.weight.shape for item in found if item.kind == "transposed"]
            variants.append(shapes | ({"up1.up.weight": transposed[-1]} if transposed else {}))
    return variants


def mapped_to(network: Network, shapes: dict[str, tuple[int, ...]], structure: Structure, items: dict[str, list[Item]]) -> Mapping:
    """The outputs of the graph that may be the reference's first, and what its other outputs add."""
    mapping: Mapping | None = None
    mismatches: list[Mismatch] = []
    for output, found in items.items():
        try:
            first = aligned(network, shapes, structure.outputs[0], found)
        except Mismatch as mismatch:
            mismatches.append(mismatch)
            continue
        mapping = mapping or first
        mapping.mattes.append(output)
    if mapping is None:
        raise max(mismatches, key=lambda mismatch: mismatch.agreeing)
    for name, layers in zip(network.outputs[1:], structure.outputs[1:]):
        for output in items:
            if output not in (*mapping.mattes, *mapping.outputs.values()):
                try:
                    other = aligned(network, shapes, layers, items[output])
                except Mismatch:
                    continue
                other.outputs[name] = output
                mapping.merge(other)
                break
    return mapping


def aligned(network: Network, shapes: dict[str, tuple[int, ...]], layers: list[Layer], items: list[Item]) -> Mapping:
    """Lays the items beside the layers."""
    mapping = Mapping(network, shapes)
    rest = list(reversed(items))
    for index, layer in enumerate(layers):
        item = rest[-1] if rest else None
        if item is not None and fits(layer, item):
            take(mapping, layer, item)
            rest.pop()
        elif not layer.convolution:
            raise Mismatch(network, index, f"{described(layer)} is expected and there is {item or 'nothing more'}")
    if rest:
        raise Mismatch(network, len(layers), f"nothing more is expected and there is {rest[-1]}")
    settle_biases(mapping, layers)
    return mapping


def settle_biases(mapping: Mapping, layers: list[Layer]) -> None:
    """Where a norm is folded its convolution needs a bias; elsewhere it has one only where the reference has."""
    norms = {layer.convolution: layer.name for layer in layers if layer.convolution}
    for layer in layers:
        if layer.is_norm:
            continue
        bias, norm = f"{layer.name}.bias", norms.get(layer.name)
        is_folded = norm is not None and f"{norm}.running_mean" not in mapping.state
        needs_bias = layer.module.bias is not None or is_folded
        if needs_bias and bias not in mapping.state:
            mapping.state[bias] = torch.zeros(channels(layer.module))
        elif not needs_bias and bias in mapping.state:
            extra = mapping.state.pop(bias)
            if norm is not None:
                mapping.state[f"{norm}.running_mean"] = mapping.state[f"{norm}.running_mean"] - extra
            elif extra.abs().max() > NEGLIGIBLE:
                raise Mismatch(mapping.network, len(mapping.nodes), f"{described(layer)} has a bias in {mapping.nodes[layer.name]}")


def channels(module: nn.Module) -> int:
    return module.out_features if isinstance(module, nn.Linear) else module.out_channels


def described(layer: Layer) -> str:
    module = layer.module
    shape = [module.num_features] if layer.is_norm else list(module.weight.shape)
    return f"{kind(module)} {shape} ('{layer.name}')"


def kind(module: nn.Module) -> str:
    if isinstance(module, nn.BatchNorm2d):
        return "batch norm"
    return "transposed" if isinstance(module, nn.ConvTranspose2d) else "convolution"


def squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A linear layer is a convolution of one pixel."""
    return shape[:2] if shape[2:] == (1, 1) else tuple(shape)


def fits(layer: Layer, item: Item) -> bool:
    if layer.is_norm:
        return item.kind == "batch norm" and item.weight.shape == (layer.module.num_features,)
    same_shape = squeezed(item.weight.shape) == squeezed(tuple(layer.module.weight.shape))
    return item.kind == kind(layer.module) and same_shape and item.groups == getattr(layer.module, "groups", 1)


def take(mapping: Mapping, layer: Layer, item: Item) -> None:
    """The item's tensors under the layer's names."""
    module, name = layer.module, layer.name
    if layer.is_norm:
        assert item.variance is not None, "batch norms of a graph have a variance"
        variance = item.variance + np.float32(item.epsilon - module.eps)
        values = {"weight": item.weight, "bias": item.bias, "running_mean": item.mean, "running_var": variance}
    else:
        values = {"weight": item.weight.reshape(tuple(module.weight.shape))}
        if item.bias is not None:
            values["bias"] = item.bias
    tensors = {f"{name}.{key}": torch.from_numpy(np.array(value, np.float32)) for key, value in values.items()}
    for key, value in tensors.items():
        if key in mapping.state and not torch.equal(mapping.state[key], value):
            raise Mismatch(mapping.network, len(mapping.nodes), f"'{name}' is used twice and has other values the second time, in {item}")
    mapping.state |= tensors
    mapping.nodes[name] = item
