#!/usr/bin/env python3
"""Makes pictures of two people who touch, and of one alone, with exact mattes, to see how subjects are told apart:

    python3 Benchmarks/touching_people.py --data DATA --out /tmp/touching
    swift run -c release MattingBenchmarks separation /tmp/touching

DATA is as training has it (Weights/training); people are those held out from it. Two stand side by side, one before the
other by 2 to 30 % of the narrower one's width. Files are pair-NN.png or single-NN.png, each with NAME.alpha.png.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT = 420


def people(data: Path) -> list[Image.Image]:
    """Whole standing people, cut out at one height."""
    found = []
    with open(data / "pairs" / "index.tsv") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["source"] != "people-ccp" or row["split"] != "validation":
                continue
            photo = data / "pairs" / row["source"] / f"{row['name']}.webp"
            mask = Image.open(photo.with_suffix(".png")).convert("L").point(lambda v: 255 if v > 127 else 0)
            box = mask.getbbox()
            if box is None or box[3] - box[1] < 0.6 * mask.height or box[0] < 3 or box[2] > mask.width - 3:
                continue
            if box[2] - box[0] > 0.6 * (box[3] - box[1]):
                continue
            person = Image.open(photo).convert("RGB")
            person.putalpha(mask)
            person = person.crop(box)
            found.append(person.resize((max(person.width * HEIGHT // person.height, 1), HEIGHT), Image.Resampling.LANCZOS))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    everybody = people(arguments.data)
    print(f"{len(everybody)} people")

    def write(name: str, layers: list[tuple[Image.Image, int, int]], width: int) -> None:
        canvas = Image.new("RGBA", (width, HEIGHT + 60), (0, 0, 0, 0))
        for layer, x, y in layers:
            canvas.alpha_composite(layer, (x, y))
        ground = Image.new("RGBA", canvas.size, (150, 150, 145, 255))
        ground.alpha_composite(canvas)
        ground.convert("RGB").save(arguments.out / f"{name}.png")
        canvas.getchannel("A").save(arguments.out / f"{name}.alpha.png")

    for index in range(arguments.count):
        one, other = (everybody[i] for i in rng.choice(len(everybody), 2, replace=False))
        scaled = round(other.width * (scale := rng.uniform(0.9, 1))), round(HEIGHT * scale)
        other = other.resize(scaled, Image.Resampling.LANCZOS)
        overlap = round(rng.uniform(0.02, 0.3) * min(one.width, other.width))
        layers = [(one, 30, 30), (other, 30 + one.width - overlap, 30 + HEIGHT - other.height)]
        if rng.random() < 0.5:
            layers.reverse()
        write(f"pair-{index:02}", layers, 60 + one.width + other.width - overlap)
        write(f"single-{index:02}", [(one, 30, 30)], 60 + one.width)


if __name__ == "__main__":
    main()
