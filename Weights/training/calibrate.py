"""What the coarse network's doubt is worth: how well it ranks validation pictures, and its quantiles for the weight file.

    python calibrate.py --data DATA --weights ../coarse.safetensors

prints the share of the total error that leaves with the least sure fifth of the pictures, the same by source, expected beside
measured error in ten groups, and on the last line what `export.py coarse --doubt` puts into the file: the measured error over
the predicted one, a colon, and quantiles of the predicted one.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from coarse.photos import read_pairs
from predict import DefaultNetwork, at_size

QUANTILES, LEAST_SURE = 21, 0.2


def removed(errors: np.ndarray, doubts: np.ndarray) -> float:
    """The share of all error in the least sure pictures."""
    count = round(LEAST_SURE * len(errors))
    return float(errors[np.argsort(-doubts, kind="stable")[:count]].sum() / errors.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network = DefaultNetwork(arguments.weights)
    rows = defaultdict(list)
    for photo in read_pairs(arguments.data, "validation"):
        image, mask = Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
        truth = np.asarray(mask.resize(image.size, Image.Resampling.BILINEAR), np.float32) / 255
        raw = network.raw(image)
        matte = at_size(np.ascontiguousarray(raw[..., 0]), image.size)
        rows[photo.group].append((float(np.abs(matte - truth).mean()), float(raw[..., 1].mean())))
    errors, doubts = np.array([row for group in rows.values() for row in group]).T
    best = removed(errors, errors)
    print(f"{len(errors)} pictures: the least sure fifth has {removed(errors, doubts):.3f} of the error (at best {best:.3f})")
    for source, group in rows.items():
        e, d = np.array(group).T
        print(f"  {source}: mean error {e.mean():.4f}, expected {d.mean():.4f}, fifth {removed(e, d):.3f}")
    for part in np.array_split(np.argsort(doubts), 10):
        print(f"  expected {doubts[part].mean():.4f}  measured {errors[part].mean():.4f}")
    quantiles = ",".join(f"{q:.5f}" for q in np.quantile(doubts, np.linspace(0, 1, QUANTILES)))
    print(f"{errors.mean() / doubts.mean():.3f}:{quantiles}")


if __name__ == "__main__":
    main()
