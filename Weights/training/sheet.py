"""A contact sheet: each picture, its alpha, and its subject on green.

python sheet.py --weights ../coarse.safetensors --out sheet.png PICTURES...
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from predict import DefaultNetwork, U2NetP

CELL, COLUMNS = 200, 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="an exported file, or U²-Net-p as ONNX")
    parser.add_argument("--size", type=int)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("pictures", type=Path, nargs="+")
    arguments = parser.parse_args()
    network = U2NetP(arguments.weights) if arguments.weights.suffix == ".onnx" else DefaultNetwork(arguments.weights, arguments.size)
    rows = -(-len(arguments.pictures) // COLUMNS)
    sheet = Image.new("RGB", (3 * CELL * COLUMNS, CELL * rows), (90, 90, 90))
    for index, path in enumerate(arguments.pictures):
        image = Image.open(path).convert("RGB")
        alpha = Image.fromarray(np.uint8(255 * network.alpha(image)))
        green = Image.composite(image, Image.new("RGB", image.size, (0, 190, 0)), alpha)
        for part, cell in enumerate((image, alpha, green)):
            cell.thumbnail((CELL - 4, CELL - 4))
            sheet.paste(cell, ((index % COLUMNS * 3 + part) * CELL, index // COLUMNS * CELL))
    sheet.save(arguments.out)


if __name__ == "__main__":
    main()
