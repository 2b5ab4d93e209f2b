"""Twigs and small trees: bare, in leaf, in blossom, with needles."""

import numpy as np

from . import strands
from .foliage import heart, lance, leafy, oval, petal, up
from .meshes import blades, pipe, sheets
from .scenes import paints, shapes
from .stage import jitter
from .strands import unit


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
    branching(
        random,
        3,
        np.zeros(3),
        unit(np.array([0.3 * random.normal(), 0.3 * random.normal(), 1.0])),
        0.16,
        0.0045,
        0.8,
        wood,
        ends,
    )
    stage.put(sheets("wood", wood, bark(random), closed=True))
    each = 2 if len(ends) < 150 else 1
    start = np.repeat([e[0] for e in ends], each, 0)
    count = len(start)
    way = np.repeat([e[1] for e in ends], each, 0) + 0.9 * unit(random.normal(size=(count, 3))) + (0, 0, -0.15)
    size = random.uniform(0.022, 0.055)
    shape = [oval, heart, lance][int(random.integers(3))]
    slim = {oval: 0.55, heart: 0.85, lance: 0.22}[shape]
    long = size * random.uniform(0.6, 1.15, count)
    leaves = blades(
        start,
        way,
        up(count) + 0.5 * random.normal(size=(count, 3)),
        long,
        slim * long,
        random.uniform(0.2, 1.2, count),
        shape,
        0.25,
        8,
        5,
        0.15,
    )
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
