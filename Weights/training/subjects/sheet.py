"""A contact sheet of subjects, to judge with one's own eyes: python -m subjects.sheet --out SHEET.png [--edges] [--backdrops FOLDER] FILE..."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

PLAIN = ((40, 170, 60), (255, 255, 255), (0, 0, 0))
CELL, COLUMNS = 400, 6


def backdrop(number: int, size: tuple[int, int], pictures: list[Path]) -> Image.Image:
    """By turns green, white, black, and a photograph if there are any."""
    turn = number % (4 if pictures else 3)
    if turn < 3:
        return Image.new("RGBA", size, (*PLAIN[turn], 255))
    return Image.open(pictures[number * 7 % len(pictures)]).convert("RGBA").resize(size)


def soft_part(alpha: np.ndarray, side: int) -> tuple[int, int]:
    """The left upper corner of the square with the most half transparent pixels, on a coarse grid."""
    soft = np.pad(((alpha > 20) & (alpha < 235)).astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    corners = [(x, y) for y in range(0, alpha.shape[0] - side + 1, 20) for x in range(0, alpha.shape[1] - side + 1, 20)]
    return max(corners, key=lambda c: soft[c[1] + side, c[0] + side] - soft[c[1], c[0] + side] - soft[c[1] + side, c[0]] + soft[c[1], c[0]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--edges", action="store_true", help="show the softest part of each at 200 %% instead of the whole")
    parser.add_argument("--backdrops", type=Path)
    options = parser.parse_args()
    pictures = sorted(options.backdrops.rglob("*.webp")) if options.backdrops else []
    sheet = Image.new("RGB", (CELL * COLUMNS, CELL * -(-len(options.files) // COLUMNS)), (90, 90, 90))
    for i, path in enumerate(options.files):
        subject = Image.open(path).convert("RGBA")
        picture = backdrop(i, subject.size, pictures)
        picture.alpha_composite(subject)
        if options.edges:
            x, y = soft_part(np.asarray(subject)[..., 3], CELL // 2)
            picture = picture.crop((x, y, x + CELL // 2, y + CELL // 2)).resize((CELL, CELL), Image.Resampling.NEAREST)
        picture.thumbnail((CELL, CELL))
        sheet.paste(picture.convert("RGB"), (CELL * (i % COLUMNS), CELL * (i // COLUMNS)))
    sheet.save(options.out)


if __name__ == "__main__":
    main()
