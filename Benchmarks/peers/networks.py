"""The networks in PyTorch as every engine gets them: the matte alone, from the best graph.

Their definitions are those that weights are converted with, `Weights/conversion/networks`, and of our own network the one
it was trained as; what nobody asks for, no engine computes.
"""

from __future__ import annotations

import sys

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from .catalogue import REPOSITORY, Network

sys.path.insert(0, str(REPOSITORY / "Weights"))
sys.path.insert(0, str(REPOSITORY / "Weights" / "training"))
from coarse.network import Conv
from conversion.catalog import NETWORKS as DEFINITIONS
from conversion.layers import State, Tracer
from conversion.networks import birefnet, modnet, rvm
from conversion.selection import checked
from conversion.weights import Weights


def weights_of(name: str, tensors: State) -> Weights:
    """Every tensor is used and every one of the network is there, or an error names those that are not."""
    weights, _ = checked(DEFINITIONS[name], tensors, ignored=[])
    return weights


class StridedDepthwise(Conv):
    """The training code computes every sum of a strided depthwise convolution and keeps one in four, which learns
    faster on a CPU. No engine should be charged for that, so here it is the strided convolution that it stands for."""

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), self.weight, self.bias, self.stride, groups=self.groups)


@torch.no_grad()
def fold_half(layer: modnet.Conv) -> None:
    """Puts the batch norm of the first half of the channels into the convolution before it; the instance norm stays."""
    convolution, norm = layer.layers[0], layer.layers[1]
    batch = norm.bnorm
    scale = batch.weight / torch.sqrt(batch.running_var + batch.eps)
    weight, bias = convolution.weight[: norm.half], convolution.bias[: norm.half]
    weight.mul_(scale[:, None, None, None])
    bias.sub_(batch.running_mean).mul_(scale).add_(batch.bias)
    norm.bnorm = nn.Identity()


def network_of(weights: Weights) -> nn.Module:
    """The network with copies of these weights, in its cheapest form."""
    network = weights.module({name: value.clone() for name, value in weights.state.items()})
    for module in network.modules():
        if isinstance(module, Conv) and module.groups > 1 and module.stride != (1, 1):
            module.__class__ = StridedDepthwise
        if isinstance(module, modnet.Conv) and len(module.layers) > 1:
            fold_half(module)
    return network


class Matte(nn.Module):
    """A network's first output and the sigmoid that makes its logits a matte: what all engines are timed on."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = fx.GraphModule(network, Tracer().trace(network))
        output = self.network.graph.output_node()
        results = output.args[0]
        output.args = (results[0] if isinstance(results, (tuple, list)) else results,)
        self.network.graph.eliminate_dead_code()
        self.network.recompile()

    def forward(self, image: Tensor) -> tuple[Tensor]:
        return (torch.sigmoid(self.network(image)),)


class Frame(nn.Module):
    """A recurrent network on one frame: the matte, which needs no sigmoid, then the state that the next frame begins with.

    The work that only the foreground needs is left out.
    """

    def __init__(self, network: rvm.RVM, ratio: float):
        super().__init__()
        self.network = network
        network.downsample_ratio = ratio

    def forward(self, image: Tensor, r1: Tensor, r2: Tensor, r3: Tensor, r4: Tensor) -> tuple[Tensor, ...]:
        small = self.network.smaller(image)
        result, features, state = self.network.coarse(small, (r1, r2, r3, r4))
        slope, offset = self.network.refiner(small, result, features)
        alpha = rvm.applied(slope[:, 3:], offset[:, 3:], image.mean(1, keepdim=True))
        return alpha.clamp(0, 1), *state

    def first_state(self, image: Tensor) -> tuple[Tensor, ...]:
        _, _, state = self.network.coarse(self.network.smaller(image), (None,) * 4)
        return tuple(torch.zeros_like(x) for x in state)


def matte_of(network: Network, weights: Weights) -> Matte | Frame:
    """What every engine runs: from a picture, and the state of a recurrent network, the matte and the next state."""
    module = network_of(weights)
    return (Frame(module, network.ratio) if network.ratio else Matte(module)).eval()


def has_deformable(network: nn.Module) -> bool:
    return any(isinstance(module, birefnet.Deformable) for module in network.modules())


def multiply_accumulates(network: nn.Module, *inputs: Tensor) -> int:
    """Multiply-accumulates of all layers with weights by their plain definition, whatever algorithm an engine chooses."""
    counts = []

    def count(module: nn.Conv2d | nn.Linear, _: object, output: Tensor) -> None:
        counts.append(output.numel() * module.weight[0].numel())

    layers = [module for module in network.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        network(*inputs)
    for hook in hooks:
        hook.remove()
    return sum(counts)
