"""Mean absolute error and intersection over union on pictures that were never trained on, for each source.

    python evaluate.py --data DATA --weights ../coarse.safetensors --baseline u2netp.onnx

Beside the validation split: the same photographs cropped so that the frame cuts the subject, composites of held-out cut-outs with exact
alpha, pictures without a subject (the margins of validation photographs), where the error is the mean alpha and the smaller the better,
and portraits held out, beside the masks that the full U²-Net has of them where `DATA` has these (`coarse.layout`), else U²-Net-p's.
Several weight files are compared on the same pictures.
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
from coarse.photos import LEAST_TRUST, Photo, read_cutouts, read_pairs, read_unlabelled
from coarse.sampling import cutting_box
from predict import DefaultNetwork, U2NetP

SYNTHETIC_SIZE, SYNTHETIC_COUNT, SEED = (256, 320), 96, 7
# What the subject has of a picture whose frame cuts it: less or more leaves nothing to tell apart.
CUT_AREA = (0.1, 0.9)


def pictures(data: Path, subjects: list[Path]) -> Iterator[tuple[str, str, Image.Image, Image.Image]]:
    """Source, name, picture and alpha."""
    validation = read_pairs(data, "validation")
    for photo in validation:
        yield photo.group, photo.image.stem, Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
    for index, photo in enumerate(validation):
        if cut := cut_by_frame(np.random.default_rng((SEED, index)), photo):
            yield "cut by the frame", f"{photo.group}/{photo.image.stem}", *cut
    _, cutouts = read_cutouts(data)
    backdrops = Backdrops([], validation)
    for index in range(SYNTHETIC_COUNT):
        rng = np.random.default_rng((SEED, index))
        backdrop = backdrops.mask_free(rng, SYNTHETIC_SIZE)
        yield "no subject", str(index), backdrop, Image.new("L", backdrop.size, 0)
        yield "composites, exact alpha", str(index), *pasted(rng, [cutout(cutouts[rng.integers(len(cutouts))])], backdrop)
    for folder in subjects:
        for index, path in enumerate(sorted(folder.rglob("*.png"))):
            rng = np.random.default_rng((SEED, index))
            yield f"composites of {folder.name}", path.stem, *pasted(rng, [made_subject(path)], backdrops.mask_free(rng, SYNTHETIC_SIZE))
    teacher = data / "teacher"
    for photo in read_unlabelled(data, teacher if teacher.exists() else None)[1]:
        if "portrait" in photo.group:
            mask = Image.open(photo.mask)
            if mask.mode == "LA" and np.asarray(mask.getchannel("A")).mean() < 255 * LEAST_TRUST:
                continue
            yield "portraits, a teacher's masks", f"{photo.image.parent.name}/{photo.image.stem}", Image.open(photo.image).convert("RGB"), mask.convert("L")


def cut_by_frame(rng: np.random.Generator, photo: Photo) -> tuple[Image.Image, Image.Image] | None:
    """The photograph and its mask, cropped so that some of the subject lies beyond the frame; None if no crop of a few does."""
    image, mask = Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
    mask = mask.resize(image.size, Image.Resampling.BILINEAR)
    solid = mask.point([0] * 128 + [255] * 128)
    subject = solid.getbbox()
    for _ in range(8):
        if not subject:
            break
        left, upper, right, lower = (round(v) for v in cutting_box(rng, image, (image.height, image.width), subject))
        box = left, upper, right, lower
        part = np.asarray(solid.crop(box)) > 0
        if CUT_AREA[0] < part.mean() < CUT_AREA[1] and 0.4 < part.sum() / (np.asarray(solid) > 0).sum() < 0.95:
            return image.crop(box), mask.crop(box)
    return None


def scores(predicted: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Mean absolute error, and intersection over union at one half (not a number where there is no subject)."""
    p, t = predicted > 0.5, truth > 0.5
    return float(np.abs(predicted - truth).mean()), float((p & t).sum() / (p | t).sum()) if t.any() else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, nargs="*", default=[])
    parser.add_argument(
        "--subjects", type=Path, nargs="*", default=[], help="folders of subjects with exact alpha that nobody trained on, to be composited too"
    )
    parser.add_argument("--size", type=int, help="of the network's input, by its rule; the file's own if absent")
    parser.add_argument("--baseline", type=Path, help="U²-Net-p as ONNX")
    parser.add_argument("--each", type=Path, help="a table to write: the scores of every picture")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    networks: dict[str, DefaultNetwork | U2NetP] = {}
    for path in arguments.weights:
        networks["default" if len(arguments.weights) == 1 else path.stem] = DefaultNetwork(path, arguments.size)
    if arguments.baseline:
        networks["U²-Net-p"] = U2NetP(arguments.baseline)
    results: dict[str, list[list[tuple[float, float]]]] = defaultdict(list)
    each = []
    for source, name, image, mask in pictures(arguments.data, arguments.subjects):
        truth = np.asarray(mask.resize(image.size, Image.Resampling.BILINEAR), np.float32) / 255
        results[source].append([scores(network.alpha(image), truth) for network in networks.values()])
        each.append([source, name, *(f"{value:.4f}" for pair in results[source][-1] for value in pair)])
    if arguments.each:
        columns = ["source", "name", *(f"{name} {measure}" for name in networks for measure in ("MAE", "IoU"))]
        arguments.each.write_text("".join("\t".join(row) + "\n" for row in [columns, *each]))
    print("| source | pictures | " + " | ".join(f"{name} MAE | {name} IoU" for name in networks) + " |")
    print("|---|---:|" + "---:|---:|" * len(networks))
    photographs = {photo.group for photo in read_pairs(arguments.data, "validation")}
    results["all photographs with masks"] = [row for source in photographs for row in results[source]]
    for source, rows in results.items():
        means = np.mean(rows, 0)
        print(f"| {source} | {len(rows)} | " + " | ".join(f"{mae:.4f} | {iou:.3f}" for mae, iou in means).replace("nan", "–") + " |")


if __name__ == "__main__":
    main()
