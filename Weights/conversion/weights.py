"""A network's weights under its own names, batch norms folded or not, and the network that they make."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import nn

from .catalog import Network, Shape, Shapes
from .layers import COUNTERS, State, Structure


@dataclass
class Weights:
    """`shapes` are those of the source: they tell variants of a network apart."""

    network: Network
    shapes: Shapes
    state: State
    structure: Structure = field(init=False)

    def __post_init__(self) -> None:
        self.structure = Structure(self.empty())

    def empty(self) -> nn.Module:
        """The network without values: making up random ones that are then replaced takes longer than all else."""
        with torch.device("meta"):
            return self.network.build(self.shapes)

    def expected(self) -> dict[str, Shape]:
        """Names and shapes of all tensors; a norm of which nothing is left is folded where its convolution has a bias."""
        own = self.empty().state_dict()
        expected = {name: tuple(value.shape) for name, value in own.items() if not name.endswith(COUNTERS)}
        for norm in self.structure.folds:
            names = [name for name in expected if name.startswith(norm.name + ".")]
            if f"{norm.convolution}.bias" in self.state and not any(name in self.state for name in names):
                expected[f"{norm.convolution}.bias"] = expected[names[0]]
                for name in names:
                    del expected[name]
        return expected

    @torch.no_grad()
    def folded(self) -> Weights:
        """The same with every batch norm that can be folded in its convolution's weight and bias."""
        module = self.empty()
        if hasattr(module, "fold"):  # the project's own networks fold themselves
            # Copies, for folding multiplies in place.
            module.load_state_dict({name: value.clone() for name, value in self.state.items()}, strict=False, assign=True)
            return Weights(self.network, {}, module.fold().state_dict())
        state = dict(self.state)
        for norm in self.structure.folds:
            if f"{norm.name}.running_mean" not in state:
                continue
            gain, shift, mean, variance = (state.pop(f"{norm.name}.{key}").double() for key in ("weight", "bias", "running_mean", "running_var"))
            scale = gain / torch.sqrt(variance + norm.module.eps)
            weight, bias = f"{norm.convolution}.weight", f"{norm.convolution}.bias"
            own = state[bias].double() if bias in state else torch.zeros_like(mean)
            state[weight] = (state[weight].double() * scale[:, None, None, None]).float()
            state[bias] = ((own - mean) * scale + shift).float()
        return Weights(self.network, self.shapes, state)

    def single_class(self) -> Weights:
        """The same with one logit instead of two: the softmax of two is the logistic function of their difference."""
        weight, bias = (f"{self.network.head}.{key}" for key in ("weight", "bias"))
        if self.network.head is None or len(self.state[weight]) != 2:
            return self
        state = self.state | {name: self.state[name][1:] - self.state[name][:1] for name in (weight, bias)}
        return Weights(self.network, {name: tuple(value.shape) for name, value in state.items()}, state)

    @torch.no_grad()
    def module(self, state: State | None = None) -> nn.Module:
        """The network with these weights, or with others of the same names."""
        state = self.state if state is None else state
        module = self.empty()
        for norm in self.structure.folds:
            if f"{norm.name}.running_mean" not in state:
                module.set_submodule(norm.name, nn.Identity())
                convolution = module.get_submodule(norm.convolution)
                convolution.bias = nn.Parameter(torch.zeros(convolution.out_channels, device="meta"))
        own = {name for name in module.state_dict() if not name.endswith(COUNTERS)}
        if own != set(state):
            raise AssertionError(f"a bug: the network and its tensors differ in {sorted(own ^ set(state))}")
        module.load_state_dict(state, strict=False, assign=True)
        return module.eval()
