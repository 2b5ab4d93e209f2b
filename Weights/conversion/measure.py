"""What storing weights in fewer bits costs, in weights and in mattes."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .catalog import Network
from .layers import State
from .storage import Stored, stored
from .weights import Weights

import formula  # isort: skip  (found beside the networks that the catalog knows)

# Sums in another order change mattes by a tenth of it at most; losing this much would mean a mistake.
EXACT = 1e-3


def picture(network: Network, height: int, width: int, salt: int = 0) -> np.ndarray:
    """A figure before a gradient, with noise, as the network is fed: what it finds easy, and weights of few bits should too."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    y, x = y / height, x / width + 0.02 * salt
    head = ((x - 0.5) / 0.13) ** 2 + ((y - 0.3) / 0.17) ** 2
    body = ((x - 0.5) / 0.3) ** 2 + ((y - 1.0) / 0.5) ** 2
    figure = 1 / (1 + np.exp(np.clip(20 * (np.minimum(head, body) - 1), -50, 50)))
    planes = []
    for plane in range(network.channels):
        inside = 0.65 - 0.15 * plane + 0.1 * np.sin(30 * x) * np.cos((20 + 5 * plane) * y)
        planes.append(inside * figure + (0.55 + 0.1 * plane + 0.25 * y) * (1 - figure))
    noise = formula.uniform(f"conversion.{height}x{width}", network.channels * height * width, salt)
    samples = np.clip(np.stack(planes) + 0.02 * noise.reshape(network.channels, height, width), 0, 1)
    mean, std = (network.recipe.get(f"input.{key}", "0.5,0.5,0.5").split(",") for key in ("mean", "std"))
    if network.channels != len(mean):
        mean, std = ["0.5"] * network.channels, ["0.5"] * network.channels
    scale = [np.array([float(value) for value in values])[:, None, None] for values in (mean, std)]
    return ((samples - scale[0]) / scale[1])[None].astype(np.float32)


@torch.no_grad()
def matte(weights: Weights, side: int, state: State | None = None) -> Tensor:
    """The network's first output for the picture of that size, as a matte."""
    results = weights.module(state)(torch.from_numpy(picture(weights.network, side, side)))
    first = results[0] if isinstance(results, tuple) else results
    if first.shape[1] == 2:
        return torch.softmax(first, 1)[:, 1:]
    return torch.sigmoid(first) if weights.network.yields_logits else first


@dataclass(frozen=True)
class Loss:
    """Differences from the weights before, and from the matte that they give."""

    kind: str
    byte_count: int
    largest_weight: float
    mean_weight: float
    largest: float
    mean: float
    note: str

    def row(self) -> str:
        size = f"{self.kind.upper():>4}  {self.byte_count:>11,}"
        weights = f"{self.largest_weight:>10.2e}  {self.mean_weight:>10.2e}"
        mattes = f"{self.largest:>10.2e}  {self.mean:>10.2e}"
        return f"{size}  {weights}  {mattes}  {self.note}".rstrip()


HEADING = "type        bytes  weight max  weight mean   matte max   matte mean"


def loss(kind: str, weights: Weights, what: Stored, before: Tensor, side: int) -> Loss:
    """What is lost where `weights` are stored as `what`."""
    differences = [(what.floats[name] - value).abs() for name, value in weights.state.items()]
    count = sum(value.numel() for value in differences)
    largest = max(float(value.max()) for value in differences)
    mean = sum(float(value.double().sum()) for value in differences) / count
    if what.overflowed:
        return Loss(kind, what.byte_count, largest, mean, float("nan"), float("nan"), f"{len(what.overflowed)} tensors overflow")
    note = f"{what.vanished} channels become 0" if what.vanished else ""
    difference = (matte(weights, side, what.floats) - before).abs()
    return Loss(kind, what.byte_count, largest, mean, float(difference.max()), float(difference.mean()), note)


def losses(weights: Weights, before: Tensor, side: int, kinds: list[str]) -> dict[str, tuple[Stored, Loss]]:
    results = {}
    for kind in kinds:
        what = stored(weights.state, kind)
        results[kind] = what, loss(kind, weights, what, before, side)
    return results
