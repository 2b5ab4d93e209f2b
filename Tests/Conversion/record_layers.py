"""Records the layers with weights behind the first output of each reference network, in the order of the data.

    python record_layers.py

writes `layers.json` beside the other goldens, batch norms behind their convolutions. The library finds the layers of ONNX graphs by this
order, which its own networks have to have too.
"""

import json

import places
import torch

from conversion.catalog import NETWORKS
from conversion.layers import Structure

FOLDERS = ("u2net", "u2netp", "isnet", "modnet", "rvm-mobilenetv3", "mobilenetv2-unet", "unet", "unet-transposed")
VARIANTS = {"unet-transposed": {"up1.up.weight": (1024, 512, 2, 2)}}


def main() -> None:
    for folder in FOLDERS:
        network = NETWORKS[folder.removesuffix("-transposed")]
        with torch.device("meta"):
            structure = Structure(network.build(VARIANTS.get(folder, {})))
        names = dict.fromkeys(layer.name for layer in structure.outputs[0])  # one that is applied again counts once
        (places.GOLDENS / folder / "layers.json").write_text(json.dumps(list(names), indent=0) + "\n")


if __name__ == "__main__":
    main()
