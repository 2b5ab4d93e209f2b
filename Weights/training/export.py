"""Writes the averaged weights of a checkpoint, batch norms folded, as the weight file that the library reads.

    python export.py --checkpoint runs/default/checkpoint.pt --out ../default.safetensors

The file is safetensors: the metadata says how to feed the network, `sha256` is that of all bytes after the header.
The same checkpoint gives the same bytes.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from torch import Tensor

from network import MobileNetV2UNet

INPUT_SIZE = 320

TRAINING = (
    "from MobileNetV2 trained on ImageNet; photographs with human or pseudo masks (Clothing Dataset CC0, Garbage Recognition CC BY 4.0, "
    "IoTKITs CC BY 4.0, Clothing Co-Parsing Apache-2.0, feral cats MIT, endangered animals CC BY 4.0/MIT, Grocery Store MIT), "
    "photographs with masks of U2-Net-p, composites of Fluent emoji (MIT) and other cut-outs; see Weights/README.md"
)

METADATA = {
    "architecture": "mobilenetv2-unet",
    "input.rule": "fit",
    "input.size": str(INPUT_SIZE),
    "input.multiple": "32",
    "input.channels": "RGB",
    "input.mean": "0.5,0.5,0.5",
    "input.std": "0.5,0.5,0.5",
    "output.activation": "sigmoid",
    "license": "Apache-2.0",
    "training": TRAINING,
}


def folded_average(checkpoint: Path) -> dict[str, Tensor]:
    network = MobileNetV2UNet(norm=True)
    network.load_state_dict(torch.load(checkpoint)["average"])
    return network.fold().state_dict()


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
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    content = safetensors_bytes(folded_average(arguments.checkpoint), METADATA)
    arguments.out.write_bytes(content)
    print(f"{hashlib.sha256(content).hexdigest()}  {arguments.out.name}  {len(content)} bytes")


if __name__ == "__main__":
    main()
