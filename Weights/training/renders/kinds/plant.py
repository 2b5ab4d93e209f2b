"""Plants: leaves, grass, flowers, twigs and seed heads; ferns, grain and lavender are held out."""

import math

import numpy as np

from .. import flowers, twigs
from ..foliage import directions, lance, leafy, oval, up
from ..meshes import blades, pipe, sheets
from ..scenes import paints, plant, shapes
from ..stage import jitter
from ..strands import unit

TRAIN = [
    "spider",
    "grass",
    "branch",
    "branch",
    "tulips",
    "daisies",
    "palm",
    "succulent",
    "bare",
    "dandelion",
    "pine",
    "herb",
]
HELD_OUT = ["fern", "wheat", "lavender", "fern"]

GREENS = [(0.06, 0.16, 0.025), (0.11, 0.24, 0.04), (0.05, 0.13, 0.05), (0.18, 0.28, 0.06), (0.10, 0.17, 0.09)]
AUTUMN = [(0.45, 0.14, 0.02), (0.42, 0.05, 0.02), (0.50, 0.30, 0.04)]
HELD_OUT_GREENS = [(0.07, 0.20, 0.02), (0.04, 0.11, 0.035), (0.20, 0.30, 0.10)]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.samples, stage.alpha_samples, stage.shrink = (-8, 35), 14, 110, 0.9
    stage.closest = 2.6
    greens = HELD_OUT_GREENS if held_out else GREENS + (AUTUMN if variant == "branch" else [])
    green = jitter(random, greens[int(random.integers(len(greens)))], 0.2)
    MAKERS[variant](stage, green)
    if variant in ("spider", "succulent", "fern", "herb", "palm", "grass") and random.random() < 0.5:
        pot(stage)


def spider(stage, green) -> None:
    random = stage.random
    count = int(random.integers(40, 130))
    leaves = []
    for index in range(count):
        rank = index / count
        azimuth = index * 2.399963 + random.normal() * 0.25
        elevation = math.radians(88 - 45 * rank + random.normal() * 7)
        start = 0.028 * math.sqrt(rank) * np.array([math.cos(azimuth), math.sin(azimuth), 0])
        leaves.append(
            plant.leaf(
                start,
                azimuth,
                elevation,
                random.uniform(0.17, 0.36),
                random.uniform(0.008, 0.016),
                random.uniform(0.9, 2.6),
                random,
                22,
            )
        )
    stripe = (0.62, 0.66, 0.36) if random.random() < 0.5 else None
    stage.put(sheets("leaves", leaves, leafy("leaf", green, random, stripe=stripe)))


def grass(stage, green) -> None:
    random = stage.random
    count = int(random.integers(220, 700))
    place = random.normal(size=(count, 2)) * 0.035
    start = np.concatenate([place, np.zeros((count, 1))], axis=1)
    way = directions(random.random(count) * 6.3, np.radians(random.uniform(55, 90, count))) + np.concatenate([place * 4, np.zeros((count, 1))], 1)
    leaves = blades(
        start,
        way,
        directions(random.random(count) * 6.3, np.zeros(count)),
        random.uniform(0.10, 0.32, count),
        random.uniform(0.002, 0.0055, count),
        random.uniform(-1.6, 1.6, count),
        lance,
        0.4,
        12,
        3,
    )
    stage.put(sheets("grass", list(leaves), leafy("grass", green, random)))


def palm(stage, green) -> None:
    """Fronds with long leaflets on both sides."""
    fronds(stage, green, int(stage.random.integers(3, 9)), 34, 0.13, 0.011, lance, (0.3, 0.9))


def fern(stage, green) -> None:
    """Fronds whose leaflets have leaflets."""
    random = stage.random
    stalks, leaves = [], []
    for number in range(int(random.integers(5, 13))):
        path, side, above = frond_path(random, number, random.uniform(0.22, 0.40), 64)
        stalks.append(pipe(path, np.linspace(0.0018, 0.0004, 64), 6))
        at = np.arange(7, 63)
        taper = np.sin(math.pi * np.clip((at / 63) ** 0.8, 0, 1)) ** 0.8
        for hand in (-1, 1):
            for k, long in zip(at, 0.062 * taper):
                way = unit(hand * side[k] + 0.35 * unit(path[k] - path[k - 1]) + 0.1 * random.normal(size=3))
                pairs = max(2, int(long / 0.0048))
                t = np.linspace(0.06, 1, pairs)
                spine = path[k] + long * t[:, None] * way - 0.25 * long * t[:, None] ** 2 * above[k]
                forward = np.cross(above[k], way)
                for turn in (-1, 1):
                    out = turn * forward + 0.5 * way
                    size = 0.0085 * (1 - 0.75 * t) * (0.5 + 0.5 * long / 0.06)
                    leaves.append((spine, np.tile(out, (pairs, 1)), np.tile(above[k], (pairs, 1)), size))
    parts = [np.concatenate([leaf[i] for leaf in leaves]) for i in range(4)]
    grids = blades(parts[0], parts[1], parts[2], parts[3], 0.55 * parts[3], 0.5, oval, 0.1, 5, 3)
    stage.put(sheets("leaflets", list(grids), leafy("fern", green, random)))
    stage.put(sheets("stalks", stalks, leafy("stalk", tuple(0.7 * c for c in green), random, through=0.05), closed=True))


def frond_path(random, number: int, length: float, steps: int):
    azimuth = number * 2.399963 + random.normal() * 0.3
    start_angle, droop = random.uniform(0.9, 1.45), random.uniform(0.8, 2.0)
    t = np.linspace(0, 1, steps)
    angle = start_angle - droop * t**1.4
    out = np.array([math.cos(azimuth), math.sin(azimuth), 0])
    forward = np.cos(angle)[:, None] * out + np.sin(angle)[:, None] * np.array([0, 0, 1.0])
    path = np.cumsum(forward * length / steps, axis=0)
    side = np.tile(np.cross(out, (0, 0, 1.0)), (steps, 1))
    return path, side, np.cross(side, forward)


def fronds(stage, green, count: int, pairs: int, long: float, width: float, outline, rise: tuple[float, float]) -> None:
    random = stage.random
    stalks, leaves = [], []
    for number in range(count):
        path, side, above = frond_path(random, number, random.uniform(0.28, 0.45), 60)
        stalks.append(pipe(path, np.linspace(0.0030, 0.0008, 60), 7))
        at = np.linspace(12, 59, pairs).astype(int)
        for hand in (-1, 1):
            way = hand * side[at] + random.uniform(*rise) * unit(np.gradient(path, axis=0))[at] + 0.3 * above[at]
            taper = np.sin(math.pi * np.linspace(0.12, 0.93, pairs)) ** 0.6
            leaves += list(blades(path[at], way, above[at], long * taper, width, random.uniform(0.3, 1.1, pairs), outline, 0.35, 9, 3))
    stage.put(sheets("leaflets", leaves, leafy("leaf", green, random)))
    stage.put(sheets("stalks", stalks, leafy("stalk", green, random, through=0.05), closed=True))


def succulent(stage, green) -> None:
    random = stage.random
    count = int(random.integers(30, 70))
    rank = np.arange(count) / count
    way = directions(np.arange(count) * 2.399963, np.radians(85 - 80 * rank))
    long = 0.02 + random.uniform(0.04, 0.07) * rank
    leaves = blades(
        0.01 * way * (1, 1, 0),
        way,
        up(count),
        long,
        random.uniform(0.35, 0.7) * long + 0.006,
        -0.7,
        [oval, lance][int(random.integers(2))],
        0.6,
        10,
        7,
    )
    thing = sheets("leaves", list(leaves), leafy("leaf", jitter(random, np.asarray(green) * 1.5, 0.1), random, through=0.1))
    solid = thing.modifiers.new("solid", "SOLIDIFY")
    solid.thickness, solid.offset = 0.004, 0
    stage.put(thing)


def herb(stage, green) -> None:
    """Bushy stems with opposite oval leaves."""
    random = stage.random
    starts, ways, sizes, grids = [], [], [], []
    for number in range(int(random.integers(5, 14))):
        path, side, above = frond_path(random, number, random.uniform(0.12, 0.24), 30)
        grids.append(pipe(path, np.linspace(0.0022, 0.001, 30), 7))
        for row, k in enumerate(range(6, 30, 4)):
            for hand in (-1, 1):
                starts.append(path[k])
                ways.append(unit(hand * (side[k] if row % 2 else above[k]) + 0.5 * unit(path[k] - path[k - 1])))
                sizes.append(0.05 * random.uniform(0.6, 1.1) * (1 - 0.5 * k / 30))
    sizes = np.array(sizes)
    leaves = blades(starts, ways, up(len(sizes)), sizes, 0.55 * sizes, random.uniform(0.2, 0.9, len(sizes)), oval, -0.3, 10, 7, 0.12)
    stage.put(sheets("leaves", list(leaves), leafy("leaf", green, random)))
    stage.put(sheets("stalks", grids, leafy("stalk", green, random, through=0.05), closed=True))


def pot(stage) -> None:
    random = stage.random
    r, h = random.uniform(0.045, 0.075), random.uniform(0.06, 0.12)
    colour = jitter(
        random,
        [(0.45, 0.18, 0.09), (0.7, 0.68, 0.64), (0.05, 0.06, 0.07), tuple(random.uniform(0.05, 0.6, 3))][int(random.integers(4))],
        0.1,
    )
    wall = shapes.smooth_path(
        [
            (0.0002, -h),
            (0.6 * r, -h),
            (0.7 * r, -0.97 * h),
            (0.95 * r, -0.1 * h),
            (r, 0.08 * h),
            (0.93 * r, 0.1 * h),
            (0.88 * r, -0.05 * h),
        ],
        90,
    )
    stage.put(shapes.turned("pot", np.maximum(wall, (0.0002, -9)), paints.plain("pot", colour, random.uniform(0.2, 0.85)), 96))
    soil = paints.Material("soil")
    crumbs = soil.noise(soil.position(), 130, 8, 0.7)
    soil.principled(soil.ramp(crumbs, (0.35, (0.012, 0.008, 0.005)), (0.7, (0.07, 0.045, 0.03))), 0.95)
    stage.put(shapes.turned("soil", [(0.0002, 0.003), (0.92 * r, -0.004)], soil.data, 48))


MAKERS = {
    "spider": spider,
    "grass": grass,
    "palm": palm,
    "succulent": succulent,
    "herb": herb,
    "fern": fern,
    "branch": twigs.branch,
    "bare": twigs.bare,
    "pine": twigs.pine,
    "tulips": flowers.tulips,
    "daisies": flowers.daisies,
    "dandelion": flowers.dandelion,
    "wheat": flowers.wheat,
    "lavender": flowers.lavender,
}
