"""Metal tools and cutlery: keys, forks, whisks, spanners, scissors."""

import math

import numpy as np
from mathutils import Matrix

from ..meshes import loop, pipe, sheets
from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["whisk", "fork", "spanner", "keys", "screws", "sieve", "comb"]
HELD_OUT = ["scissors", "paper clips", "rake", "spring"]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.shiny, stage.elevation, stage.alpha_samples = True, (-20, 50), 128
    tones = [(0.35, 0.34, 0.33), (0.75, 0.60, 0.35)] if held_out else [(0.68, 0.68, 0.69), (0.5, 0.5, 0.52), (0.80, 0.55, 0.25)]
    metal = paints.plain(
        "metal",
        jitter(random, tones[int(random.integers(len(tones)))], 0.1),
        float(random.choice([0.08, 0.2, 0.4])),
        Metallic=1.0,
    )
    grip = paints.plain("grip", jitter(random, random.uniform(0.02, 0.6, 3), 0.1), 0.4)
    if random.random() < 0.4:
        grip = paints.wood("grip", (0.12, 0.06, 0.03), (0.35, 0.2, 0.1), board=50, length=90)
    MAKERS[variant](stage, random, metal, grip)
    stage.turn(Matrix.Rotation(random.uniform(-math.pi, math.pi), 4, "Y"))


def handle(stage, grip, low: float, high: float, radius: float) -> None:
    z = np.linspace(low, high, 24)
    swell = radius * (0.8 + 0.25 * np.sin(np.linspace(0.4, 2.9, 24)))
    stage.put(sheets("handle", [pipe(np.stack([0 * z, 0 * z, z], -1), swell, 20, True)], grip, closed=True))


def whisk(stage, random, metal, grip) -> None:
    count, grids = int(random.integers(5, 10)), []
    long, wide = random.uniform(1.3, 1.9), random.uniform(0.35, 0.6)
    for k in range(count):
        a = math.pi * k / count
        half = [(0.05, 0), (0.5 * wide, -0.3 * long), (wide, -0.68 * long), (0.6 * wide, -0.94 * long), (0, -long)]
        flat = np.array(half + [(-r, z) for r, z in half[-2::-1]])
        turned = np.stack([flat[:, 0] * math.cos(a), flat[:, 0] * math.sin(a), flat[:, 1] + 0.02 * k], -1)
        path = shapes.smooth_path(turned, 70)
        grids.append(pipe(path, 0.016, 8))
    stage.put(sheets("wires", grids, metal, closed=True))
    handle(stage, grip if random.random() < 0.5 else metal, -0.05, 1.3, 0.11)


def fork(stage, random, metal, grip) -> None:
    tines, grids = int(random.choice([2, 3, 4])), []
    for k in range(tines):
        x = (k - (tines - 1) / 2) * 0.13
        path = shapes.smooth_path([(0.5 * x, 0.02, -0.05), (x, 0.05, -0.25), (x, 0.08, -0.5), (x * 0.98, 0.0, -0.95)], 30)
        grids.append(pipe(path, np.linspace(0.045, 0.018, 30), 10, True))
    stage.put(sheets("tines", grids, metal, closed=True))
    z = np.linspace(-0.15, 1.9, 40)
    half = np.interp(z, [-0.15, 0.0, 0.3, 1.2, 1.8, 1.9], [0.16, 0.14, 0.05, 0.07, 0.12, 0.03])
    s = np.linspace(0, 2 * math.pi, 16, endpoint=False)
    body = np.stack(
        [
            half[:, None] * np.cos(s),
            0.035 * np.sin(s) + 0.05 * np.sin(1.6 * z)[:, None],
            np.broadcast_to(z[:, None], (40, 16)),
        ],
        -1,
    )
    stage.put(sheets("body", [body], metal if random.random() < 0.6 else grip, closed=True))


def spanner(stage, random, metal, grip) -> None:
    t = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    for at, open_ in ((1.5, True), (-1.5, random.random() < 0.5)):
        size, sign = random.uniform(0.3, 0.42), math.copysign(1, at)
        if open_:
            a = np.linspace(0.55, 2 * math.pi - 0.55, 40)
            path = np.stack([0.76 * size * np.sin(a), 0 * a, at + sign * 0.76 * size * np.cos(a)], -1)
            stage.put(shapes.tube("jaw", path, 0.24 * size, metal, 14, flat=0.55, up=(0, 1, 0)))
        else:
            stage.put(
                sheets(
                    "eye",
                    [
                        loop(
                            np.stack([0.75 * size * np.cos(t), 0 * t, at + 0.75 * size * np.sin(t)], -1),
                            0.24 * size,
                            12,
                        )
                    ],
                    metal,
                    closed=True,
                )
            )
    stage.put(shapes.box("shaft", (0, 0, 0), (0.22, 0.10, 2.5), metal, bevel=0.045))


def keys(stage, random, metal, grip) -> None:
    angle = np.linspace(0, 2 * math.pi, 60, endpoint=False)
    stage.put(
        sheets(
            "ring",
            [loop(np.stack([0.35 * np.cos(angle), 0 * angle, 0.35 * np.sin(angle)], -1), 0.025, 10)],
            metal,
            closed=True,
        )
    )
    for k in range(int(random.integers(2, 5))):
        turn = Matrix.Rotation(random.uniform(-0.9, 0.9), 3, "Y") @ Matrix.Rotation(random.normal() * 0.25, 3, "X")
        spin, y = np.array(turn), 0.08 * k
        bow = np.stack([0.24 * np.cos(angle), 0 * angle + y, -0.55 + 0.22 * np.sin(angle)], -1)
        grids = [
            loop(bow @ spin.T, 0.05, 10),
            pipe(np.linspace((0, y, -0.75), (0, y, -1.55), 4) @ spin.T, 0.045, 12, True),
        ]
        for z in np.arange(-1.5, -1.15, 0.1):
            long = random.uniform(0.1, 0.22)
            grids.append(pipe(np.linspace((0, y, z), (long, y, z), 3) @ spin.T, 0.035, 8, True))
        stage.put(sheets("key", grids, metal, closed=True))


def screws(stage, random, metal, grip) -> None:
    for _ in range(int(random.integers(2, 8))):
        t = np.linspace(0, 1, 400)
        turns, long, r = 12, random.uniform(0.7, 1.4), 0.09
        coil = np.stack([r * np.cos(2 * math.pi * turns * t), r * np.sin(2 * math.pi * turns * t), -0.15 - long * t], -1)
        spin = np.array(Matrix.Rotation(random.uniform(0, 6.3), 3, "Z") @ Matrix.Rotation(random.uniform(0.2, 1.5), 3, "X"))
        place = np.array([random.normal() * 0.5, random.normal() * 0.3, random.normal() * 0.4])
        grids = [
            pipe(coil, 0.03 * np.linspace(1, 0.5, 400), 6) @ spin.T + place,
            pipe(
                np.linspace((0, 0, 0), (0, 0, -0.15 - long), 6),
                np.array([0.09, 0.09, 0.09, 0.09, 0.07, 0.01]),
                14,
                True,
            )
            @ spin.T
            + place,
        ]
        grids.append(pipe(np.linspace((0, 0, 0.12), (0, 0, -0.08), 6), np.array([0.02, 0.17, 0.21, 0.2, 0.14, 0.08]), 20, True) @ spin.T + place)
        stage.put(sheets("screw", grids, metal, closed=True))


def sieve(stage, random, metal, grip) -> None:
    """A bowl of wire cloth on a rim."""
    angle, grids = np.linspace(0, 2 * math.pi, 80, endpoint=False), []
    step = 2.0 / int(random.integers(16, 34))
    for at in np.arange(-0.95, 0.96, step):
        half = math.sqrt(max(0.0, 1 - at * at))
        s = np.linspace(-half, half, 24)
        z = -0.75 * np.sqrt(np.clip(1 - at * at - s * s, 0, 1))
        grids += [
            pipe(np.stack([np.full(24, at), s, z], -1), 0.007, 5),
            pipe(np.stack([s, np.full(24, at), z], -1), 0.007, 5),
        ]
    stage.put(sheets("cloth", grids, metal, closed=True))
    stage.put(sheets("rim", [loop(np.stack([np.cos(angle), np.sin(angle), 0 * angle], -1), 0.045, 10)], metal, closed=True))
    stage.put(sheets("handle", [pipe(np.linspace((1, 0, 0), (2.6, 0, 0.05), 8), 0.07, 14, True)], grip, closed=True))


def comb(stage, random, metal, grip) -> None:
    count = int(random.integers(22, 50))
    x = np.linspace(-1.3, 1.3, count)
    long = random.uniform(0.5, 0.9)
    grids = [pipe(np.linspace((a, 0, 0), (a, 0, -long), 4), np.array([0.9, 0.85, 0.7, 0.3]) * 0.9 / count, 8, True) for a in x]
    material = grip if random.random() < 0.6 else metal
    stage.put(sheets("teeth", grids, material, closed=True))
    stage.put(shapes.box("spine", (0, 0, 0.12), (2.8, 0.1, 0.32), material, bevel=0.045))


def scissors(stage, random, metal, grip) -> None:
    open_ = random.uniform(0.08, 0.5)
    for side in (-1, 1):
        turn = np.array(Matrix.Rotation(side * open_, 3, "Y"))
        z = np.linspace(-0.45, 1.7, 30)
        half = np.interp(z, [-0.45, 0.0, 0.2, 1.2, 1.7], [0.09, 0.13, 0.14, 0.09, 0.008])
        s = np.linspace(0, 2 * math.pi, 12, endpoint=False)
        blade = np.stack(
            [
                half[:, None] * np.cos(s) - side * 0.05,
                0.025 * np.sin(s) + side * 0.03 + 0 * z[:, None],
                np.broadcast_to(z[:, None], (30, 12)),
            ],
            -1,
        )
        stage.put(sheets("blade", [blade @ turn.T], metal, closed=True))
        a = np.linspace(0, 2 * math.pi, 60, endpoint=False)
        eye = np.stack([-side * 0.22 + 0.26 * np.cos(a), 0 * a, -0.95 + 0.42 * np.sin(a)], -1)
        link = shapes.smooth_path([(0, 0, -0.4), (-side * 0.06, 0, -0.5), (-side * 0.18, 0, -0.6)], 10)
        stage.put(sheets("grip", [loop(eye @ turn.T, 0.075, 12), pipe(link @ turn.T, 0.08, 12)], grip, closed=True))
    stage.put(shapes.ball("pivot", (0, -0.06, 0), (0.07, 0.03, 0.07), metal, detail=14))


def paper_clips(stage, random, metal, grip) -> None:
    for _ in range(int(random.integers(1, 8))):
        path = shapes.smooth_path(
            [
                (0.25, 0, -0.6),
                (0.25, 0, 0.6),
                (0.13, 0, 0.85),
                (-0.13, 0, 0.85),
                (-0.25, 0, 0.6),
                (-0.25, 0, -0.9),
                (-0.1, 0, -1.12),
                (0.1, 0, -1.12),
                (0.2, 0.02, -0.9),
                (0.17, 0.03, 0.35),
                (0.05, 0.03, 0.52),
                (-0.08, 0.03, 0.5),
                (-0.16, 0.03, 0.35),
                (-0.16, 0.03, -0.55),
            ],
            110,
        )
        spin = np.array(
            Matrix.Rotation(random.uniform(0, 6.3), 3, "Y") @ Matrix.Rotation(random.normal() * 0.4, 3, "X") @ Matrix.Rotation(random.normal() * 0.5, 3, "Z")
        )
        stage.put(
            sheets(
                "clip",
                [pipe(path @ spin.T + random.normal(size=3) * (0.7, 0.1, 0.6), 0.035, 10, True)],
                metal if random.random() < 0.6 else grip,
                closed=True,
            )
        )


def rake(stage, random, metal, grip) -> None:
    count = int(random.integers(9, 18))
    grids = []
    for k in range(count):
        a = (k / (count - 1) - 0.5) * 1.3
        out = np.array([math.sin(a), 0, -math.cos(a)])
        grids.append(pipe(shapes.smooth_path([(0, 0, 0), 0.7 * out, 1.25 * out, 1.35 * out + (0, -0.14, 0)], 24), 0.018, 8, True))
    cross = np.array([0.75 * np.array([math.sin(a), 0.02, -math.cos(a)]) for a in np.linspace(-0.65, 0.65, 20)])
    grids.append(pipe(cross, 0.022, 8, True))
    stage.put(sheets("rake", grids, metal, closed=True))
    handle(stage, grip, -0.1, 2.4, 0.06)


def spring(stage, random, metal, grip) -> None:
    t = np.linspace(0, 1, 700)
    turns, long = random.uniform(8, 18), random.uniform(1.5, 3)
    r = 0.4 * (1 + random.choice([0, 0.5]) * (t - 0.5))
    path = np.stack([r * np.cos(2 * math.pi * turns * t), r * np.sin(2 * math.pi * turns * t), long * t], -1)
    path[:, 0] += 0.4 * (t - 0.5) ** 2 * random.normal()
    stage.put(sheets("spring", [pipe(path, random.uniform(0.02, 0.05), 10, True)], metal, closed=True))


MAKERS = {
    "whisk": whisk,
    "fork": fork,
    "spanner": spanner,
    "keys": keys,
    "screws": screws,
    "sieve": sieve,
    "comb": comb,
}
MAKERS |= {"scissors": scissors, "paper clips": paper_clips, "rake": rake, "spring": spring}
