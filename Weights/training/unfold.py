"""A network in training from a weight file: what `export.py` folded is taken apart again.

A file has no batch norms. Those of a network in training are set so that it computes what the file does: their statistics are
measured over some inputs, their scale and shift are what undoes them. Its sums are then the file's to the last bits of half
precision, and training can go on from a file alone, without the checkpoint that it was made of.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import Dataset

from coarse.network import Conv

# Of the weights before a batch norm, whose scale means nothing but how fast they learn: about what long training makes of it.
WEIGHT_DEVIATION = 0.1
STATISTICS_BATCHES = 24


@torch.no_grad()
def load_unfolded(network: nn.Module, folded: nn.Module, path: Path, inputs: Iterable[Tensor]) -> None:
    """Fills `network`, made with batch norms, from the file at `path`; `folded` is the same one made without."""
    folded.load_state_dict(load_file(path))
    moments = measured(folded, inputs)
    for (name, own), (_, theirs) in zip(convolutions(network), convolutions(folded)):
        if not hasattr(own, "norm"):
            own.load_state_dict(theirs.state_dict())
            continue
        mean, variance = moments[name]
        scale = WEIGHT_DEVIATION / theirs.weight.square().mean((1, 2, 3)).sqrt().clamp_min(1e-6)
        own.weight.copy_(theirs.weight * scale[:, None, None, None])
        own.norm.running_mean.copy_((mean - theirs.bias) * scale)
        own.norm.running_var.copy_(variance * scale**2)
        own.norm.weight.copy_(torch.sqrt(own.norm.running_var + own.norm.eps) / scale)
        own.norm.bias.copy_(mean)


def last(batches: Dataset) -> Iterator[list[Tensor]]:
    """Batches that no training reaches, to take statistics of."""
    return (batches[index] for index in range(len(batches) - STATISTICS_BATCHES, len(batches)))


def convolutions(network: nn.Module) -> list[tuple[str, Conv]]:
    return [(name, module) for name, module in network.named_modules() if isinstance(module, Conv)]


def measured(network: nn.Module, inputs: Iterable[Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """Mean and variance of every convolution's channels over all inputs."""
    sums: dict[str, Tensor] = {}

    def note(name: str, output: Tensor) -> None:
        channels = output.transpose(0, 1).flatten(1).double()
        ones = torch.full((len(channels),), channels.shape[1])
        sums[name] = sums.get(name, 0) + torch.stack([channels.sum(1), (channels**2).sum(1), ones])

    hooks = [module.register_forward_hook(lambda _, __, output, name=name: note(name, output)) for name, module in convolutions(network)]
    for x in inputs:
        network(x)
    for hook in hooks:
        hook.remove()
    means = {name: (total / count, squares / count) for name, (total, squares, count) in sums.items()}
    return {name: (mean.float(), (square - mean**2).clamp_min(0).float()) for name, (mean, square) in means.items()}
