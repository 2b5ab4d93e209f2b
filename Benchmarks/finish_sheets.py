#!/usr/bin/env python3
"""Contact sheets of what `matte cut` finishes, before and after, to judge with one's own eyes.

    python3 Benchmarks/finish_sheets.py --matte .build/release/matte --out /tmp/sheets PICTURE...

Writes edges.png (guided, closed form and clean colours, each on black, white and green: the softest part of each picture
at 200 %) and scenes.png (the photograph; with its own shadow kept, a drop shadow and a contact shadow on white; its
background blurred; a marketplace's preset). Pictures may be any; those where hair, fur, lace, glass or leaves end the
subject, or whose ground is of the subject's colour, show the most. Needs pillow and numpy.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

GROUNDS = {"black": (0, 0, 0), "white": (255, 255, 255), "green": (0, 190, 0)}
EDGES = {"guided": [], "closed form": ["--refinement", "closed-form"], "clean": ["--decontaminate"]}
SCENES = {
    "keep": ["--background", "white", "--shadow", "keep", "--decontaminate"],
    "drop": ["--background", "white", "--shadow", "drop", "--decontaminate"],
    "contact": ["--background", "white", "--shadow", "contact", "--decontaminate"],
    "blur": ["--background", "blur(4%)"],
    "preset": ["--preset", "amazon", "--decontaminate"],
}
PART, CELL = 110, 220


def softest(alpha: np.ndarray) -> tuple[int, int]:
    """The left upper corner of the square with the most half transparent pixels, on a coarse grid."""
    soft = np.pad(((alpha > 20) & (alpha < 235)).astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    height, width = alpha.shape
    corners = [(x, y) for y in range(0, max(height - PART, 0) + 1, 8) for x in range(0, max(width - PART, 0) + 1, 8)]

    def count(corner: tuple[int, int]) -> int:
        x, y = corner
        right, bottom = min(x + PART, width), min(y + PART, height)
        return soft[bottom, right] - soft[y, right] - soft[bottom, x] + soft[y, x]

    return max(corners, key=count)


def cut(matte: Path, picture: Path, output: Path, options: list[str]) -> Image.Image:
    done = subprocess.run([matte, "cut", picture, "-o", output, "--quiet", *options], text=True, stderr=subprocess.PIPE)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return Image.new("RGBA", (PART, PART), (255, 0, 255, 255))
    return Image.open(output)


def over(cutout: Image.Image, color: tuple[int, int, int]) -> Image.Image:
    ground = Image.new("RGBA", cutout.size, (*color, 255))
    ground.alpha_composite(cutout)
    return ground.convert("RGB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--matte", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    count = len(arguments.pictures)
    edges = Image.new("RGB", ((1 + len(EDGES) * len(GROUNDS)) * CELL, count * CELL), (90, 90, 90))
    scenes = Image.new("RGB", ((1 + len(SCENES)) * CELL, count * CELL), (90, 90, 90))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for row, path in enumerate(arguments.pictures):
            picture = folder / "picture.png"
            Image.open(path).convert("RGB").save(picture)
            cutouts = [cut(arguments.matte, picture, folder / f"{i}.png", options).convert("RGBA") for i, options in enumerate(EDGES.values())]
            x, y = softest(np.asarray(cutouts[0])[..., 3])
            part = (x, y, x + PART, y + PART)
            views = [Image.open(picture)] + [over(cutout, color) for cutout in cutouts for color in GROUNDS.values()]
            for column, view in enumerate(views):
                edges.paste(view.crop(part).resize((CELL - 4, CELL - 4), Image.Resampling.NEAREST), (column * CELL, row * CELL))
            views = [Image.open(picture)]
            views += [cut(arguments.matte, picture, folder / "scene.png", options).convert("RGB") for options in SCENES.values()]
            for column, view in enumerate(views):
                view.thumbnail((CELL - 4, CELL - 4))
                scenes.paste(view, (column * CELL, row * CELL))
    edges.save(arguments.out / "edges.png")
    scenes.save(arguments.out / "scenes.png")
    print(", ".join(["photograph", *(f"{method} on {ground}" for method in EDGES for ground in GROUNDS)]))
    print(", ".join(["photograph", *SCENES]))


if __name__ == "__main__":
    main()
