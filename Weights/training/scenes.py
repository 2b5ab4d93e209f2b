"""Composed scenes: people held out from training before buildings held out from it, alone, in rows and in groups, near and far.

    python scenes.py --data DATA --weights ../coarse.safetensors --sizes 384 512 768
    python scenes.py --data DATA --out scenes

Prints intersection over union at one half for each kind of scene, of one look by each network at each size of input; with `--out` writes
`images/KIND/NN.png`, and `alphas` of the same names, for `matte evaluate`. The same seed makes the same scenes.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from coarse.cutouts import lifted_subject, rests_on_edge
from coarse.groups import Canvas, matched, scaled
from coarse.photos import HELD_OUT, Photo, read_pairs
from coarse.sampling import RNG, chance
from evaluate import scores
from predict import DefaultNetwork

PEOPLE, BUILDINGS = "people-ccp", "bg-building-facades"
COUNT, SEED = 10, 2026


@dataclass(frozen=True)
class Kind:
    """So many people, their height in heights of the picture, how much of its width they take up, and its size."""

    people: int
    height: float
    spread: float
    size: tuple[int, int]


KINDS = {
    "three-near": Kind(3, 0.8, 0.75, (1200, 800)),
    "three-wide": Kind(3, 0.8, 0.75, (1600, 400)),
    "three-banner": Kind(3, 0.8, 0.75, (2400, 300)),
    "group-of-five": Kind(5, 0.55, 0.55, (1200, 800)),
    "street-of-four": Kind(4, 0.3, 0.9, (1200, 800)),
    "one-far": Kind(1, 0.12, 0.7, (1200, 800)),
}


def standing(photo: Photo) -> Image.Image | None:
    """The person of a photograph from head to foot, if it shows one so."""
    subject = lifted_subject(photo)
    return subject if subject.width < 0.7 * subject.height and not rests_on_edge(subject) else None


def street(rng: RNG, facades: list[Path], size: tuple[int, int]) -> Image.Image:
    """Buildings side by side, each as wide as it is high or less, so that none is enlarged more than it must be."""
    width, height = size
    count = max(2, round(width / height))
    edges = [round(width * i / count) for i in range(count + 1)]
    picture = Image.new("RGB", size)
    for left, right in zip(edges, edges[1:]):
        facade = Image.open(facades[rng.integers(len(facades))]).convert("RGB")
        aspect = (right - left) / height
        part = min(facade.width, facade.height * aspect), min(facade.height, facade.width / aspect)
        x, y = (rng.uniform(0, whole - share) for whole, share in zip(facade.size, part))
        picture.paste(facade.resize((right - left, height), Image.Resampling.BICUBIC, (x, y, x + part[0], y + part[1])), (left, 0))
    return picture


def scene(rng: RNG, kind: Kind, people: list[Image.Image], facades: list[Path]) -> tuple[Image.Image, Image.Image]:
    canvas = Canvas(street(rng, facades, kind.size))
    width, height = kind.size
    places = []
    for index, choice in enumerate(rng.choice(len(people), kind.people, replace=False)):
        person = people[choice]
        if chance(rng, 0.5):
            person = person.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        layer = scaled(person, round(kind.height * height * rng.uniform(0.94, 1.06)))
        rows, columns = layer.shape[:2]
        place = (index + 0.5) / kind.people - 0.5 if kind.people > 1 else rng.uniform(-0.5, 0.5)
        x = round(width * (0.5 + kind.spread * place) - columns / 2 + rng.normal(0, 0.1) * columns)
        y = round(height * rng.uniform(0.88, 0.97)) - rows
        places.append((y + rows, x, y, layer))
    for _, x, y, layer in sorted(places, key=lambda place: place[0]):
        layer = matched(rng, layer, canvas.surroundings(x, y, layer))
        canvas.shade(rng, layer[..., 3], x, y)
        canvas.put(layer, x, y)
    return canvas.images()


def scenes(data: Path, seed: int, count: int) -> Iterator[tuple[str, Image.Image, Image.Image]]:
    """Kind, picture and alpha."""
    validation = [photo for photo in read_pairs(data, "validation") if photo.group == PEOPLE]
    people = [person for person in map(standing, validation) if person]
    facades = [path for path in sorted((data / "backgrounds" / BUILDINGS).glob("*.webp")) if int(path.stem) % HELD_OUT == 0]
    for number, (name, kind) in enumerate(KINDS.items()):
        for index in range(count):
            yield name, *scene(np.random.default_rng((seed, number, index)), kind, people, facades)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, nargs="*", default=[])
    parser.add_argument("--sizes", type=int, nargs="+", default=[384], help="sizes of the network's input, by its rule")
    parser.add_argument("--count", type=int, default=COUNT, help="scenes of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    networks = {f"{path.stem} {size} px": DefaultNetwork(path, size) for path in arguments.weights for size in arguments.sizes}
    results: dict[str, list[list[float]]] = {}
    for name, image, alpha in scenes(arguments.data, arguments.seed, arguments.count):
        rows = results.setdefault(name, [])
        if arguments.out:
            for folder, plane in (("images", image), ("alphas", alpha)):
                path = arguments.out / folder / name / f"{len(rows):02}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                plane.save(path)
        truth = np.asarray(alpha, np.float32) / 255
        rows.append([scores(network.alpha(image), truth)[1] for network in networks.values()])
    if networks:
        print("| scene | " + " | ".join(networks) + " |")
        print("|---|" + "---:|" * len(networks))
        everything = [row for rows in results.values() for row in rows]
        for name, rows in [*results.items(), ("all", everything)]:
            print(f"| {name} | " + " | ".join(f"{iou:.3f}" for iou in np.mean(rows, 0)) + " |")


if __name__ == "__main__":
    main()
