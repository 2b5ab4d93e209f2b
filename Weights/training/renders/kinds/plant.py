"""Plants: leaves, grass, flowers, twigs and seed heads; ferns and ears of grain are held out."""

import math

import numpy as np

from .. import strands
from ..meshes import blades, pipe, sheets
from ..scenes import paints, plant, shapes
from ..stage import jitter
from ..strands import unit

TRAIN = ["spider", "grass", "branch", "branch", "tulips", "daisies", "palm", "succulent", "bare", "dandelion", "pine", "herb"]
HELD_OUT = ["fern", "wheat", "lavender", "fern"]

GREENS = [(0.06, 0.16, 0.025), (0.11, 0.24, 0.04), (0.05, 0.13, 0.05), (0.18, 0.28, 0.06), (0.10, 0.17, 0.09)]
AUTUMN = [(0.45, 0.14, 0.02), (0.42, 0.05, 0.02), (0.50, 0.30, 0.04)]
HELD_OUT_GREENS = [(0.07, 0.20, 0.02), (0.04, 0.11, 0.035), (0.20, 0.30, 0.10)]
PETALS = [(0.75, 0.72, 0.70), (0.62, 0.05, 0.08), (0.70, 0.30, 0.45), (0.75, 0.50, 0.03), (0.32, 0.10, 0.42), (0.70, 0.22, 0.06)]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.samples, stage.alpha_samples, stage.shrink = (-8, 35), 14, 110, 0.9
    stage.closest = 2.6
    greens = HELD_OUT_GREENS if held_out else GREENS + (AUTUMN if variant == "branch" else [])
    green = jitter(random, greens[int(random.integers(len(greens)))], 0.2)
    MAKERS[variant](stage, green)
    if variant in ("spider", "succulent", "fern", "herb", "palm", "grass") and random.random() < 0.5:
        pot(stage)


def leafy(name: str, colour, random, through=0.4, gloss=0.4, stripe=None):
    """Lighter veins and dry tips, another green for every leaf, and light that comes through."""
    m = paints.Material(name)
    across = m.maths("ABSOLUTE", m.maths("SUBTRACT", m.add("Attribute", attribute_name="across").outputs["Fac"], 0.5))
    along = m.add("Attribute", attribute_name="along").outputs["Fac"]
    lot = m.add("Attribute", attribute_name="lot").outputs["Fac"]
    other = tuple(float(c) for c in np.clip(np.asarray(colour) * (1.7, 1.45, 1.3), 0, 0.9))
    shade = m.mix(lot, colour, other)
    middle = m.ramp(across, (0.02, (1, 1, 1)), (0.09, (0, 0, 0)))
    shade = m.mix(m.maths("MULTIPLY", middle, 0.35), shade, stripe or tuple(min(1, 1.8 * c) for c in other))
    if random.random() < 0.5:
        dry = m.ramp(m.maths("ADD", along, m.maths("MULTIPLY", lot, 0.12)), (0.96, (0, 0, 0)), (1.06, (1, 1, 1)))
        shade = m.mix(dry, shade, (0.30, 0.17, 0.07))
    spots = m.ramp(m.noise(m.position(), 25, 5), (0.35, (0.75, 0.75, 0.75)), (0.65, (1.1, 1.1, 1.1)))
    shade = m.mix(1.0, shade, spots, "MULTIPLY")
    skin = m.add("BsdfPrincipled", {"Base Color": shade, "Roughness": gloss})
    lit = m.add("BsdfTranslucent", {"Color": m.mix(1.0, shade, (1.0, 1.0, 0.6), "MULTIPLY")})
    both = m.add("MixShader", {"Fac": through})
    m.set(both.inputs[1], skin.outputs[0])
    m.set(both.inputs[2], lit.outputs[0])
    return m.surface(both)


def oval(t):
    return np.clip(np.sin(math.pi * np.clip(t, 0, 1) ** 0.75), 0, 1) ** 0.8 + 0.02


def lance(t):
    return np.clip(0.35 + 2.6 * t, 0, 1) * (1 - t**2.2) ** 0.9 + 0.01


def heart(t):
    return np.clip(np.sin(math.pi * t**0.42), 0, 1) ** 0.75 + 0.02


def petal(t):
    return np.clip(np.sin(math.pi * (0.06 + 0.94 * t) ** 1.3), 0, 1) ** 0.55 + 0.03


def directions(azimuth, elevation):
    return np.stack([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)], -1)


def up(count: int) -> np.ndarray:
    return np.tile((0.0, 0.0, 1.0), (count, 1))


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
            plant.leaf(start, azimuth, elevation, random.uniform(0.17, 0.36), random.uniform(0.008, 0.016), random.uniform(0.9, 2.6), random, 22)
        )
    stripe = (0.62, 0.66, 0.36) if random.random() < 0.5 else None
    stage.put(sheets("leaves", leaves, leafy("leaf", green, random, stripe=stripe)))


def grass(stage, green) -> None:
    random = stage.random
    count = int(random.integers(220, 700))
    place = random.normal(size=(count, 2)) * 0.035
    start = np.concatenate([place, np.zeros((count, 1))], axis=1)
    way = directions(random.random(count) * 6.3, np.radians(random.uniform(55, 90, count))) + np.concatenate([place * 4, np.zeros((count, 1))], 1)
    leaves = blades(start, way, directions(random.random(count) * 6.3, np.zeros(count)), random.uniform(0.10, 0.32, count), random.uniform(0.002, 0.0055, count), random.uniform(-1.6, 1.6, count), lance, 0.4, 12, 3)
    stage.put(sheets("grass", list(leaves), leafy("grass", green, random)))


def branching(random, depth: int, start, way, length: float, radius: float, spread: float, found: list, ends: list) -> None:
    steps = 10
    bend = random.normal(size=3) * 0.25 + (0, 0, 0.12)
    t = np.linspace(0, 1, steps)[:, None]
    path = start + length * (t * way + 0.3 * t**2 * bend + 0.02 * np.sin(9 * t + random.random() * 6) * random.normal(size=3))
    found.append(pipe(path, radius * np.linspace(1, 0.62, steps), 7))
    ends.extend((path[k], unit(path[k] - path[k - 1])) for k in (range(3, steps, 2) if depth < 2 else [steps - 1]))
    if not depth:
        return
    for at in sorted(random.uniform(0.3, 1.0, int(random.integers(2, 5)))):
        k = int(at * (steps - 1))
        turn = unit(unit(path[k] - path[k - 1]) + spread * unit(random.normal(size=3)))
        branching(random, depth - 1, path[k], turn, length * random.uniform(0.5, 0.8), radius * 0.6, spread, found, ends)


def bark(random):
    m = paints.Material("bark")
    where = m.noise(m.position(), 60, 6, 0.7)
    colour = jitter(random, [(0.12, 0.075, 0.045), (0.22, 0.19, 0.16), (0.05, 0.032, 0.022)][int(random.integers(3))], 0.2)
    return m.principled(m.ramp(where, (0.3, tuple(0.5 * c for c in colour)), (0.7, colour)), 0.85, Normal=m.bump(where, 0.6, 0.003))


def branch(stage, green) -> None:
    """A leafy twig, or a small tree's crown."""
    random = stage.random
    wood, ends = [], []
    branching(random, 3, np.zeros(3), unit(np.array([0.3 * random.normal(), 0.3 * random.normal(), 1.0])), 0.16, 0.0045, 0.8, wood, ends)
    stage.put(sheets("wood", wood, bark(random), closed=True))
    each = 2 if len(ends) < 150 else 1
    start = np.repeat([e[0] for e in ends], each, 0)
    count = len(start)
    way = np.repeat([e[1] for e in ends], each, 0) + 0.9 * unit(random.normal(size=(count, 3))) + (0, 0, -0.15)
    size = random.uniform(0.022, 0.055)
    shape = [oval, heart, lance][int(random.integers(3))]
    slim = {oval: 0.55, heart: 0.85, lance: 0.22}[shape]
    long = size * random.uniform(0.6, 1.15, count)
    leaves = blades(start, way, up(count) + 0.5 * random.normal(size=(count, 3)), long, slim * long, random.uniform(0.2, 1.2, count), shape, 0.25, 8, 5, 0.15)
    stage.put(sheets("leaves", list(leaves), leafy("leaf", green, random)))
    if random.random() < 0.3:
        fruit = paints.plain("berry", jitter(random, (0.5, 0.03, 0.02), 0.4), 0.2)
        for index in random.choice(len(ends), min(24, len(ends)), replace=False):
            stage.put(shapes.ball("berry", ends[index][0] + (0, 0, -0.008), [0.0065] * 3, fruit, detail=10))


def bare(stage, green) -> None:
    random = stage.random
    wood, ends = [], []
    branching(random, 4, np.zeros(3), np.array([0.1, 0, 1.0]), 0.17, 0.006, 0.75, wood, ends)
    stage.put(sheets("wood", wood, bark(random), closed=True))
    if random.random() < 0.5:  # catkins, buds or blossom
        colour = jitter(random, [(0.6, 0.55, 0.5), (0.7, 0.35, 0.42)][int(random.integers(2))], 0.1)
        start = np.repeat([e[0] for e in ends if random.random() < 0.6], 5, 0)
        way = unit(random.normal(size=start.shape)) + (0, 0, 0.3)
        leaves = blades(start, way, random.normal(size=start.shape), 0.012, 0.010, 0.5, petal, 0.4, 5, 4)
        stage.put(sheets("blossom", list(leaves), leafy("blossom", colour, random)))


def stems(stage, count: int, height: tuple[float, float], spread: float, radius: float, green):
    """Stems that fan out from one hand; returns their tips and the way they point."""
    random = stage.random
    grids, tips, ways = [], [], []
    for _ in range(count):
        reach = spread * math.sqrt(random.random())
        azimuth = random.random() * 6.283
        out = np.array([math.cos(azimuth), math.sin(azimuth), 0])
        tall = random.uniform(*height)
        path = shapes.smooth_path([0.12 * reach * out, 0.3 * reach * out + (0, 0, 0.5 * tall), reach * out + (0.01 * random.normal(), 0.01 * random.normal(), tall)], 24)
        grids.append(pipe(path, radius * np.linspace(1.1, 0.8, 24), 8))
        tips.append(path[-1])
        ways.append(unit(path[-1] - path[-3]))
    stage.put(sheets("stems", grids, leafy("stem", green, random, through=0.1), closed=True))
    return np.array(tips), np.array(ways)


def long_leaves(stage, count: int, length: float, width: float, green) -> None:
    random = stage.random
    way = directions(random.random(count) * 6.3, np.radians(random.uniform(50, 82, count)))
    leaves = blades(np.zeros((count, 3)), way, -way * (1, 1, 0) + (0, 0, 0.5), length * random.uniform(0.6, 1.1, count), width, random.uniform(-0.9, -0.1, count), lance, 0.35, 16, 5, 0.1)
    stage.put(sheets("leaves", list(leaves), leafy("leaf", green, random)))


def around(way: np.ndarray, count: int, open_: float, random) -> np.ndarray:
    """Directions in a ring round a stem's own, `open_` radians off it."""
    a = unit(np.cross(way, (0.3, 0.5, 0.81)))
    b = np.cross(way, a)
    angle = np.arange(count) * 2 * math.pi / count + random.random() * 6
    return math.cos(open_) * way + math.sin(open_) * (np.cos(angle)[:, None] * a + np.sin(angle)[:, None] * b)


def tulips(stage, green) -> None:
    random = stage.random
    tips, ways = stems(stage, int(random.integers(1, 8)), (0.26, 0.36), 0.10, 0.0032, green)
    long_leaves(stage, 3 + 2 * len(tips), 0.26, 0.026, green)
    colour = PETALS[int(random.integers(len(PETALS)))]
    petals = []
    for tip, way in zip(tips, ways):
        for ring, lean in ((3, 0.55), (3, 0.75)):
            out = around(way, ring, lean * random.uniform(0.7, 1.2), random)
            petals += list(blades(np.tile(tip, (ring, 1)), out, -(out - way), 0.058, 0.042, -random.uniform(0.7, 1.1), petal, 0.5, 10, 7))
    stage.put(sheets("petals", petals, leafy("petal", jitter(random, colour, 0.15), random, through=0.35)))


def daisies(stage, green) -> None:
    random = stage.random
    tips, ways = stems(stage, int(random.integers(1, 12)), (0.16, 0.32), 0.11, 0.0017, green)
    long_leaves(stage, 10, 0.12, 0.014, green)
    petals, count = [], int(random.integers(8, 28))
    heart_colour = paints.Material("heart")
    grain = heart_colour.add("TexVoronoi", {"Vector": heart_colour.position(), "Scale": 700.0}).outputs["Distance"]
    heart_colour.principled(jitter(random, (0.62, 0.33, 0.02), 0.3), 0.8, Normal=heart_colour.bump(grain, 1.0, 0.003))
    size = random.uniform(0.016, 0.03)
    for tip, way in zip(tips, ways):
        way = unit(way + 0.5 * random.normal(size=3) * (1, 1, 0.3))
        out = around(way, count, random.uniform(1.1, 1.55), random)
        long = size * random.uniform(0.85, 1.1, count)
        petals += list(blades(tip + 0.3 * size * out, out, np.tile(way, (count, 1)), long, 4.4 * size / count + 0.002, random.uniform(-0.2, 0.6, count), petal, 0.25, 8, 5))
        turn = way.tolist()
        stage.put(shapes.ball("heart", tip + 0.002 * np.array(turn), [0.42 * size] * 3, heart_colour.data, detail=14))
    stage.put(sheets("petals", petals, leafy("petal", jitter(random, PETALS[int(random.integers(len(PETALS)))], 0.15), random, through=0.35)))


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
    leaves = blades(0.01 * way * (1, 1, 0), way, up(count), long, random.uniform(0.35, 0.7) * long + 0.006, -0.7, [oval, lance][int(random.integers(2))], 0.6, 10, 7)
    thing = sheets("leaves", list(leaves), leafy("leaf", jitter(random, np.asarray(green) * 1.5, 0.1), random, through=0.1))
    solid = thing.modifiers.new("solid", "SOLIDIFY")
    solid.thickness, solid.offset = 0.004, 0
    stage.put(thing)


def dandelion(stage, green) -> None:
    """Seed heads: parachutes of hair on a ball."""
    random = stage.random
    tips, _ = stems(stage, int(random.integers(1, 5)), (0.16, 0.26), 0.07, 0.0018, green)
    hairs = []
    for tip in tips:
        seeds = 190 if random.random() < 0.6 else 70
        out = unit(random.normal(size=(seeds, 3)))
        t = np.linspace(0, 1, 4)[None, :, None]
        hairs.append(tip + out[:, None] * (0.006 + 0.019 * t))
        rays = 18
        base = np.repeat(tip + 0.025 * out, rays, 0)
        flare = unit(np.repeat(out, rays, 0) + 0.95 * unit(random.normal(size=(seeds * rays, 3))))
        hairs.append(base[:, None] + flare[:, None] * 0.0085 * t)
        stage.put(shapes.ball("head", tip, [0.005] * 3, paints.plain("head", (0.2, 0.16, 0.09), 0.9), detail=10))
    path = np.concatenate(hairs)
    radius = np.full((len(path), 4), 0.00008)
    white = strands.fibre("down", 0.4, 0.1)
    strands.put_strands(stage, "down", path, radius, white, np.tile(jitter(random, (0.72, 0.70, 0.66), 0.05), (len(path), 1)))
    long_leaves(stage, 7, 0.12, 0.016, green)


def pine(stage, green) -> None:
    random = stage.random
    wood, ends = [], []
    branching(random, 2, np.zeros(3), np.array([0.5, 0, 0.85]), 0.17, 0.004, 0.7, wood, ends)
    stage.put(sheets("wood", wood, bark(random), closed=True))
    spine = np.concatenate([grid.mean(1) for grid in wood])
    count = 9000
    at = random.integers(0, len(spine) - 1, count)
    at = at[np.linalg.norm(spine[at + 1] - spine[at], axis=1) < 0.05]
    along = unit(spine[at + 1] - spine[at])
    start = spine[at] + (spine[at + 1] - spine[at]) * random.random((len(at), 1))
    way = unit(along + random.uniform(0.5, 1.0) * unit(random.normal(size=along.shape)))
    t = np.linspace(0, 1, 4)[None, :, None]
    path = start[:, None] + random.uniform(0.022, 0.045) * random.uniform(0.7, 1.1, (len(at), 1, 1)) * (way[:, None] * t + 0.15 * along[:, None] * t**2)
    tint = np.asarray(green) * np.exp(0.25 * random.normal(size=(len(at), 1)))
    radius = np.broadcast_to(0.00045 * np.array([1, 1, 0.8, 0.3]), (len(at), 4))
    strands.put_strands(stage, "needles", path, radius, strands.fibre("needle", 0.4, 0.15), np.clip(tint, 0, 0.9))


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


def wheat(stage, green) -> None:
    random = stage.random
    straw = jitter(random, (0.50, 0.33, 0.12), 0.15)
    tips, ways = stems(stage, int(random.integers(4, 26)), (0.28, 0.40), 0.10, 0.0013, straw)
    starts, out, awns = [], [], []
    for tip, way in zip(tips, ways):
        for row in range(16):
            ring = around(way, 3, 0.45, random)
            starts.append(np.tile(tip + way * 0.0042 * row, (3, 1)))
            out.append(ring)
            t = np.linspace(0, 1, 5)[None, :, None]
            awns.append((tip + way * 0.0042 * row) + random.uniform(0.04, 0.09, (3, 1, 1)) * (unit(ring + 0.6 * way)[:, None] * t + 0.12 * way * t**2))
    starts, out, awns = np.concatenate(starts), np.concatenate(out), np.concatenate(awns)
    grains = blades(starts, out, -out + (0, 0, 1.0), 0.0105, 0.005, -0.4, petal, 0.9, 7, 5)
    stage.put(sheets("grains", list(grains), leafy("grain", straw, random, through=0.15)))
    radius = np.broadcast_to(0.00022 * np.array([1, 0.9, 0.7, 0.5, 0.2]), (len(awns), 5))
    strands.put_strands(stage, "awns", awns, radius, strands.fibre("awn", 0.3, 0.15), np.tile(straw, (len(awns), 1)))


def lavender(stage, green) -> None:
    random = stage.random
    tips, ways = stems(stage, int(random.integers(5, 24)), (0.22, 0.34), 0.10, 0.0011, green)
    long_leaves(stage, 24, 0.10, 0.005, green)
    starts, out = [], []
    for tip, way in zip(tips, ways):
        for row in range(int(random.integers(8, 15))):
            ring = around(way, 7, 0.9, random)
            starts.append(np.tile(tip - way * 0.006 * row * (1 + 0.3 * (row > 6)), (7, 1)))
            out.append(ring + 0.3 * random.normal(size=ring.shape))
    starts, out = np.concatenate(starts), np.concatenate(out)
    buds = blades(starts, out, out[:, ::-1] + (0, 0, 1.0), 0.0095, 0.0055, 0.5, petal, 0.7, 6, 5)
    stage.put(sheets("buds", list(buds), leafy("bud", jitter(random, (0.20, 0.11, 0.42), 0.15), random, through=0.3)))


def pot(stage) -> None:
    random = stage.random
    r, h = random.uniform(0.045, 0.075), random.uniform(0.06, 0.12)
    colour = jitter(random, [(0.45, 0.18, 0.09), (0.7, 0.68, 0.64), (0.05, 0.06, 0.07), tuple(random.uniform(0.05, 0.6, 3))][int(random.integers(4))], 0.1)
    wall = shapes.smooth_path([(0.0002, -h), (0.6 * r, -h), (0.7 * r, -0.97 * h), (0.95 * r, -0.1 * h), (r, 0.08 * h), (0.93 * r, 0.1 * h), (0.88 * r, -0.05 * h)], 90)
    stage.put(shapes.turned("pot", np.maximum(wall, (0.0002, -9)), paints.plain("pot", colour, random.uniform(0.2, 0.85)), 96))
    soil = paints.Material("soil")
    crumbs = soil.noise(soil.position(), 130, 8, 0.7)
    soil.principled(soil.ramp(crumbs, (0.35, (0.012, 0.008, 0.005)), (0.7, (0.07, 0.045, 0.03))), 0.95)
    stage.put(shapes.turned("soil", [(0.0002, 0.003), (0.92 * r, -0.004)], soil.data, 48))


MAKERS = {
    "spider": spider, "grass": grass, "branch": branch, "tulips": tulips, "daisies": daisies, "palm": palm, "succulent": succulent,
    "bare": bare, "dandelion": dandelion, "pine": pine, "herb": herb, "fern": fern, "wheat": wheat, "lavender": lavender,
}  # fmt: skip
