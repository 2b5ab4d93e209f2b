"""Spokes: bicycle wheels, whole bicycles, fans, carriage wheels."""

import math

import numpy as np

from ..meshes import loop, pipe, sheets
from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["wheel", "wheel", "bicycle", "fan", "umbrella frame"]
HELD_OUT = ["carriage wheel", "unicycle", "bicycle"]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.shiny, stage.elevation, stage.azimuth = True, (-5, 25), (-75, 75)
    stage.alpha_samples, stage.closest = 128, 3.6
    stage.scene.cycles.max_bounces = 3
    colours = (
        [(0.02, 0.25, 0.28), (0.4, 0.38, 0.05)]
        if held_out
        else [(0.5, 0.02, 0.02), (0.02, 0.03, 0.035), (0.02, 0.08, 0.3), (0.7, 0.68, 0.64), (0.02, 0.2, 0.05)]
    )
    paint = paints.plain("paint", jitter(random, colours[int(random.integers(len(colours)))], 0.2), 0.2, Coat_Weight=1.0)
    chrome = paints.plain("chrome", jitter(random, (0.7, 0.7, 0.71), 0.1), 0.12, Metallic=1.0)
    rubber = paints.plain("tyre", jitter(random, (0.02, 0.02, 0.02), 0.3) if random.random() < 0.8 else (0.5, 0.36, 0.2), 0.7)
    MAKERS[variant](stage, random, paint, chrome, rubber)


def circle(radius: float, at=(0, 0, 0), count: int = 96) -> np.ndarray:
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return np.stack([radius * np.cos(angle), 0 * angle, radius * np.sin(angle)], -1) + at


def one_wheel(stage, random, at, radius: float, rim, spokes, rubber, crossed: bool = True) -> None:
    at, count = np.asarray(at, float), int(random.choice([20, 24, 28, 32, 36]))
    thin = radius * random.uniform(0.0035, 0.006)
    stage.put(sheets("tyre", [loop(circle(radius, at), radius * random.uniform(0.03, 0.06), 14)], rubber, closed=True))
    stage.put(sheets("rim", [loop(circle(radius * 0.945, at), radius * 0.026, 10)], rim, closed=True))
    grids, hub = [], radius * 0.055
    for k in range(count):
        side = 1 if k % 2 else -1
        angle = 2 * math.pi * k / count
        lead = (0.9 if k % 4 < 2 else -0.9) if crossed else 0.0
        outer = at + 0.935 * radius * np.array([math.cos(angle), 0, math.sin(angle)])
        inner = at + hub * np.array([math.cos(angle + lead), 0, math.sin(angle + lead)]) + (0, side * 0.09 * radius, 0)
        grids.append(pipe(np.linspace(inner, outer, 3), thin, 6))
    stage.put(sheets("spokes", grids, spokes, closed=True))
    stage.put(
        sheets(
            "hub",
            [
                pipe(
                    np.linspace(at + (0, -0.13 * radius, 0), at + (0, 0.13 * radius, 0), 5),
                    np.array([0.02, hub, 0.5 * hub, hub, 0.02]) * 1.0,
                    16,
                    True,
                )
            ],
            spokes,
            closed=True,
        )
    )


def wheel(stage, random, paint, chrome, rubber) -> None:
    one_wheel(
        stage,
        random,
        (0, 0, 0),
        1.0,
        [chrome, paint][int(random.random() < 0.4)],
        chrome,
        rubber,
        random.random() < 0.75,
    )


def bicycle(stage, random, paint, chrome, rubber) -> None:
    r = 1.0
    rear, front = np.array([0.0, 0, r]), np.array([random.uniform(2.9, 3.2), 0, r])
    crank, seat, head = np.array([1.25, 0, 0.82]), np.array([0.85, 0, 2.25]), np.array([2.55, 0, 2.2])
    low = head + (0.1, 0, -0.42)
    for at in (rear, front):
        one_wheel(stage, random, at, r, chrome, chrome, rubber)
    tubes = [
        (crank, seat + (-0.08, 0, 0.25), 0.05),
        (seat, head, 0.045),
        (crank, low, 0.055),
        (head + (-0.03, 0, 0.12), low, 0.06),
    ]
    for side in (-0.14, 0.14):
        tubes += [(rear + (0, side, 0), crank + (0, side * 0.5, 0), 0.03), (rear + (0, side, 0), seat, 0.027)]
        tubes += [(low + (0, side * 0.7, -0.05), front + (0, side, 0), 0.035)]
    stage.put(sheets("frame", [pipe(np.linspace(a, b, 4), size, 12) for a, b, size in tubes], paint, closed=True))
    bar = shapes.smooth_path(
        [
            (2.75, -0.62, 2.55),
            (2.55, -0.5, 2.62),
            (2.6, -0.15, 2.55),
            (2.52, 0, 2.5),
            (2.6, 0.15, 2.55),
            (2.55, 0.5, 2.62),
            (2.75, 0.62, 2.55),
        ],
        60,
    )
    stage.put(sheets("bar", [pipe(bar, 0.035, 10), pipe(np.linspace(head, (2.52, 0, 2.5), 3), 0.035, 10)], chrome, closed=True))
    saddle = shapes.blend(
        "saddle",
        [shapes.ball("s", (0.65, 0, 2.62), (0.3, 0.2, 0.07)), shapes.ball("s", (1.0, 0, 2.62), (0.32, 0.08, 0.06))],
        0.03,
        3,
        rubber,
    )
    stage.put(saddle)
    chain = [loop(circle(0.3, crank + (0, 0.16, 0), 60), 0.022, 8), loop(circle(0.1, rear + (0, 0.16, 0), 30), 0.02, 8)]
    for up in (-1, 1):
        chain.append(pipe(np.linspace(rear + (0, 0.16, 0.1 * up), crank + (0, 0.16, 0.3 * up), 3), 0.014, 6))
    turn = random.random() * 6
    for k, side in ((0, 0.22), (math.pi, -0.22)):
        tip = crank + 0.5 * np.array([math.cos(turn + k), 0, math.sin(turn + k)]) + (0, side, 0)
        chain += [
            pipe(np.linspace(crank + (0, side, 0), tip, 3), 0.03, 8),
            pipe(np.linspace(tip, tip + (0, 1.3 * side, 0), 3), 0.06, 8, True),
        ]
    for k in range(5):
        a = 2 * math.pi * k / 5
        chain.append(pipe(np.linspace(crank + (0, 0.16, 0), crank + (0.3 * math.cos(a), 0.16, 0.3 * math.sin(a)), 3), 0.025, 6))
    stage.put(sheets("drive", chain, chrome, closed=True))


def fan(stage, random, paint, chrome, rubber) -> None:
    """A table fan: a cage of wires, blades behind them."""
    count, grids = int(random.integers(36, 80)), []
    for k in range(count):
        a = 2 * math.pi * k / count
        out = np.array([math.cos(a), 0, math.sin(a)])
        for side in (-1, 1):
            t = np.linspace(0.12, 1, 14)[:, None]
            grids.append(pipe(t * out + np.array([0, side, 0]) * 0.26 * np.sqrt(np.clip(1 - t**2.5, 0, 1)), 0.007, 6))
    for r, y in ((1.0, 0.0), (0.66, -0.2), (0.66, 0.2), (0.35, -0.25)):
        grids.append(loop(circle(r, (0, y, 0), 64), 0.010, 6))
    stage.put(sheets("cage", grids, chrome, closed=True))
    for k in range(int(random.integers(3, 6))):
        s, t = np.meshgrid(np.linspace(-0.5, 0.5, 14), np.linspace(0.15, 0.86, 14))
        a = 2 * math.pi * k / 4 + 0.9 * s
        stage.put(shapes.grid("blade", np.stack([t * np.cos(a), 0.16 * s, t * np.sin(a)], -1), paint))
    stage.put(shapes.ball("motor", (0, 0.35, 0), (0.26, 0.32, 0.26), paint))
    stage.put(shapes.ball("cap", (0, -0.22, 0), (0.16, 0.07, 0.16), paint))
    stage.put(shapes.tube("stand", shapes.smooth_path([(0, 0.4, -0.1), (0, 0.45, -0.6), (0, 0.2, -1.5)], 20), 0.06, chrome, 16))
    stage.put(shapes.turned("foot", shapes.smooth_path([(0.001, -1.5), (0.5, -1.53), (0.6, -1.6), (0.001, -1.6)], 30), paint, 64))


def umbrella_frame(stage, random, paint, chrome, rubber) -> None:
    ribs, grids = int(random.integers(6, 11)), []
    for k in range(ribs):
        a = 2 * math.pi * k / ribs
        out = np.array([math.cos(a), math.sin(a), 0])
        t = np.linspace(0, 1, 16)[:, None]
        rib = t * out + np.array([0, 0, 1]) * (0.55 * (1 - t**2))
        grids.append(pipe(rib, 0.009, 6))
        grids.append(pipe(np.linspace(np.array([0, 0, -0.05]), rib[8], 3), 0.007, 6))
    stage.put(sheets("ribs", grids, chrome, closed=True))
    handle = shapes.smooth_path([(0, 0, 0.7), (0, 0, -0.9), (0, 0, -1.1), (0.1, 0, -1.25), (0.24, 0, -1.2), (0.27, 0, -1.05)], 60)
    stage.put(shapes.tube("handle", handle, 0.022, paint, 12, up=(0, 1, 0)))


def carriage_wheel(stage, random, paint, chrome, rubber) -> None:
    wood = paints.wood("wood", (0.12, 0.06, 0.03), (0.32, 0.19, 0.10), board=50, length=90)
    count = int(random.integers(8, 15))
    grids = [
        pipe(
            np.linspace(0.1, 0.9, 6)[:, None] * np.array([math.cos(a), 0, math.sin(a)]),
            0.034 + 0.012 * np.sin(np.linspace(0, 3.1, 6)),
            10,
        )
        for a in np.arange(count) * 2 * math.pi / count
    ]
    stage.put(sheets("spokes", grids, wood, closed=True))
    stage.put(sheets("rim", [loop(circle(0.93), 0.055, 10)], wood, closed=True))
    stage.put(
        sheets(
            "iron",
            [loop(circle(0.985), 0.03, 8)],
            paints.plain("iron", (0.1, 0.09, 0.085), 0.5, Metallic=1.0),
            closed=True,
        )
    )
    stage.put(
        sheets(
            "hub",
            [
                pipe(
                    np.stack([0 * np.arange(5), np.linspace(-0.25, 0.25, 5), 0 * np.arange(5)], -1),
                    [0.08, 0.12, 0.15, 0.12, 0.08],
                    20,
                    True,
                )
            ],
            wood,
            closed=True,
        )
    )


def unicycle(stage, random, paint, chrome, rubber) -> None:
    one_wheel(stage, random, (0, 0, 1), 1.0, chrome, chrome, rubber, False)
    fork = [pipe(shapes.smooth_path([(0, s, 1), (0, s * 1.1, 1.9), (0, s * 0.6, 2.2), (0, 0, 2.25)], 24), 0.045, 12) for s in (-0.17, 0.17)]
    fork.append(pipe(np.linspace((0, 0, 2.2), (0, 0, 3.0), 3), 0.05, 12))
    stage.put(sheets("fork", fork, paint, closed=True))
    stage.put(
        shapes.blend(
            "saddle",
            [shapes.ball("s", (x, 0, 3.05 + 0.12 * x * x * 4), (0.2, 0.13, 0.08)) for x in (-0.3, -0.15, 0, 0.15, 0.3)],
            0.03,
            3,
            rubber,
        )
    )
    for side in (-1, 1):
        tip = np.array([side * 0.3, side * 0.25, 1 - side * 0.2])
        stage.put(
            sheets(
                "crank",
                [
                    pipe(np.linspace((0, side * 0.22, 1), tip, 3), 0.035, 8),
                    pipe(np.linspace(tip, tip + (0, side * 0.3, 0), 3), 0.08, 8, True),
                ],
                chrome,
                closed=True,
            )
        )


MAKERS = {
    "wheel": wheel,
    "bicycle": bicycle,
    "fan": fan,
    "umbrella frame": umbrella_frame,
    "carriage wheel": carriage_wheel,
    "unicycle": unicycle,
}
