#!/usr/bin/env python3
"""Makes pictures with exact alpha, of about half a megapixel, to compare solvers on: closed_form.py and foreground.py read them.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install pymatting==1.1.16 pillow opencv-python-headless numpy
    /tmp/peers/bin/python Benchmarks/wide_trimaps.py --data DATA --out /tmp/wide
    /tmp/peers/bin/python Benchmarks/closed_form.py --pictures /tmp/wide --limit 40

DATA is a folder with `cutouts/*/*.webp` that have alpha and photographs in `backgrounds/*/*.webp`, as training has them
(Weights/training). Each picture is a file NAME.png and NAME.alpha.png: the path-traced scenes of Tests/Scenes; subjects as
Weights/training/subjects paints them, hair, fur, feathers, leaves, glass, cloth, vapour, before photographs; and cut-outs
of DATA before others. Subjects and grounds are mixed in linear light, as a lens does; the sensor's noise is added.
The same seed makes the same pictures.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "Weights" / "training"))
from subjects.make import KINDS, subject  # noqa: E402

SCENES = REPOSITORY / "Tests" / "Scenes"
PIXELS = 450_000
# How many of each kind are painted: most of what closed form is for.
PAINTED = {"strands": 4, "fur": 3, "foliage": 2, "feathers": 2, "cloth": 2, "glass": 2, "vapour": 1, "thin": 1, "products": 1}
NOISE = 1.5 / 255


def linear(encoded: np.ndarray) -> np.ndarray:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encoded(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    scale = (PIXELS / (size[0] * size[1])) ** 0.5
    return round(size[0] * scale), round(size[1] * scale)


def scenes() -> list[tuple[str, Image.Image, Image.Image]]:
    found = []
    for path in sorted(SCENES.glob("*.alpha.png")):
        alpha = Image.open(path).convert("L")
        picture = Image.open(path.with_name(path.name.replace(".alpha.png", ".jpg")))
        if picture.size != alpha.size:
            picture = picture.transpose(Image.Transpose.ROTATE_270)
        size = fitted(alpha.size)
        found.append((path.name.split(".")[0], picture.convert("RGB").resize(size, Image.Resampling.BOX), alpha.resize(size, Image.Resampling.BOX)))
    return found


def ground(path: Path, size: tuple[int, int]) -> Image.Image:
    """The photograph over the whole size, cut where its proportion is another."""
    photo = Image.open(path).convert("RGB")
    scale = max(size[0] / photo.width, size[1] / photo.height)
    photo = photo.resize((round(photo.width * scale + 0.5), round(photo.height * scale + 0.5)), Image.Resampling.BICUBIC)
    return photo.crop((0, 0, *size))


def composed(cutout: Image.Image, behind: Path, rng: np.random.Generator) -> tuple[Image.Image, Image.Image]:
    """The cut-out before a photograph, with noise, and its alpha."""
    size = fitted(cutout.size)
    # Premultiplied, so that no colour of a transparent pixel reaches its neighbours.
    pixels = np.asarray(cutout.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA"), np.float64) / 255
    alpha = pixels[..., 3:]
    light = alpha * linear(pixels[..., :3]) + (1 - alpha) * linear(np.asarray(ground(behind, size), np.float64) / 255)
    noisy = encoded(light) + rng.normal(0, NOISE, light.shape)
    picture = np.uint8(np.clip(noisy, 0, 1) * 255 + 0.5)
    return Image.fromarray(picture), Image.fromarray(np.uint8(alpha[..., 0] * 255 + 0.5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cutouts", type=int, default=6, help="cut-outs of the data (6)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    behind = sorted((arguments.data / "backgrounds").glob("*/*.webp"))
    cutouts = sorted((arguments.data / "cutouts").glob("cutouts-*/*.webp"))
    arguments.out.mkdir(parents=True, exist_ok=True)

    def write(name: str, picture: Image.Image, alpha: Image.Image) -> None:
        picture.save(arguments.out / f"{name}.png")
        alpha.save(arguments.out / f"{name}.alpha.png")
        print(name, *picture.size)

    for name, picture, alpha in scenes():
        write(name, picture, alpha)
    for kind, count in PAINTED.items():
        for index in range(count):
            assert kind in KINDS
            write(f"{kind}-{index + 1}", *composed(subject(kind, arguments.seed, index, "held-out"), Path(rng.choice(behind)), rng))
    for index, path in enumerate(rng.choice(cutouts, arguments.cutouts, replace=False)):
        write(f"cutout-{index + 1}", *composed(Image.open(path).convert("RGBA"), Path(rng.choice(behind)), rng))


if __name__ == "__main__":
    main()
