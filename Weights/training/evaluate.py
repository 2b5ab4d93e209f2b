"""Mean absolute error and intersection over union on pictures that were never trained on, for each source.

    python evaluate.py --data DATA --weights ../coarse.safetensors --baseline u2netp.onnx

Beside the validation split: composites of held-out cut-outs with exact alpha, and pictures without a subject
(the margins of validation photographs), where the error is the mean alpha and the smaller the better.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from coarse.backdrops import Backdrops
from coarse.composites import pasted
from coarse.cutouts import cutout, made_subject
from coarse.photos import read_cutouts, read_pairs, read_unlabelled
from predict import DefaultNetwork, U2NetP

SYNTHETIC_SIZE, SYNTHETIC_COUNT, SEED = (256, 320), 96, 7


def pictures(data: Path, subjects: list[Path]) -> Iterator[tuple[str, Image.Image, Image.Image]]:
    """Source, picture and alpha."""
    validation = read_pairs(data, "validation")
    for photo in validation:
        yield photo.group, Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
    _, cutouts = read_cutouts(data)
    backdrops = Backdrops([], validation)
    for index in range(SYNTHETIC_COUNT):
        rng = np.random.default_rng((SEED, index))
        backdrop = backdrops.mask_free(rng, SYNTHETIC_SIZE)
        yield "no subject", backdrop, Image.new("L", backdrop.size, 0)
        yield "composites, exact alpha", *pasted(rng, [cutout(cutouts[rng.integers(len(cutouts))])], backdrop)
    for folder in subjects:
        for index, path in enumerate(sorted(folder.rglob("*.png"))):
            rng = np.random.default_rng((SEED, index))
            yield f"composites of {folder.name}", *pasted(rng, [made_subject(path)], backdrops.mask_free(rng, SYNTHETIC_SIZE))
    for photo in read_unlabelled(data)[1]:
        if "portrait" in photo.group:
            yield "portraits, U²-Net-p's own mask", Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")


def scores(predicted: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Mean absolute error, and intersection over union at one half (not a number where there is no subject)."""
    p, t = predicted > 0.5, truth > 0.5
    return float(np.abs(predicted - truth).mean()), float((p & t).sum() / (p | t).sum()) if t.any() else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--subjects", type=Path, nargs="*", default=[], help="folders of subjects with exact alpha that nobody trained on, to be composited too")
    parser.add_argument("--size", type=int, help="long side of the network's input; the file's own if absent")
    parser.add_argument("--baseline", type=Path, help="U²-Net-p as ONNX")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    networks = {}
    if arguments.weights:
        networks["default"] = DefaultNetwork(arguments.weights, arguments.size)
    if arguments.baseline:
        networks["U²-Net-p"] = U2NetP(arguments.baseline)
    results = defaultdict(list)
    for source, image, mask in pictures(arguments.data, arguments.subjects):
        truth = np.asarray(mask.resize(image.size, Image.Resampling.BILINEAR), np.float32) / 255
        results[source].append([scores(network.alpha(image), truth) for network in networks.values()])
    print("| source | pictures | " + " | ".join(f"{name} MAE | {name} IoU" for name in networks) + " |")
    print("|---|---:|" + "---:|---:|" * len(networks))
    for source, rows in results.items():
        means = np.mean(rows, 0)
        print(f"| {source} | {len(rows)} | " + " | ".join(f"{mae:.4f} | {iou:.3f}" for mae, iou in means).replace("nan", "–") + " |")


if __name__ == "__main__":
    main()
