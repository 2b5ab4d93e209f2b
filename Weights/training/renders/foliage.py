"""What plants share: the stuff of leaves, their outlines, stems."""

import math

import numpy as np

from .meshes import blades, pipe, sheets
from .scenes import paints, shapes
from .strands import unit


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


def around(way: np.ndarray, count: int, open_: float, random) -> np.ndarray:
    """Directions in a ring round a stem's own, `open_` radians off it."""
    a = unit(np.cross(way, (0.3, 0.5, 0.81)))
    b = np.cross(way, a)
    angle = np.arange(count) * 2 * math.pi / count + random.random() * 6
    return math.cos(open_) * way + math.sin(open_) * (np.cos(angle)[:, None] * a + np.sin(angle)[:, None] * b)


def stems(stage, count: int, height: tuple[float, float], spread: float, radius: float, green):
    """Stems that fan out from one hand; returns their tips and the way they point."""
    random = stage.random
    grids, tips, ways = [], [], []
    for _ in range(count):
        reach = spread * math.sqrt(random.random())
        azimuth = random.random() * 6.283
        out = np.array([math.cos(azimuth), math.sin(azimuth), 0])
        tall = random.uniform(*height)
        path = shapes.smooth_path(
            [
                0.12 * reach * out,
                0.3 * reach * out + (0, 0, 0.5 * tall),
                reach * out + (0.01 * random.normal(), 0.01 * random.normal(), tall),
            ],
            24,
        )
        grids.append(pipe(path, radius * np.linspace(1.1, 0.8, 24), 8))
        tips.append(path[-1])
        ways.append(unit(path[-1] - path[-3]))
    stage.put(sheets("stems", grids, leafy("stem", green, random, through=0.1), closed=True))
    return np.array(tips), np.array(ways)


def long_leaves(stage, count: int, length: float, width: float, green) -> None:
    random = stage.random
    way = directions(random.random(count) * 6.3, np.radians(random.uniform(50, 82, count)))
    leaves = blades(
        np.zeros((count, 3)),
        way,
        -way * (1, 1, 0) + (0, 0, 0.5),
        length * random.uniform(0.6, 1.1, count),
        width,
        random.uniform(-0.9, -0.1, count),
        lance,
        0.35,
        16,
        5,
        0.1,
    )
    stage.put(sheets("leaves", list(leaves), leafy("leaf", green, random)))
