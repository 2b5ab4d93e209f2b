"""Writes the averaged weights of a checkpoint, batch norms folded, as a weight file that the library reads.

    python export.py coarse --checkpoint runs/coarse/checkpoint.pt --out ../coarse.safetensors
    python export.py coarse --checkpoint runs/coarse/checkpoint.pt --doubt "$(python calibrate.py ... | tail -1)" --out ../coarse.safetensors
    python export.py edge --checkpoint runs/edge/checkpoint.pt --out ../edge.safetensors
    python export.py coarse --checkpoint runs/coarse2/checkpoint.pt runs/coarse/checkpoint.pt --shares 0.7 0.3 --out ../coarse.safetensors

Of several checkpoints, or weight files, of one line of training the weighted mean is written: a run that learned much about its own pictures
forgets a little about others, and the mean with what it started from keeps most of both (Wortsman et al., Robust Fine-Tuning
of Zero-Shot Models, 2022).

The file is safetensors: the metadata says how to feed the network, `sha256` is that of all bytes after the header.
The same checkpoint gives the same bytes.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from coarse.network import MobileNetV2UNet
from edge.network import EdgeNetwork

COARSE = {
    "architecture": "mobilenetv2-unet",
    "input.rule": "area",
    "input.size": "384",
    "input.multiple": "32",
    "input.closer_look": "0.85",
    "input.larger_look": "768",
    "input.channels": "RGB",
    "input.mean": "0.5,0.5,0.5",
    "input.std": "0.5,0.5,0.5",
    "output.activation": "sigmoid",
    "license": "Apache-2.0",
    "training": (
        "from MobileNetV2 trained on ImageNet; photographs with human or pseudo masks (Clothing Dataset CC0, Garbage Recognition CC BY 4.0, "
        "IoTKITs CC BY 4.0, Clothing Co-Parsing Apache-2.0, feral cats MIT, endangered animals CC BY 4.0/MIT, Grocery Store MIT), "
        "photographs with masks of U2-Net-p and of earlier networks, composites of Fluent emoji (MIT), painted and rendered subjects; "
        "see Weights/README.md"
    ),
}

EDGE = {
    "architecture": "edge-attention",
    "license": "Apache-2.0",
    "training": "painted and path-traced subjects with exact alpha, composited on photographs; see Weights/README.md",
}

NETWORKS = {"coarse": (MobileNetV2UNet, COARSE), "edge": (EdgeNetwork, EDGE)}


def folded(kind: type[torch.nn.Module], path: Path) -> dict[str, Tensor]:
    """Weights without batch norms: of a checkpoint's running average, or of a weight file as they are."""
    if path.suffix == ".safetensors":
        network = kind()
        network.load_state_dict(load_file(path))
        return network.state_dict()
    network = kind(norm=True)
    average = torch.load(path)["average"]
    prefix = "network." if any(name.startswith("network.") for name in average) else ""  # beside heads that only training has
    network.load_state_dict({name.removeprefix(prefix): value for name, value in average.items() if name.startswith(prefix)})
    return network.fold().state_dict()


def mean(states: list[dict[str, Tensor]], shares: list[float]) -> dict[str, Tensor]:
    return {name: sum(share / sum(shares) * state[name] for share, state in zip(shares, states)) for name in states[0]}


def safetensors_bytes(tensors: dict[str, Tensor], metadata: dict[str, str]) -> bytes:
    """Half-precision tensors one after another, behind a header padded to eight bytes."""
    header: dict[str, object] = {}
    data = bytearray()
    for name, value in tensors.items():
        half = value.half().contiguous()
        if not torch.isfinite(half).all():
            raise ValueError(f"{name} does not fit half precision")
        start = len(data)
        data += half.numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(half.shape), "data_offsets": [start, len(data)]}
    digest = hashlib.sha256(data).hexdigest()
    text = json.dumps({"__metadata__": {**metadata, "sha256": digest}, **header}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--checkpoint", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=float, nargs="+", help="of each checkpoint in the mean; all the same if absent")
    parser.add_argument("--doubt", help="what the coarse network's doubt is worth, as calibrate.py prints it")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    shares = arguments.shares or [1.0] * len(arguments.checkpoint)
    if len(shares) != len(arguments.checkpoint):
        parser.error(f"{len(shares)} shares for {len(arguments.checkpoint)} checkpoints")
    network, metadata = NETWORKS[arguments.network]
    if arguments.doubt:
        keys = "doubt.scale", "doubt.quantiles", "doubt.overlaps"
        metadata = metadata | dict(zip(keys, arguments.doubt.split(":"), strict=True))
    states = [folded(network, path) for path in arguments.checkpoint]
    content = safetensors_bytes(mean(states, shares), metadata)
    arguments.out.write_bytes(content)
    print(f"{hashlib.sha256(content).hexdigest()}  {arguments.out.name}  {len(content)} bytes")


if __name__ == "__main__":
    main()
