"""Copies the photographs among Tux Paint's stamps, cut out by their contributors: python -m subjects.stamps --stamps FOLDER --out FOLDER

Animals, vehicles, instruments, flowers, tools, on transparent ground, for `evaluate.py --subjects`: nobody trains on them. Drawings
and small pictures are left out; a photograph has many colours, hardly two pixels the same.
"""

import argparse
import re
from pathlib import Path

import numpy as np
from PIL import Image

# Drawn, written, or without an edge of their own.
DRAWN = re.compile(r"cartoon|symbols|flags|shapes|easter|hanukkah|newyears|planets|moon|roadsigns|naturalforces|santa|paratrooper|skull|outline|mirror", re.I)
SMALLEST = 140
# Distinct colours, and their share of the opaque pixels.
COLOURS, VARIETY = 3000, 0.1


def is_photograph(stamp: Image.Image) -> bool:
    pixels = np.asarray(stamp)
    opaque = pixels[pixels[..., 3] > 200][:, :3].astype(np.int64)
    distinct = len(np.unique(opaque @ (65536, 256, 1)))
    return distinct > max(COLOURS, VARIETY * len(opaque))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stamps", type=Path, required=True, help="folder of PNG files, in folders of any depth")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in sorted(options.stamps.rglob("*.png")):
        name = "-".join(path.relative_to(options.stamps).with_suffix("").parts)
        if DRAWN.search(name):
            continue
        stamp = Image.open(path).convert("RGBA")
        if max(stamp.size) >= SMALLEST and stamp.getchannel("A").getextrema()[0] < 128 and is_photograph(stamp):
            stamp.save(options.out / f"{name}.png")
            count += 1
    print(f"{count} stamps")


if __name__ == "__main__":
    main()
