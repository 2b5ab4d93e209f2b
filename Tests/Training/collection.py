"""A small collection of pictures as the training reads them: discs on noise, with masks."""

from pathlib import Path

import numpy as np
from PIL import Image

PAIRS = {"people-ccp": 6, "endangered-animals": 4, "clothing-cc0-pseudo": 4}
UNLABELLED = {"portraits-pif": ("portrait", 20), "recipes": ("food", 3)}
SIDE = 96


def disc(rng: np.random.Generator, height: int = SIDE, width: int = SIDE) -> tuple[Image.Image, Image.Image]:
    """Picture and mask of an upright ellipse that touches no border."""
    y, x = np.mgrid[:height, :width]
    inside = ((x - width / 2) / (width * rng.uniform(0.15, 0.2))) ** 2 + ((y - height / 2) / (height * rng.uniform(0.3, 0.4))) ** 2 < 1
    picture = rng.integers(0, 256, 3) + rng.normal(0, 8, (height, width, 3))
    picture[inside] = rng.integers(0, 256, 3)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)), Image.fromarray((255 * inside).astype(np.uint8))


def save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def table(path: Path, header: str, rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\t".join(row) + "\n" for row in [header.split(), *rows]))


def write(folder: Path) -> None:
    rng = np.random.default_rng(1)
    rows = []
    for source, count in PAIRS.items():
        for number in range(1, count + 1):
            for plane, end in zip(disc(rng), ("webp", "png")):
                save(plane, folder / "pairs" / source / f"{number:04}.{end}")
            rows.append([source, f"{number:04}", f"{source}-{number}", "?", "validation" if number == count else "train"])
    table(folder / "pairs/index.tsv", "source name group label split", rows)
    first, second = [], []
    for source, (category, count) in UNLABELLED.items():
        for number in range(1, count + 1):
            picture, mask = disc(rng)
            for plane, end in ((picture, "webp"), (mask, "teacher.png"), (mask, "u2net.png")):
                save(plane, folder / "unlabelled" / source / f"{number:04}.{end}")
            first.append([source, f"{number:04}", category, "1.00", "0.010", "0.200"])
            second.append([source, f"{number:04}", "1.00", "0.010", "0.200", "0.500" if number == 2 else "0.980", "0.990", "0.0010"])
    table(folder / "unlabelled/index.tsv", "source name category teacher_max teacher_unsure_share teacher_area", first)
    table(folder / "unlabelled/index-u2net.tsv", "source name max unsure_share area mirror_iou u2netp_iou u2netp_mae", second)
    for number in range(1, 3):
        picture, mask = disc(rng)
        picture.putalpha(mask)
        save(picture, folder / "cutouts/made" / f"{number:04}.webp")
        noise = rng.integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
        save(Image.fromarray(noise), folder / "backgrounds/made" / f"{number:04}.webp")
