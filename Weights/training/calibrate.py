"""What the coarse network's doubt is worth: how well it ranks validation pictures, and quantiles of what it expects for the weight file.

    python calibrate.py --data DATA --weights ../coarse.safetensors

prints the share of the total error that leaves with the least sure fifth of the pictures, the same by source, expected beside
measured error and overlap in ten groups each, and on the last line what `export.py coarse --doubt` puts into the file: the measured
error over the predicted one, quantiles of the predicted one, and quantiles of the expected overlap, with colons between. All of one look.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from coarse.photos import read_pairs
from evaluate import scores
from predict import DefaultNetwork, at_size, expected_overlap

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
    raws, overlaps = [], []
    for photo in read_pairs(arguments.data, "validation"):
        image, mask = Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
        truth = np.asarray(mask.resize(image.size, Image.Resampling.BILINEAR), np.float32) / 255
        raw = network.raw(image)
        matte = at_size(np.ascontiguousarray(raw[..., 0]), image.size)
        raws.append(raw)
        overlaps.append(scores(matte, truth)[1])
        rows[photo.group].append((float(np.abs(matte - truth).mean()), float(raw[..., 1].mean())))
    errors, doubts = np.array([row for group in rows.values() for row in group]).T
    best = removed(errors, errors)
    print(f"{len(errors)} pictures: the least sure fifth has {removed(errors, doubts):.3f} of the error (at best {best:.3f})")
    for source, group in rows.items():
        e, d = np.array(group).T
        print(f"  {source}: mean error {e.mean():.4f}, expected {d.mean():.4f}, fifth {removed(e, d):.3f}")
    for part in np.array_split(np.argsort(doubts), 10):
        print(f"  expected {doubts[part].mean():.4f}  measured {errors[part].mean():.4f}")
    scale = round(errors.mean() / doubts.mean(), 3)
    expected, measured = np.array([expected_overlap(raw, scale) for raw in raws]), np.array(overlaps)
    ranks = np.array([np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (expected, measured)])
    print(f"overlap: expected {expected.mean():.3f}, measured {measured.mean():.3f}, rank correlation {np.corrcoef(ranks)[0, 1]:.2f}")
    for part in np.array_split(np.argsort(expected), 10):
        print(f"  expected {expected[part].mean():.3f}  measured {measured[part].mean():.3f}")
    shares = np.linspace(0, 1, QUANTILES)
    print(f"{scale:.3f}:" + ":".join(",".join(f"{q:.5f}" for q in np.quantile(values, shares)) for values in (doubts, expected)))


if __name__ == "__main__":
    main()
