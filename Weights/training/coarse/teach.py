"""Masks for the photographs that have none: a jury of networks, and where it agrees.

    python -m coarse.teach --data DATA --weights ../coarse.safetensors --out teacher

The jury is U²-Net-p (its masks come with the data) and an exported network of our own, which votes as the mean over a
picture and its mirror image. For every unlabelled photograph `SOURCE/NAME.png` holds two bands: the mean vote, and how far
it is to be believed. `train.py --teacher` reads them; train, teach with the result, train on (self-training).
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from coarse.photos import read_unlabelled_index
from predict import DefaultNetwork

SIZE = 384
# Votes that differ by less than the first number agree, by more than the second do not.
AGREEMENT = (0.1, 0.4)


def vote(network: DefaultNetwork, image: Image.Image) -> np.ndarray:
    return (network.alpha(image) + network.alpha(ImageOps.mirror(image))[:, ::-1]) / 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    network = DefaultNetwork(arguments.weights, SIZE)
    shares = []
    for source, name in read_unlabelled_index(arguments.data):
        image = Image.open(arguments.data / "unlabelled" / source / f"{name}.webp").convert("RGB")
        published = Image.open(arguments.data / "unlabelled" / source / f"{name}.teacher.png").convert("L")
        theirs = np.asarray(published.resize(image.size, Image.Resampling.BILINEAR), np.float32) / 255
        ours = vote(network, image)
        mean = (ours + theirs) / 2
        low, high = AGREEMENT
        agreement = np.clip((high - np.abs(ours - theirs)) / (high - low), 0, 1)
        sureness = np.clip(2 * np.abs(2 * mean - 1) - 0.2, 0, 1)
        planes = np.stack([mean, agreement * sureness], -1)
        path = arguments.out / source / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.uint8(255 * planes + 0.5), "LA").save(path)
        shares.append(float(planes[..., 1].mean()))
    print(f"{len(shares)} masks, believed in {np.mean(shares):.3f} of their area; {np.mean(np.array(shares) > 0.8):.3f} of them in most of it")


if __name__ == "__main__":
    main()
