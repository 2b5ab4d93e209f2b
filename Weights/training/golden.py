"""Reference inputs and outputs of the two networks, of the plain U-Net and of Robust Video Matting at odd sizes, for tests
of other implementations.

    python golden.py --coarse ../coarse.safetensors --edge ../edge.safetensors --out ../../Tests/Fixtures/Goldens

writes into `mobilenetv2-unet`, `edge-attention`, `unet` and `unet-transposed`:
    tensors.json           names, shapes, and the salt and gain of the formula that makes weights without a weight file
    golden.safetensors     `input.HxW` (normalised) and each output of the network with those formula weights
    default.safetensors    `input` and each output of the network with the weights of the file
Without weight files only the first two, and of the U-Net only those. `--only unet` makes one. Outputs are after the
sigmoid.

What `rvm-mobilenetv3` holds already, `tensors.json` and `golden.safetensors`, was recorded with the authors' own code;
`RVM` has to repeat it before it writes beside it
    odd.safetensors        `CASE.input`, `CASE.alpha`, `CASE.foreground` and `CASE.r1` to `.r4`: two frames in sequence at
                           the picture's own size (`whole0`, `whole1`), one shrunk to a longer side of 48 (`shrunk0`)
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

import formula
from coarse.network import MobileNetV2UNet
from edge.network import INPUTS, EdgeNetwork

sys.path.append(str(Path(__file__).parent.parent))  # networks of others are defined where their weights are converted

from conversion.networks.rvm import RVM
from conversion.networks.unet import UNet

SALT = 0
DEFAULT_SIZE = (96, 128)
VIDEO_FOLDER, VIDEO_SIZE = "rvm-mobilenetv3", (45, 67)


@dataclass(frozen=True)
class Subject:
    """A network, what its inputs and outputs are (logits or already alpha), and the sizes to run it at."""

    folder: str
    architecture: str
    network: Callable[[], nn.Module]
    channels: int
    outputs: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    logits: bool = True
    gain: float = 0.9


COARSE = Subject("mobilenetv2-unet", "mobilenetv2-unet", MobileNetV2UNet, 3, ("alpha", "doubt"), ((64, 64), (96, 160)))
EDGE = Subject("edge-attention", "edge-attention", EdgeNetwork, INPUTS, ("alpha",), ((64, 64), (96, 128)), logits=False)
# Small, since any width is the same network; one size halves badly, where the decoder has to pad.
# So that the matte is not one grey: 23 layers without a residual make maps small.
UNET_GAIN = 1.4
UNETS = [
    Subject(folder, "unet", partial(UNet, width=4, bilinear=bilinear), 3, ("matte",), ((32, 48), (37, 53)), gain=UNET_GAIN)
    for folder, bilinear in (("unet", True), ("unet-transposed", False))
]


def normalised_input(name: str, channels: int, size: tuple[int, int]) -> Tensor:
    return torch.from_numpy((formula.image(name, (1, channels, *size)) - 0.5) / 0.5).float()


@torch.no_grad()
def outputs(subject: Subject, network: nn.Module, x: Tensor, suffix: str = "") -> dict[str, Tensor]:
    """Computed in double precision, so that all the rounding there is to see is that of the implementation under test."""
    results = network.double().eval()(x.double())
    results = results if isinstance(results, tuple) else (results,)
    return {name + suffix: (torch.sigmoid(result) if subject.logits else result).float() for name, result in zip(subject.outputs, results)}


def write_formula_golden(subject: Subject, folder: Path) -> None:
    network = subject.network()
    # Counters of batch norms serve training only.
    parameters = {name: value for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    shapes = {name: tuple(value.shape) for name, value in parameters.items()}
    weights = {name: torch.from_numpy(formula.weight(name, shape, SALT, subject.gain)) for name, shape in shapes.items()}
    network.load_state_dict(network.state_dict() | weights)
    tensors: dict[str, torch.Tensor] = {}
    for height, width in subject.sizes:
        suffix = f".{height}x{width}"
        x = normalised_input("input" + suffix, subject.channels, (height, width))
        tensors |= {"input" + suffix: x} | outputs(subject, network, x, suffix)
    save_file(tensors, folder / "golden.safetensors")
    description = {
        "architecture": subject.architecture,
        "salt": SALT,
        "gain": subject.gain,
        "note": "input already normalised: the network alone; outputs are after the sigmoid",
        "parameters": sum(value.numel() for value in parameters.values()),
        "tensors": {name: list(shape) for name, shape in shapes.items()},
    }
    (folder / "tensors.json").write_text(json.dumps(description, indent=1) + "\n")


def write_default_golden(subject: Subject, weights: Path, folder: Path) -> None:
    network = subject.network()
    network.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    x = normalised_input("input", subject.channels, DEFAULT_SIZE)
    save_file({"input": x} | outputs(subject, network, x), folder / "default.safetensors")


@torch.no_grad()
def write_video_golden(folder: Path) -> None:
    description = json.loads((folder / "tensors.json").read_text())
    network = RVM().eval()
    weights = {name: torch.from_numpy(value) for name, value in formula.weights(description).items()}
    network.load_state_dict(weights, strict=False)  # PyTorch's batch counters are not in it
    recorded = load_file(folder / "golden.safetensors")

    def frame(name: str, image: Tensor, state: list[Tensor], ratio: float) -> tuple[dict[str, Tensor], list[Tensor]]:
        network.downsample_ratio = ratio
        alpha, foreground, *state, _ = network(image, *state)
        maps = {"input": image, "alpha": alpha, "foreground": foreground}
        maps |= {f"r{number}": value for number, value in enumerate(state, 1)}
        return {f"{name}.{key}": value.contiguous() for key, value in maps.items()}, state

    state: list[Tensor] = []
    for index in range(3):
        maps, state = frame(f"frame{index}", recorded[f"frame{index}.input"], state, 0.5)
        worst = max((maps[name] - recorded[name]).abs().max().item() for name in maps)
        if worst > 1e-6:
            raise SystemExit(f"RVM is {worst:.1e} away from the recorded frame {index}; it is another network")

    height, width = VIDEO_SIZE
    tensors: dict[str, torch.Tensor] = {}
    state = []
    for name, ratio in (("whole0", 1), ("whole1", 1), ("shrunk0", 48 / width)):
        image = torch.from_numpy(formula.image(name, (1, 3, height, width)))
        maps, state = frame(name, image, state if ratio == 1 else [], ratio)
        tensors |= maps
    save_file(tensors, folder / "odd.safetensors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--coarse", type=Path, help="an exported weight file")
    parser.add_argument("--edge", type=Path, help="an exported weight file")
    parser.add_argument("--only", help="the one folder to write")
    parser.add_argument("--out", type=Path, required=True, help="folder of the goldens")
    arguments = parser.parse_args()
    subjects = [(COARSE, arguments.coarse), (EDGE, arguments.edge)] + [(unet, None) for unet in UNETS]
    for subject, weights in subjects:
        if arguments.only not in (None, subject.folder):
            continue
        folder = arguments.out / subject.folder
        folder.mkdir(parents=True, exist_ok=True)
        write_formula_golden(subject, folder)
        if weights:
            write_default_golden(subject, weights, folder)
    if arguments.only in (None, VIDEO_FOLDER):
        write_video_golden(arguments.out / VIDEO_FOLDER)


if __name__ == "__main__":
    main()
