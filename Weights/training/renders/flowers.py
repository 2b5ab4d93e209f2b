"""Flowers and seed heads on stems."""

import numpy as np

from . import strands
from .foliage import around, leafy, long_leaves, petal, stems
from .meshes import blades, sheets
from .scenes import paints, shapes
from .stage import jitter
from .strands import unit

PETALS = [
    (0.75, 0.72, 0.70),
    (0.62, 0.05, 0.08),
    (0.70, 0.30, 0.45),
    (0.75, 0.50, 0.03),
    (0.32, 0.10, 0.42),
    (0.70, 0.22, 0.06),
]


def tulips(stage, green) -> None:
    random = stage.random
    tips, ways = stems(stage, int(random.integers(1, 8)), (0.26, 0.36), 0.10, 0.0032, green)
    long_leaves(stage, 3 + 2 * len(tips), 0.26, 0.026, green)
    colour = PETALS[int(random.integers(len(PETALS)))]
    petals = []
    for tip, way in zip(tips, ways):
        for ring, lean in ((3, 0.55), (3, 0.75)):
            out = around(way, ring, lean * random.uniform(0.7, 1.2), random)
            petals += list(
                blades(
                    np.tile(tip, (ring, 1)),
                    out,
                    -(out - way),
                    0.058,
                    0.042,
                    -random.uniform(0.7, 1.1),
                    petal,
                    0.5,
                    10,
                    7,
                )
            )
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
        petals += list(
            blades(
                tip + 0.3 * size * out,
                out,
                np.tile(way, (count, 1)),
                long,
                4.4 * size / count + 0.002,
                random.uniform(-0.2, 0.6, count),
                petal,
                0.25,
                8,
                5,
            )
        )
        turn = way.tolist()
        stage.put(shapes.ball("heart", tip + 0.002 * np.array(turn), [0.42 * size] * 3, heart_colour.data, detail=14))
    stage.put(
        sheets(
            "petals",
            petals,
            leafy("petal", jitter(random, PETALS[int(random.integers(len(PETALS)))], 0.15), random, through=0.35),
        )
    )


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
