"""Writes subjects to a folder: python -m subjects.make --out FOLDER --count N --seed S [--split train|held-out] [--data DATA] [--jobs N]"""

import argparse
import os
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from . import materials
from .canvas import straight
from .cloth import cloth
from .effects import developed, framed, photographed
from .feathers import feathers
from .foliage import foliage
from .fur import fur
from .glass import glass
from .hair import strands
from .products import products
from .thin import thin
from .vapour import vapour
from .variety import SPLITS, Draw

# What is drawn, and its share of the subjects. Most edges of products are hard, and hair and fur are what is looked at most.
KINDS = {
    "products": (products, 0.30),
    "strands": (strands, 0.18),
    "fur": (fur, 0.13),
    "foliage": (foliage, 0.11),
    "cloth": (cloth, 0.07),
    "glass": (glass, 0.06),
    "thin": (thin, 0.07),
    "feathers": (feathers, 0.05),
    "vapour": (vapour, 0.03),
}


def kind_of(seed: int, index: int, split: str) -> str:
    names, shares = zip(*((name, share) for name, (_, share) in KINDS.items()))
    place = np.random.default_rng((seed, index, SPLITS.index(split))).random()
    return names[min(int(np.searchsorted(np.cumsum(shares), place)), len(names) - 1)]


def subject(kind: str, seed: int, index: int, split: str) -> Image.Image:
    """The same for the same arguments and photographs, whatever else is drawn."""
    draw = Draw(np.random.default_rng((seed, index, SPLITS.index(split), list(KINDS).index(kind))), split)
    for _ in range(4):
        side, aspect = draw.uniform(600, 896), draw.uniform(0.8, 1.25)
        width, height = (int(np.clip(side * f, 512, 896)) for f in (aspect**0.5, aspect**-0.5))
        pixels = photographed(draw, framed(draw, KINDS[kind][0](draw, width, height).pixels))
        if float(pixels[..., 3].mean()) > 0.004 and float(pixels[..., 3].min()) < 0.5:
            break
    return Image.fromarray(developed(draw, straight(pixels)))


def write(job: tuple[Path, str, int, int, str]) -> None:
    path, kind, seed, index, split = job
    unfinished = path.with_suffix(".unfinished")
    subject(kind, seed, index, split).save(unfinished, "PNG", compress_level=3)
    os.replace(unfinished, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="the first index")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--split", choices=SPLITS, default="train")
    parser.add_argument("--data", type=Path, help="insides of its training photographs' subjects serve as textures")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="leave out the subjects of other kinds")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    materials.use_photographs(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = []
    for index in range(options.first, options.first + options.count):
        kind = kind_of(options.seed, index, options.split)
        path = options.out / f"{kind}-{options.seed}-{index:06d}.png"
        if kind in options.kinds and not path.exists():
            jobs.append((path, kind, options.seed, index, options.split))
    if options.jobs > 1:
        with Pool(options.jobs) as pool:
            pool.map(write, jobs, 1)
    else:
        for job in jobs:
            write(job)


if __name__ == "__main__":
    main()
