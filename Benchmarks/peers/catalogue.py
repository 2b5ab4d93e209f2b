"""The networks that are compared and the engines that compare them. Both lists are meant to grow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDENS = REPOSITORY / "Tests" / "Fixtures" / "Goldens"


@dataclass(frozen=True)
class Network:
    """One row group of the table.

    To add one: an entry in `NETWORKS`, a definition under the same name in `Weights/conversion/catalog.py`, and reference
    outputs in `Tests/Fixtures/Goldens/<name>`, against which the definition is checked before anything is exported.
    """

    name: str
    """The architecture, as the weight file's metadata names it."""
    height: int
    width: int
    golden: str | None = None
    """What the reference outputs of the matte are called in `golden.safetensors`, before the size; None where none are
    recorded, as of a variant of a network above it."""
    weights: Path | None = None
    """A weight file; None makes weights by the formula of the goldens. Times do not depend on the values."""
    mean: float = 0.0
    std: float = 1.0
    """The input is a picture made by formula in [0, 1], then (value - mean) / std. The goldens' own normalisation."""

    ratio: float | None = None
    """Of a recurrent network: what encoder and decoder see of a frame. Its state is carried from run to run."""

    rounds: int | None = None
    """Of a network whose runs take seconds and gigabytes: rounds at most. Each turn is then a process of its own, so that
    one engine is in memory at a time; it runs once to warm up and once for the table."""

    problems: tuple[tuple[str, str], ...] = ()
    """Engines that cannot run it, and why."""

    @property
    def size(self) -> str:
        return f"{self.height}x{self.width}"


# Its converter leaves the reshapes and permutations out as it finds them, and the graph does not load.
NO_WINDOWS = ("ncnn", "cannot cut a map into windows of attention, which takes six dimensions")

NETWORKS = [
    Network("u2net", 320, 320, golden="d0"),
    Network("u2netp", 320, 320, golden="d0"),
    Network("isnet", 1024, 1024, golden="d0"),
    Network("modnet", 512, 512, golden="matte", mean=0.5, std=0.5),
    Network(
        "mobilenetv2-unet",
        384,
        384,
        golden="alpha",
        weights=REPOSITORY / "Weights" / "coarse.safetensors",
        mean=0.5,
        std=0.5,
    ),
    Network(
        "rvm-mobilenetv3",
        1080,
        1920,
        golden="alpha",
        ratio=0.25,
        problems=(("ncnn", "its converter makes another network of it: mattes differ by up to 1"),),
    ),
    Network("birefnet-lite", 1024, 1024, golden="logits", rounds=3, problems=(NO_WINDOWS,)),
    Network("birefnet", 1024, 1024, rounds=2, problems=(NO_WINDOWS,)),
]

OURS = "swift-matting"
PEERS = ["onnxruntime", "openvino", "ncnn", "torch"]
