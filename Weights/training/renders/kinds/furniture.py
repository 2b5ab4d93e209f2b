"""Chairs, stools, tables, lamps and shelves: thin legs and the gaps between them."""

import math

import numpy as np

from ..meshes import loop, pipe, sheets
from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["chair", "chair", "stool", "table", "wire chair", "lamp", "shelf"]
HELD_OUT = ["rocking chair", "coat stand", "wire basket"]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.alpha_samples = (0, 32), 128
    stage.scene.cycles.max_bounces = 3
    MAKERS[variant](stage, random, frame_material(random, held_out), frame_material(random, held_out))


def frame_material(random, held_out: bool):
    choice = random.random()
    if choice < 0.45:
        dark = [(0.05, 0.025, 0.012), (0.25, 0.15, 0.08), (0.12, 0.06, 0.03)] if not held_out else [(0.16, 0.035, 0.015), (0.30, 0.26, 0.20)]
        tone = np.array(jitter(random, dark[int(random.integers(len(dark)))], 0.15))
        return paints.wood("wood", tuple(tone), tuple(np.clip(2.2 * tone, 0, 0.8)), board=50, length=90)
    if choice < 0.7:
        return paints.plain(
            "metal",
            jitter(random, (0.6, 0.6, 0.61) if random.random() < 0.6 else (0.7, 0.5, 0.25), 0.2),
            random.uniform(0.1, 0.4),
            Metallic=1.0,
        )
    return paints.plain("paint", jitter(random, random.uniform(0.02, 0.75, 3), 0.15), random.uniform(0.2, 0.6))


def bars(stage, ends, radius: float, material, taper: float = 1.0) -> None:
    stage.put(
        sheets(
            "bars",
            [pipe(np.linspace(a, b, 5), radius * np.linspace(1, taper, 5), 10, True) for a, b in ends],
            material,
            closed=True,
        )
    )


def legs(random, width: float, depth: float, height: float, splay: float):
    return [((x * width, y * depth, height), (x * (width + splay), y * (depth + splay), 0)) for x in (-1, 1) for y in (-1, 1)]


def chair(stage, random, frame, seat) -> None:
    w, h, back = random.uniform(0.19, 0.24), 0.45, random.uniform(0.35, 0.55)
    radius = random.uniform(0.010, 0.020)
    bars(stage, legs(random, w, w, h, random.uniform(0, 0.06)), radius, frame, 0.7)
    if random.random() < 0.5:
        stage.put(shapes.box("seat", (0, 0, h + 0.012), (2 * w + 0.06, 2 * w + 0.06, 0.03), seat, bevel=0.012))
    else:
        stage.put(shapes.ball("seat", (0, 0, h + 0.01), (w * 1.18, w * 1.15, 0.03), seat))
    lean = random.uniform(0.02, 0.12)
    posts = [((x * w, w, h), (x * w * random.uniform(0.9, 1.1), w + lean, h + back)) for x in (-1, 1)]
    bars(stage, posts, radius, frame)
    a, b = np.array(posts[0]), np.array(posts[1])
    slats, many = [], int(random.integers(3, 9))
    if random.random() < 0.5:  # upright spindles between two rails
        for f in (0.25, 1.0):
            slats.append((a[0] * (1 - f) + a[1] * f, b[0] * (1 - f) + b[1] * f))
        for s in np.linspace(0, 1, many + 2)[1:-1]:
            low, high = slats[0], slats[1]
            slats.append((low[0] * (1 - s) + low[1] * s, high[0] * (1 - s) + high[1] * s))
        bars(stage, slats, 0.6 * radius, frame)
    else:
        for f in np.linspace(0.3, 1.0, int(random.integers(2, 5))):
            bars(stage, [(a[0] * (1 - f) + a[1] * f, b[0] * (1 - f) + b[1] * f)], 1.2 * radius, frame)
    if random.random() < 0.6:
        z = random.uniform(0.12, 0.25)
        bars(
            stage,
            [((-w, y * w, z), (w, y * w, z)) for y in (-1, 1)] + [((x * w, -w, z), (x * w, w, z)) for x in (-1, 1)],
            0.55 * radius,
            frame,
        )


def stool(stage, random, frame, seat) -> None:
    h, count = random.uniform(0.42, 0.75), int(random.choice([3, 4]))
    spread, z = random.uniform(0.16, 0.24), 0.35
    ends, feet = [], []
    for k in range(count):
        a = 2 * math.pi * k / count + 0.4
        out = np.array([math.cos(a), math.sin(a), 0])
        ends.append((0.11 * out + (0, 0, h), spread * out))
        feet.append((0.11 * z + spread * (1 - z)) * out + (0, 0, z * h))
    bars(stage, ends, 0.014, frame, 0.75)
    bars(stage, [(feet[k], feet[(k + 1) % count]) for k in range(count)], 0.008, frame)
    stage.put(
        shapes.turned(
            "seat",
            shapes.smooth_path([(0.001, h), (0.15, h), (0.165, h + 0.015), (0.15, h + 0.035), (0.001, h + 0.028)], 60),
            seat,
            64,
        )
    )


def table(stage, random, frame, top) -> None:
    w, d, h = random.uniform(0.35, 0.8), random.uniform(0.25, 0.45), random.uniform(0.4, 0.75)
    stage.put(shapes.box("top", (0, 0, h), (2 * w, 2 * d, 0.025), top, bevel=0.008))
    if random.random() < 0.4:  # hairpin legs of bent wire
        grids = []
        for x in (-1, 1):
            for y in (-1, 1):
                at = np.array([x * (w - 0.08), y * (d - 0.08), 0])
                grids.append(
                    pipe(
                        shapes.smooth_path(
                            [
                                at + (-0.06, 0, h),
                                at + (x * 0.03 - 0.008, y * 0.03, 0.02),
                                at + (x * 0.03, y * 0.03, 0),
                                at + (x * 0.03 + 0.008, y * 0.03, 0.02),
                                at + (0.06, 0, h),
                            ],
                            40,
                        ),
                        0.006,
                        8,
                    )
                )
        stage.put(sheets("legs", grids, frame, closed=True))
    else:
        bars(stage, legs(random, w - 0.06, d - 0.06, h, random.uniform(0, 0.08)), random.uniform(0.01, 0.02), frame, 0.6)


def wire_chair(stage, random, frame, seat) -> None:
    """A shell of wires on thin legs."""
    s, t = np.meshgrid(np.linspace(-1, 1, 40), np.linspace(0, 1, 60))
    curve = shapes.smooth_path([(0.26, -0.02), (0.2, 0.0), (-0.05, -0.03), (-0.2, 0.05), (-0.27, 0.25), (-0.30, 0.42)], 60)
    y, z = -curve[:, 0], curve[:, 1] + 0.44
    wide = 0.25 * (1 - 0.25 * np.linspace(0, 1, 60) ** 3)
    shell = np.stack([s * wide[:, None], y[:, None] - 0.06 * s**2 * t, z[:, None] + 0.09 * s**2 * (1 - 0.5 * t)], -1)
    step = int(random.integers(3, 6))
    grids = [pipe(shell[k], 0.004, 6) for k in range(0, 60, step)] + [pipe(shell[:, k], 0.004, 6) for k in range(0, 40, step)]
    grids += [pipe(np.concatenate([shell[0], shell[:, -1], shell[-1, ::-1], shell[::-1, 0]]), 0.007, 8)]
    stage.put(sheets("shell", grids, frame, closed=True))
    bars(stage, legs(random, 0.15, 0.15, 0.42, 0.08), 0.008, frame)


def lamp(stage, random, frame, seat) -> None:
    h = random.uniform(1.1, 1.6)
    stage.put(
        shapes.turned(
            "foot",
            shapes.smooth_path([(0.001, 0), (0.15, 0), (0.15, 0.015), (0.02, 0.03), (0.012, 0.06), (0.012, h)], 60),
            frame,
            48,
        )
    )
    shade = paints.Material("shade")
    colour = jitter(random, (0.7, 0.62, 0.5) if random.random() < 0.6 else random.uniform(0.05, 0.7, 3), 0.15)
    (shade.surface(shade.add("BsdfTranslucent", {"Color": colour})) if random.random() < 0.3 else shade.principled(colour, 0.8))
    low, high, tall = random.uniform(0.16, 0.26), random.uniform(0.08, 0.2), random.uniform(0.18, 0.3)
    stage.put(shapes.turned("shade", np.linspace((low, h - 0.5 * tall), (high, h + 0.5 * tall), 10), shade.data, 80))


def shelf(stage, random, frame, board) -> None:
    w, d, levels, h = random.uniform(0.3, 0.6), 0.16, int(random.integers(3, 6)), random.uniform(0.9, 1.6)
    bars(stage, legs(random, w, d, h, 0.0), 0.009, frame)
    for z in np.linspace(0.08, h - 0.02, levels):
        stage.put(shapes.box("board", (0, 0, z), (2 * w, 2 * d, 0.018), board, bevel=0.004))
        for _ in range(int(random.integers(0, 5)) if z < h - 0.1 else 0):
            tall = random.uniform(0.08, 0.2)
            stage.put(
                shapes.box(
                    "book",
                    (random.uniform(-0.8, 0.8) * w, 0, z + tall / 2 + 0.01),
                    (0.03, 0.18, tall),
                    paints.plain("book", tuple(random.uniform(0.03, 0.6, 3)), 0.6),
                )
            )
    if random.random() < 0.6:
        bars(stage, [((-w, d, 0.1), (w, d, h)), ((w, d, 0.1), (-w, d, h))], 0.004, frame)


def rocking_chair(stage, random, frame, seat) -> None:
    chair(stage, random, frame, seat)
    t = np.linspace(-0.55, 0.55, 24)
    stage.put(
        sheets(
            "rockers",
            [pipe(np.stack([np.full(24, x * 0.23), t, 0.25 * t**2 - 0.012], -1), 0.014, 10, True) for x in (-1, 1)],
            frame,
            closed=True,
        )
    )
    bars(
        stage,
        [((x * 0.25, -0.2, 0.66), (x * 0.25, 0.24, 0.68)) for x in (-1, 1)] + [((x * 0.24, -0.18, 0.45), (x * 0.25, -0.2, 0.66)) for x in (-1, 1)],
        0.014,
        frame,
    )


def coat_stand(stage, random, frame, seat) -> None:
    grids = [pipe(np.linspace((0, 0, 0.1), (0, 0, 1.75), 4), 0.018, 12)]
    for k in range(4):
        a = k * math.pi / 2 + 0.3
        out = np.array([math.cos(a), math.sin(a), 0])
        grids.append(
            pipe(
                shapes.smooth_path([(0, 0, 0.35), 0.08 * out + (0, 0, 0.2), 0.3 * out + (0, 0, 0.0)], 24),
                0.013,
                10,
                True,
            )
        )
        for z, far in ((1.7, 0.17), (1.45, 0.12)):
            grids.append(
                pipe(
                    shapes.smooth_path(
                        [
                            (0, 0, z - 0.12),
                            0.6 * far * out + (0, 0, z - 0.12),
                            far * out + (0, 0, z),
                            0.85 * far * out + (0, 0, z + 0.07),
                        ],
                        30,
                    ),
                    0.010,
                    10,
                    True,
                )
            )
    stage.put(sheets("stand", grids, frame, closed=True))


def wire_basket(stage, random, frame, seat) -> None:
    count, grids = int(random.integers(18, 40)), []
    profile = shapes.smooth_path([(0.05, 0), (0.28, 0.01), (0.36, 0.1), (0.42, 0.35)], 24)
    for k in range(count):
        a = 2 * math.pi * k / count
        grids.append(pipe(np.stack([profile[:, 0] * math.cos(a), profile[:, 0] * math.sin(a), profile[:, 1]], -1), 0.004, 6))
    angle = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    for index in range(2, 24, int(random.integers(2, 5))):
        r, z = profile[index]
        grids.append(loop(np.stack([r * np.cos(angle), r * np.sin(angle), np.full(90, z)], -1), 0.004 if index < 23 else 0.008, 6))
    grids.append(loop(np.stack([0.42 * np.cos(angle), 0.42 * np.sin(angle), np.full(90, 0.35)], -1), 0.009, 8))
    stage.put(sheets("basket", grids, frame, closed=True))


MAKERS = {"chair": chair, "stool": stool, "table": table, "wire chair": wire_chair, "lamp": lamp, "shelf": shelf}
MAKERS |= {"rocking chair": rocking_chair, "coat stand": coat_stand, "wire basket": wire_basket}
