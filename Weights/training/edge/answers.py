"""What the edge network makes of composites at a smaller size: what its next step begins with.

    python -m edge.answers --composites composites/train --edge ../edge.safetensors

Adds `answers.npy` (count, SIDE, SIDE, bytes) to folders of `edge.compose`: the mattes of those composites that the coarse network
found, in their order.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

from edge.colours import local_colours
from edge.dataset import ANSWERS, found, inputs, matte_and_doubt, resized, uncertain
from edge.guided import GuidedUpsampling
from edge.network import EdgeNetwork

SIDE = 448


@torch.inference_mode()
def answer(network: EdgeNetwork, picture: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    """The matte of an RGB picture at its own size, a square whose side is a multiple of 32, from the coarse network's matte and doubt."""
    rgb = picture.astype(np.float32) / 255
    matte, doubt = matte_and_doubt(coarse)
    side = rgb.shape[0]
    unknown = resized(uncertain(matte, doubt), side)
    enlarged = GuidedUpsampling(rgb, matte).part(slice(0, side), slice(0, side))
    planes = inputs(rgb, enlarged, local_colours(rgb, resized(matte, side), unknown), unknown)
    alpha = network(torch.from_numpy(planes)[None].contiguous(memory_format=torch.channels_last))[0, 0].numpy()
    return enlarged + unknown * (alpha - enlarged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--composites", type=Path, nargs="+", required=True)
    parser.add_argument("--edge", type=Path, required=True, help="an exported weight file")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    network = EdgeNetwork().eval().to(memory_format=torch.channels_last)
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(arguments.edge).items()})
    for folder in arguments.composites:
        pictures, coarse = (np.load(folder / name, mmap_mode="r") for name in ("pictures.npy", "coarse.npy"))
        indices = found(pictures, coarse)
        answers = np.lib.format.open_memmap(folder / ANSWERS, "w+", np.uint8, (len(indices), SIDE, SIDE))
        for rank, index in enumerate(indices):
            picture = np.asarray(Image.fromarray(pictures[index, ..., :3]).resize((SIDE, SIDE), Image.Resampling.BOX))
            answers[rank] = np.uint8(255 * answer(network, picture, coarse[index]) + 0.5)
        print(f"{folder}: {len(indices)} of {len(pictures)}", flush=True)


if __name__ == "__main__":
    main()
