"""Rings, chains, hoops, pearls and brooches in mirror-bright metal."""

import math

import numpy as np
from mathutils import Matrix

from ..meshes import loop, pipe, sheets
from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["ring", "ring", "hoops", "bangle", "pearls", "brooch", "glasses"]
HELD_OUT = ["chain", "chain", "crown"]
METALS = [(0.95, 0.70, 0.30), (0.90, 0.89, 0.87), (0.85, 0.50, 0.38)]
HELD_OUT_METALS = [(0.55, 0.56, 0.60), (0.80, 0.62, 0.25), (0.20, 0.19, 0.19)]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.shiny, stage.elevation, stage.alpha_samples = True, (-10, 55), 128
    stage.samples = 20
    table = HELD_OUT_METALS if held_out else METALS
    rough = float(random.choice([0.03, 0.12, 0.3], p=[0.6, 0.25, 0.15]))
    metal = paints.plain("metal", jitter(random, table[int(random.integers(len(table)))], 0.05), rough, Metallic=1.0)
    MAKERS[variant](stage, random, metal)
    if variant in ("ring", "hoops", "bangle", "crown") and random.random() < 0.5:
        stage.turn(Matrix.Rotation(random.uniform(-1.2, 1.2), 4, "X") @ Matrix.Rotation(random.uniform(-0.6, 0.6), 4, "Y"))


def circle(radius: float, count: int = 120) -> np.ndarray:
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle], -1)


def stone(random):
    """Opaque enamel or a gem dark enough to show nothing behind it."""
    colour = [
        (0.45, 0.01, 0.03),
        (0.01, 0.05, 0.40),
        (0.01, 0.25, 0.08),
        (0.75, 0.75, 0.78),
        (0.02, 0.02, 0.02),
        (0.35, 0.05, 0.40),
    ]
    return paints.plain("stone", jitter(random, colour[int(random.integers(6))], 0.2), 0.03, Coat_Weight=1.0, Metallic=0.4)


def gem(random, at, size: float, material, spin=None):
    """A cut stone: few facets, flat shaded."""
    profile = [(0.001, 0.42), (0.55, 0.42), (0.8, 0.3), (1.0, 0.05), (1.0, 0.0), (0.001, -0.7)]
    thing = shapes.turned("stone", np.array(profile) * size, material, int(random.choice([6, 8, 10, 12])))
    thing.data.polygons.foreach_set("use_smooth", [False] * len(thing.data.polygons))
    thing.location = at
    if spin is not None:
        thing.rotation_euler = spin
    return thing


def ring(stage, random, metal) -> None:

    wide, thick = random.uniform(0.12, 0.35), random.uniform(0.04, 0.10)
    profile = [
        (1, -wide / 2),
        (1 + thick, -wide / 3),
        (1 + thick, wide / 3),
        (1, wide / 2),
        (1 - thick / 2, wide / 3),
        (1 - thick / 2, -wide / 3),
        (1, -wide / 2),
    ]
    thing = shapes.turned("band", shapes.smooth_path(profile, 60), metal, 160)
    thing.rotation_euler = (math.pi / 2, 0, 0)
    stage.put(thing)
    if random.random() < 0.7:
        size, top = random.uniform(0.2, 0.42), 1.0 + thick
        material = stone(random)
        stage.put(gem(random, (0, 0, top + 0.75 * size), size, material))
        for k in range(int(random.choice([4, 6]))):
            a = k * 2 * math.pi / 6 + 0.3
            out = np.array([math.cos(a), math.sin(a), 0])
            prong = shapes.smooth_path(
                [
                    out * 0.1 + (0, 0, top - 0.05),
                    out * 0.8 * size + (0, 0, top + 0.3 * size),
                    out * 1.06 * size + (0, 0, top + 0.85 * size),
                    out * 0.85 * size + (0, 0, top + 1.1 * size),
                ],
                20,
            )
            stage.put(sheets("prong", [pipe(prong, 0.09 * size, 10, True)], metal, closed=True))
    elif random.random() < 0.5:
        for k in range(9):
            a = math.pi / 2 + (k - 4) * 0.19
            stage.put(
                gem(
                    random,
                    ((1 + thick) * math.cos(a), 0, (1 + thick) * math.sin(a)),
                    0.085,
                    stone(random),
                    (0, math.pi / 2 - a, 0),
                )
            )


def hoops(stage, random, metal) -> None:
    for side in (-1, 1):
        r, spin = random.uniform(0.9, 1.1), random.normal() * 0.6
        path = circle(r)
        wave = 1 + random.choice([0, 0.12]) * np.sin(np.linspace(0, 40 * math.pi, 120))
        turn = np.array(Matrix.Rotation(spin, 3, "Z") @ Matrix.Rotation(math.pi / 2, 3, "X"))
        stage.put(sheets("hoop", [loop(path @ turn.T + (side * 1.25, 0, 0), 0.05 * float(np.mean(wave)), 16)], metal, closed=True))
        hook = shapes.smooth_path(
            [
                (side * 1.25, 0, r),
                (side * 1.25, 0, r + 0.35),
                (side * 1.25, 0.2, r + 0.5),
                (side * 1.25, 0.35, r + 0.1),
            ],
            30,
        )
        stage.put(shapes.tube("hook", hook, 0.018, metal, 8))
        if random.random() < 0.5:
            stage.put(gem(random, (side * 1.25, 0, -r - 0.2), 0.2, stone(random)))


def bangle(stage, random, metal) -> None:
    grids = []
    for strand in range(int(random.integers(1, 7))):
        turn = np.array(Matrix.Rotation(random.normal() * 0.12, 3, "X") @ Matrix.Rotation(random.normal() * 0.12, 3, "Y"))
        twist = np.linspace(0, 2 * math.pi * 30, 480)
        path = circle(1.0 + 0.05 * random.normal(), 480)
        if random.random() < 0.4:  # two wires wound round one another
            for k in (0, math.pi):
                grids.append(
                    loop(
                        (path * (1 + 0.035 * np.cos(twist + k))[:, None] + np.outer(0.035 * np.sin(twist + k), (0, 0, 1))) @ turn.T,
                        0.03,
                        8,
                    )
                )
        else:
            grids.append(loop(path @ turn.T + (0, 0, 0.09 * strand), 0.035, 12))
    stage.put(sheets("bangle", grids, metal, closed=True))


def pearls(stage, random, metal) -> None:
    path = wavy_loop(random, 600)
    pearl = paints.plain(
        "pearl",
        jitter(random, (0.78, 0.74, 0.70) if random.random() < 0.7 else (0.1, 0.1, 0.12), 0.1),
        0.15,
        Coat_Weight=1.0,
        Sheen_Weight=0.3,
    )
    step = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    size = random.uniform(0.05, 0.09)
    for at in np.arange(0, step[-1] - size, 2.02 * size):
        centre = [np.interp(at, step, path[:, k]) for k in range(3)]
        stage.put(shapes.ball("pearl", centre, [size] * 3, pearl, detail=14))


def wavy_loop(random, count: int) -> np.ndarray:
    """A necklace laid down: a closed, uneven curve."""
    a = np.linspace(0, 2 * math.pi, count)
    r = 1 + 0.25 * np.sin(2 * a + random.random() * 6) * random.random() + 0.15 * np.sin(3 * a + random.random() * 6)
    return np.stack([r * np.cos(a), 0.75 * r * np.sin(a), 0.02 * np.sin(5 * a)], -1)


def chain(stage, random, metal) -> None:
    """Links alternately flat and on edge; laid, or hanging with a pendant."""
    if random.random() < 0.5:
        path = wavy_loop(random, 900)
    else:
        t = np.linspace(-1, 1, 900)
        path = np.stack([0.75 * t, 0 * t, 1.2 * np.abs(t) ** 2.2 - 0.9], -1)
    step = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    size, grids = random.uniform(0.035, 0.07), []
    angle = np.linspace(0, 2 * math.pi, 20, endpoint=False)
    for index, at in enumerate(np.arange(0, step[-1], 1.45 * size)):
        centre = np.array([np.interp(at, step, path[:, k]) for k in range(3)])
        ahead = np.array([np.interp(at + 0.5 * size, step, path[:, k]) for k in range(3)]) - centre
        if np.linalg.norm(ahead) < 1e-6:
            continue
        way = shapes.unit(ahead)
        side = shapes.unit(np.cross(way, (0.1, 0.2, 1.0)))
        if index % 2:
            side = np.cross(way, side)
        link = centre + size * (np.cos(angle)[:, None] * way + 0.62 * np.sin(angle)[:, None] * side)
        grids.append(loop(link, 0.17 * size, 8))
    stage.put(sheets("chain", grids, metal, closed=True))
    low = path[np.argmin(path[:, 2] + path[:, 1])]
    if random.random() < 0.6:
        stage.put(
            sheets(
                "bail",
                [loop(circle(0.09) @ np.array(Matrix.Rotation(1.57, 3, "X")).T + low - (0, 0, 0.1), 0.02, 8)],
                metal,
                closed=True,
            )
        )
        stage.put(gem(random, low - (0, 0, 0.38), 0.2, stone(random)))


def brooch(stage, random, metal) -> None:
    """A flower of wire loops round a stone."""
    count, grids = int(random.integers(5, 12)), []
    for k in range(count):
        a = 2 * math.pi * k / count
        t = np.linspace(0, 2 * math.pi, 48, endpoint=False)
        r, w = 0.55 + 0.45 * np.cos(t), 0.9 / count * 1.6 * np.sin(t)
        grids.append(
            loop(
                np.stack([r * math.cos(a) - w * math.sin(a), 0.06 * np.cos(2 * t), r * math.sin(a) + w * math.cos(a)], -1),
                0.03,
                8,
            )
        )
        stage.put(shapes.ball("bead", (1.06 * math.cos(a), 0, 1.06 * math.sin(a)), [0.07] * 3, metal, detail=12))
    stage.put(sheets("petals", grids, metal, closed=True))
    stage.put(gem(random, (0, -0.1, 0), 0.25, stone(random), (math.pi / 2, 0, 0)))


def glasses(stage, random, metal) -> None:
    """Spectacle frames without lenses."""
    r, grids = random.uniform(0.42, 0.55), []
    square = random.choice([2, 3, 5])
    t = np.linspace(0, 2 * math.pi, 80, endpoint=False)
    for side in (-1, 1):
        x = np.sign(np.cos(t)) * np.abs(np.cos(t)) ** (2 / square) * r
        z = np.sign(np.sin(t)) * np.abs(np.sin(t)) ** (2 / square) * r * 0.85
        grids.append(loop(np.stack([side * 0.68 + x, 0.05 * x * x, z], -1), 0.028, 10))
        ear = shapes.smooth_path(
            [
                (side * (0.68 + r), 0, 0.15),
                (side * (0.74 + r), 0.1, 0.15),
                (side * (0.74 + r), 1.3, 0.15),
                (side * (0.72 + r), 1.8, -0.05),
                (side * (0.70 + r), 1.95, -0.3),
            ],
            50,
        )
        grids.append(pipe(ear, 0.026, 10, True))
    grids.append(pipe(shapes.smooth_path([(-0.68 + r, 0, 0.1), (0, -0.05, 0.2), (0.68 - r, 0, 0.1)], 20), 0.026, 10))
    stage.put(sheets("frame", grids, metal, closed=True))


def crown(stage, random, metal) -> None:
    count = int(random.integers(6, 12))
    a = np.linspace(0, 2 * math.pi, 240)
    peak = 0.55 + 0.45 * np.abs(np.cos(a * count / 2)) ** 2
    rows = np.linspace(0, 1, 14)
    r = 1 + 0.12 * rows[None] * peak[:, None]
    points = np.stack([r * np.cos(a)[:, None], r * np.sin(a)[:, None], rows[None] * peak[:, None]], -1)
    thing = shapes.grid("crown", points, metal)
    solid = thing.modifiers.new("solid", "SOLIDIFY")
    solid.thickness = 0.04
    stage.put(thing)
    for k in range(count):
        b = 2 * math.pi * k / count
        stage.put(shapes.ball("tip", (1.13 * math.cos(b), 1.13 * math.sin(b), 1.05), [0.07] * 3, metal, detail=14))
        stage.put(
            gem(
                random,
                (1.07 * math.cos(b), 1.07 * math.sin(b), 0.3),
                0.1,
                stone(random),
                (math.pi / 2, 0, b + math.pi / 2),
            )
        )


MAKERS = {
    "ring": ring,
    "hoops": hoops,
    "bangle": bangle,
    "pearls": pearls,
    "brooch": brooch,
    "glasses": glasses,
    "chain": chain,
    "crown": crown,
}
