"""A contact sheet: every subject on black, white and green, with its alpha, to judge by eye.

`python -m renders.sheet FOLDER SHEET.png [--match hair] [--tile 320]`
"""

import argparse
import glob
import os

import numpy as np
from PIL import Image

GROUNDS = [(12, 12, 12), (250, 250, 250), (0, 170, 60)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("sheet")
    parser.add_argument("--match", default="")
    parser.add_argument("--tile", type=int, default=320)
    parser.add_argument("--grounds", type=int, default=1, help="backgrounds for each: 1 takes turns, 3 shows all")
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--alpha", action="store_true", help="the alpha beside each")
    arguments = parser.parse_args()
    tiles = []
    names = sorted(glob.glob(os.path.join(arguments.folder, f"*{arguments.match}*.png")))
    for number, name in enumerate(names):
        picture = Image.open(name).convert("RGBA")
        picture.thumbnail((arguments.tile, arguments.tile), Image.Resampling.LANCZOS)
        grounds = GROUNDS if arguments.grounds == 3 else [GROUNDS[number % 3]]
        for ground in grounds:
            tiles.append(over(picture, ground, arguments.tile))
        if arguments.alpha:
            grey = Image.new("RGB", (arguments.tile,) * 2, (60, 0, 60))
            grey.paste(picture.getchannel("A").convert("RGB"))
            tiles.append(grey)
    columns = min(arguments.columns, max(1, len(tiles)))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * arguments.tile, rows * arguments.tile))
    for index, tile in enumerate(tiles):
        sheet.paste(tile, (index % columns * arguments.tile, index // columns * arguments.tile))
    sheet.save(arguments.sheet)


def over(picture: Image.Image, ground: tuple[int, int, int], tile: int) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    alpha = pixels[..., 3:] / 255
    mixed = pixels[..., :3] * alpha + np.array(ground, np.float32) * (1 - alpha)
    canvas = Image.new("RGB", (tile, tile), ground)
    canvas.paste(Image.fromarray((mixed + 0.5).astype(np.uint8)))
    return canvas


if __name__ == "__main__":
    main()
