"""Soft toys: pile fur on a skin of balls, with eyes, a stitched mouth and sometimes a bow."""

import numpy as np

from .. import strands
from ..scenes import paints, plush, shapes
from ..stage import jitter
from .fur import rabbit

TRAIN = ["bear", "bear", "bunny", "blob"]
HELD_OUT = ["elephant", "star"]
COLOURS = [
    (0.50, 0.245, 0.085),
    (0.16, 0.075, 0.035),
    (0.74, 0.70, 0.62),
    (0.62, 0.30, 0.36),
    (0.22, 0.36, 0.55),
    (0.4, 0.4, 0.41),
    (0.70, 0.52, 0.12),
]
HELD_OUT_COLOURS = [(0.30, 0.22, 0.45), (0.25, 0.45, 0.33), (0.60, 0.20, 0.08)]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.samples, stage.alpha_samples, stage.shrink = (-5, 30), 10, 72, 0.8
    stage.azimuth = (-110, 110)
    stage.scene.cycles.max_bounces = 2
    palette = HELD_OUT_COLOURS if held_out else COLOURS
    colour = jitter(random, palette[int(random.integers(len(palette)))], 0.15)
    pale = jitter(random, 0.35 * np.asarray(colour) + 0.45, 0.1)
    parts, patches, eyes, nose = {"bear": bear, "bunny": bunny, "blob": blob, "elephant": elephant, "star": star}[variant](random)
    backing = paints.plain("backing", tuple(0.6 * c for c in colour), 0.9)
    skin = shapes.blend("skin", parts, 0.0045, 6, backing)
    stage.put(skin)
    length = random.uniform(0.006, 0.015)
    pile(stage, skin, 34_000, length, colour)
    for patch in patches:
        thing = shapes.blend("patch", [patch], 0.003, 2, paints.plain("pale", pale, 0.9))
        stage.put(thing)
        pile(stage, thing, 3000, 0.5 * length, pale)
    black = paints.plain("eye", (0.008, 0.006, 0.005), 0.08)
    thread = paints.plain("thread", jitter(random, (0.04, 0.025, 0.02), 0.4), 0.7)
    for eye in eyes:
        stage.put(shapes.ball("eye", eye, [random.uniform(0.009, 0.012)] * 3, black, detail=16))
    if nose is not None:
        stage.put(shapes.ball("nose", nose, (0.0135, 0.009, 0.009), thread, detail=16))
    if variant == "bear" and random.random() < 0.5:
        plush.bow(stage)


def pile(stage, skin, count: int, length: float, colour) -> None:
    """Short fibres combed down and drawn together in tufts."""
    random = stage.random
    root, normal = shapes.scatter(skin, count, random)
    flow = np.array([0, 0, -1.0]) + 0.6 * shapes.drift(root, 0.09, random)
    flow -= normal * np.sum(flow * normal, axis=1, keepdims=True)
    lean = strands.unit(normal + 0.5 * flow + 0.18 * random.normal(size=root.shape))
    long = length * random.uniform(0.55, 1.15, (count, 1, 1))
    t = np.linspace(0, 1, 4)[None, :, None]
    path = root[:, None] + long * (lean[:, None] * t + 0.25 * strands.unit(flow)[:, None] * t**2)
    leaders = random.choice(count, count // 22, replace=False)
    lock = leaders[strands.nearest(root, root[leaders])]
    pull = random.uniform(0.2, 0.75, (count, 1, 1)) * t**1.5
    path = path * (1 - pull) + pull * (path[lock] + 0.15 * (root - root[lock])[:, None])
    radius = 0.00022 * np.array([1, 0.95, 0.8, 0.25]) * random.uniform(0.7, 1.2, (count, 1))
    tint = np.asarray(colour) * np.exp(0.12 * random.normal(size=(count, 1)))
    strands.put_strands(stage, "pile", path, radius, strands.fibre("pile", 0.5, 0.2, shine=0.4), np.clip(tint, 0.002, 0.9))


def bear(random):
    ball, chain = shapes.ball, plush.chain
    parts = [
        ball("body", (0, 0.012, 0.085), (0.077, 0.07, 0.088)),
        ball("chest", (0, 0.008, 0.14), (0.06, 0.055, 0.045)),
    ]
    parts += [ball("head", (0, -0.004, 0.222), (0.076, 0.068, 0.067))]
    raised = random.uniform(-0.03, 0.09)
    pads = [ball("muzzle", (0, -0.062, 0.203), (0.036, 0.03, 0.028))]
    for side in (-1, 1):
        parts += chain(
            (side * 0.058, 0, 0.142),
            (side * random.uniform(0.085, 0.12), -0.05, 0.066 + raised),
            0.026,
            0.031,
            8,
            (side * 0.016, 0, 0),
        )
        parts += chain((side * 0.048, -0.02, 0.040), (side * 0.088, -0.118, 0.040), 0.040, 0.036)
        parts += [
            ball("foot", (side * 0.091, -0.128, 0.049), (0.036, 0.024, 0.047)),
            ball("ear", (side * 0.062, 0.006, 0.28), (0.031, 0.016, 0.031)),
        ]
        pads += [ball("pad", (side * 0.0925, -0.146, 0.05), (0.026, 0.010, 0.034))]
    return parts, pads, [(side * 0.031, -0.0695, 0.232) for side in (-1, 1)], (0, -0.093, 0.212)


def bunny(random):
    parts, face = rabbit(random, "plush")
    return parts, [], face["eyes"], face["nose"]


def blob(random):
    """A round monster with stubby limbs."""
    ball = shapes.ball
    parts = [ball("body", (0, 0, 0.12), (0.1, 0.085, random.uniform(0.09, 0.13)))]
    for side in (-1, 1):
        parts += plush.chain((side * 0.09, 0, 0.13), (side * 0.14, -0.03, random.uniform(0.08, 0.19)), 0.022, 0.018, 6)
        parts += plush.chain((side * 0.045, -0.02, 0.04), (side * 0.05, -0.04, 0.005), 0.028, 0.026, 5)
        parts += plush.chain((side * 0.05, 0, 0.2), (side * 0.065, 0, 0.255), 0.018, 0.008, 6)
    return (
        parts,
        [ball("belly", (0, -0.07, 0.095), (0.05, 0.025, 0.05))],
        [(side * 0.035, -0.082, 0.165) for side in (-1, 1)],
        None,
    )


def elephant(random):
    ball, chain = shapes.ball, plush.chain
    parts = [ball("body", (0, 0.06, 0.10), (0.075, 0.10, 0.075)), ball("head", (0, -0.06, 0.155), (0.06, 0.06, 0.06))]
    trunk = shapes.smooth_path([(0, -0.11, 0.14), (0, -0.145, 0.10), (0, -0.15, 0.05), (0, -0.18, 0.04 + random.uniform(-0.02, 0.05))], 16)
    parts += [ball("trunk", p, [r] * 3, detail=14) for p, r in zip(trunk, np.linspace(0.028, 0.016, 16))]
    for side in (-1, 1):
        parts += [ball("ear", (side * 0.085, -0.04, 0.165), (0.05, 0.012, 0.058), rotation=(0, 0, side * 0.35))]
        for y in (0.0, 0.12):
            parts += chain((side * 0.045, y, 0.07), (side * 0.048, y, 0.012), 0.032, 0.03, 5)
    parts += chain((0, 0.15, 0.12), (0, 0.19, 0.05), 0.008, 0.008, 10)
    return parts, [], [(side * 0.036, -0.108, 0.172) for side in (-1, 1)], None


def star(random):
    parts = [shapes.ball("middle", (0, 0, 0.13), (0.065, 0.04, 0.065))]
    for k in range(5):
        a = np.pi / 2 + k * 2 * np.pi / 5
        parts += plush.chain((0, 0, 0.13), (0.125 * np.cos(a), 0, 0.13 + 0.125 * np.sin(a)), 0.042, 0.012, 10)
    return parts, [], [(side * 0.024, -0.042, 0.145) for side in (-1, 1)], None
