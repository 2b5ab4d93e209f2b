"""Reference inputs and outputs of the network, for tests of other implementations.

    python golden.py --weights ../default.safetensors --out ../../Tests/Fixtures/Goldens/mobilenetv2-unet

writes three files:
    tensors.json           names, shapes, and the salt and gain of the formula that makes weights without a weight file
    golden.safetensors     `input.HxW` (normalised) and `alpha.HxW` of the network with those formula weights
    default.safetensors    `input` and `alpha` of the network with the weights of `--weights`
Without `--weights` only the first two.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

import formula
from network import MobileNetV2UNet

SALT, GAIN = 0, 0.9
FORMULA_SIZES = [(64, 64), (96, 160)]
DEFAULT_SIZE = (96, 128)


def normalised_input(name: str, size: tuple[int, int]) -> Tensor:
    return torch.from_numpy((formula.image(name, (1, 3, *size)) - 0.5) / 0.5).float()


@torch.no_grad()
def alpha(network: MobileNetV2UNet, x: Tensor) -> Tensor:
    return torch.sigmoid(network.eval()(x))


def formula_network() -> MobileNetV2UNet:
    network = MobileNetV2UNet()
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    network.load_state_dict({name: torch.from_numpy(formula.weight(name, shape, SALT, GAIN)) for name, shape in shapes.items()})
    return network


def write_formula_golden(folder: Path) -> None:
    network = formula_network()
    tensors = {}
    for height, width in FORMULA_SIZES:
        x = normalised_input(f"input.{height}x{width}", (height, width))
        tensors[f"input.{height}x{width}"] = x
        tensors[f"alpha.{height}x{width}"] = alpha(network, x)
    save_file(tensors, folder / "golden.safetensors")
    state = network.state_dict()
    description = {
        "architecture": "mobilenetv2-unet",
        "salt": SALT,
        "gain": GAIN,
        "note": "input already normalised: the network alone; alpha is after the sigmoid; batch norms folded",
        "parameters": sum(value.numel() for value in state.values()),
        "tensors": {name: list(value.shape) for name, value in state.items()},
    }
    (folder / "tensors.json").write_text(json.dumps(description, indent=1) + "\n")


def write_default_golden(weights: Path, folder: Path) -> None:
    network = MobileNetV2UNet()
    network.load_state_dict({name: value.float() for name, value in load_file(weights).items()})
    x = normalised_input("input", DEFAULT_SIZE)
    save_file({"input": x, "alpha": alpha(network, x)}, folder / "default.safetensors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="an exported weight file")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_formula_golden(arguments.out)
    if arguments.weights:
        write_default_golden(arguments.weights, arguments.out)


if __name__ == "__main__":
    main()
