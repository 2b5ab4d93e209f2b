"""What a reference network does, layer by layer, and how its batch norms are folded into the convolutions before them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from torch import Tensor, fx, nn

State = dict[str, Tensor]
Node = TypeVar("Node")

# Of batch norms, for training only; of windows, which follow from their size.
COUNTERS = ("num_batches_tracked", "relative_position_index")
CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


@dataclass(frozen=True)
class Layer:
    """A module with weights. A batch norm that only normalises a convolution can be folded into it."""

    name: str
    module: nn.Module
    convolution: str | None = None

    @property
    def is_norm(self) -> bool:
        return isinstance(self.module, nn.BatchNorm2d)


class Tracer(fx.Tracer):
    """Takes modules that hold weights themselves as a whole."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return next(m.parameters(recurse=False), None) is not None or super().is_leaf_module(m, module_qualified_name)


def post_order(roots: Iterable[Node], inputs: Callable[[Node], list[Node]]) -> list[Node]:
    """Every node that the roots depend on, inputs before their users, earlier inputs first.

    The order depends on who reads whom alone, not on how a file lists the nodes.
    """
    ordered: dict[Node, None] = {}
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, is_done = stack.pop()
        if node in ordered:
            continue
        if is_done:
            ordered[node] = None
        else:
            stack.append((node, True))
            stack.extend((other, False) for other in reversed(inputs(node)) if other not in ordered)
    return list(ordered)


def reads(node: fx.Node) -> list[fx.Node]:
    """The nodes whose values a node reads; asking for a shape reads none."""
    asks_shape = (node.target is getattr and node.args[1] == "shape") or (node.op == "call_method" and node.target == "size")
    return [] if asks_shape else node.all_input_nodes


class Structure:
    """The layers behind each output of a network, in the order of the data."""

    def __init__(self, network: nn.Module):
        modules = dict(network.named_modules())
        graph = Tracer().trace(network)
        output = next(node for node in graph.nodes if node.op == "output")
        results = output.args[0] if isinstance(output.args[0], (tuple, list)) else (output.args[0],)
        self.outputs: list[list[Layer]] = []
        for result in results:
            self.outputs.append([])
            for node in post_order([result], reads):
                if node.op == "call_module" and isinstance(modules[node.target], (*CONVOLUTIONS, nn.BatchNorm2d)):
                    self.outputs[-1].append(self.layer(node, modules))
        self.layers = list({layer.name: layer for layers in self.outputs for layer in layers}.values())

    @staticmethod
    def layer(node: fx.Node, modules: dict[str, nn.Module]) -> Layer:
        module = modules[node.target]
        before = node.args[0]
        is_folded = (
            isinstance(module, nn.BatchNorm2d) and before.op == "call_module" and isinstance(modules[before.target], nn.Conv2d) and len(before.users) == 1
        )
        return Layer(node.target, module, before.target if is_folded else None)

    @property
    def folds(self) -> list[Layer]:
        """The batch norms that can be folded."""
        return [layer for layer in self.layers if layer.convolution]
