"""Renders subjects: `python -m renders.make --out FOLDER --count 200 --split train`.

A subject depends on its kind and its seed alone, never on the count or on what was there before:
run again, only what is missing is made. A file called STOP beside the folder ends the run.
"""

import argparse
import contextlib
import csv
import importlib
import os
import sys
import time
import zlib

import numpy as np

from . import finish
from .light import backdrop, light
from .stage import Stage

# How many of each kind in a hundred or so: what mattes get wrong most is made most.
WEIGHTS = {
    "hair": 18,
    "fur": 15,
    "glass": 14,
    "plant": 14,
    "cloth": 9,
    "plush": 6,
    "jewellery": 6,
    "furniture": 6,
    "toy": 6,
    "wheel": 5,
    "tool": 5,
    "shoe": 4,
    "ceramic": 4,
}
# The held-out split has seeds of its own, and these alone choose the shapes and materials that
# every kind reserves for it.
HELD_OUT = 9_000_000
SIZES = [(640, 640), (640, 640), (576, 720), (720, 576), (512, 640), (704, 704)]
COLUMNS = ["name", "kind", "variant", "light", "ambient", "level", "key", "close", "defocus", "motion", "seconds"]


def schedule(kinds: list[str], count: int) -> list[tuple[str, int]]:
    """Kind and running number of each subject: every kind is spread evenly over the whole run."""
    total = sum(WEIGHTS[kind] for kind in kinds)
    made, plan = dict.fromkeys(kinds, 0), []
    for index in range(count):
        kind = max(kinds, key=lambda k: WEIGHTS[k] / total * (index + 1) - made[k])
        plan.append((kind, made[kind]))
        made[kind] += 1
    return plan


def subject(kind: str, seed: int, threads: int, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray, dict[str, str]]:
    """Colour in sRGB, alpha, and facts about them."""
    random = np.random.default_rng([zlib.crc32(kind.encode()), seed])
    stage = Stage(random, seed, threads)
    module = importlib.import_module(f".kinds.{kind}", __package__)
    variants = module.HELD_OUT if seed >= HELD_OUT else module.TRAIN
    variant = variants[seed % len(variants)]  # in turn, so that a few subjects already show them all
    module.build(stage, variant, seed >= HELD_OUT)

    size = SIZES[int(random.integers(len(SIZES)))]
    scale *= stage.shrink
    size = (round(size[0] * scale), round(size[1] * scale))
    close = bool(random.random() < 0.4)
    view = stage.frame(size, close)
    facts = {"kind": kind, "variant": variant} | light(stage, view)
    blurred, moving = bool(random.random() < 0.25), bool(random.random() < 0.08)
    if blurred:
        stage.defocus(view, scale * random.uniform(5, 26))
    if moving:
        stage.move(view, scale * random.uniform(4, 22))
    behind = backdrop(stage) if stage.translucent else None
    premultiplied = stage.colour()[..., :3]
    alpha = np.clip(stage.alpha(), 0, 1)
    if behind is not None:
        premultiplied = np.maximum(premultiplied - (1 - alpha[..., None]) * behind, 0)
    colour = finish.straight(premultiplied, alpha, stage.translucent)
    exposure = 0.25 * random.normal() + finish.metered(colour, alpha)
    colour = finish.tone(colour, exposure, random.choice([0.0, 0.5, 0.9]))
    facts |= {"close": str(int(close)), "defocus": str(int(blurred)), "motion": str(int(moving))}
    return colour, alpha, facts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="of the first subject of every kind")
    parser.add_argument("--split", choices=["train", "held-out"], default="train")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(WEIGHTS), help="only these, comma-separated")
    parser.add_argument("--scale", type=float, default=1.0, help="of the picture; smaller ones to look at")
    arguments = parser.parse_args()
    if arguments.seed + arguments.count >= HELD_OUT:
        parser.error(f"seeds from {HELD_OUT} on belong to the held-out split")
    first = arguments.seed + (HELD_OUT if arguments.split == "held-out" else 0)
    os.makedirs(arguments.out, exist_ok=True)
    listed = names(arguments.out)
    stop = os.path.join(os.path.dirname(os.path.abspath(arguments.out)), "STOP")
    for kind, number in schedule(arguments.kinds.split(","), arguments.count):
        name = f"{kind}-{first + number:07d}"
        path = os.path.join(arguments.out, name + ".png")
        if os.path.exists(stop):
            print("STOP is there: ending")
            return
        if os.path.exists(path):
            if name not in listed:  # made by a run that ended before it wrote the line
                index(arguments.out, {"name": name} | finish.facts(path))
            continue
        start = time.time()
        try:
            with quiet():
                colour, alpha, facts = subject(kind, first + number, arguments.threads, arguments.scale)
        except Exception as error:  # one failed subject must not end a night's run
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            continue
        facts["seconds"] = f"{time.time() - start:.1f}"
        finish.write(path, colour, alpha, facts)
        index(arguments.out, {"name": name} | facts)
        print(name, facts["variant"], facts["seconds"], "s", flush=True)


def names(folder: str) -> set[str]:
    path = os.path.join(folder, "index.tsv")
    if not os.path.exists(path):
        return set()
    with open(path, newline="") as file:
        return {row["name"] for row in csv.DictReader(file, delimiter="\t")}


def index(folder: str, row: dict[str, str]) -> None:
    path = os.path.join(folder, "index.tsv")
    new = not os.path.exists(path)
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


@contextlib.contextmanager
def quiet():
    """Blender reports every render on the process's own standard output."""
    sys.stdout.flush()
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)


if __name__ == "__main__":
    main()
