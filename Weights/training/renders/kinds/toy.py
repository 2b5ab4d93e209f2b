"""Toys of smooth plastic and painted wood: bricks, balls, rings, cars, blocks."""

import math

import numpy as np
from mathutils import Matrix

from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["bricks", "ball", "ring tower", "car", "blocks", "duck"]
HELD_OUT = ["robot", "spinning top", "windmill"]
BRIGHT = [
    (0.65, 0.02, 0.02),
    (0.02, 0.12, 0.55),
    (0.80, 0.55, 0.01),
    (0.02, 0.32, 0.06),
    (0.75, 0.74, 0.72),
    (0.03, 0.03, 0.03),
    (0.75, 0.25, 0.02),
    (0.6, 0.15, 0.35),
]
HELD_OUT_BRIGHT = [(0.05, 0.45, 0.45), (0.30, 0.08, 0.45), (0.55, 0.55, 0.05), (0.45, 0.47, 0.5)]


def build(stage, variant: str, held_out: bool) -> None:
    stage.elevation, stage.shiny = (2, 42), True
    random = stage.random
    palette = HELD_OUT_BRIGHT if held_out else BRIGHT

    def colour():
        chosen = jitter(random, palette[int(random.integers(len(palette)))], 0.12)
        if random.random() < 0.25:
            return paints.wood("wood", tuple(0.6 * c for c in chosen), chosen, board=50, length=90)
        return paints.plain("plastic", chosen, float(random.choice([0.12, 0.3, 0.5])), Subsurface_Weight=0.0)

    MAKERS[variant](stage, random, colour)


def bricks(stage, random, colour) -> None:
    """Studded bricks, stacked off centre."""
    top = 0.0
    for _ in range(int(random.integers(1, 7))):
        long, wide = int(random.choice([2, 3, 4, 6])), int(random.choice([1, 2, 2]))
        material, tall = colour(), 1.2 if random.random() < 0.7 else 0.4
        x, y = float(random.integers(-1, 2)), float(random.integers(-1, 2)) * 0.5
        turn = random.random() < 0.4
        if turn:
            long, wide = wide, long
        stage.put(shapes.box("brick", (x, y, top + tall / 2), (long - 0.03, wide - 0.03, tall), material, bevel=0.03))
        for i in range(long):
            for j in range(wide):
                stud = [(0.001, 0.2), (0.27, 0.2), (0.3, 0.17), (0.3, 0.0)]
                thing = shapes.turned("stud", np.repeat(stud, 1, 0), material, 24)
                thing.location = (x + i - (long - 1) / 2, y + j - (wide - 1) / 2, top + tall)
                stage.put(thing)
        top += tall


def ball(stage, random, colour) -> None:
    first, second = colour(), colour()
    stage.put(shapes.ball("ball", (0, 0, 1), [1.0] * 3, first, detail=48))
    for turn in range(int(random.integers(0, 4))):
        angle = np.linspace(0, 2 * math.pi, 90)
        ring = 1.003 * np.stack([np.cos(angle), np.sin(angle), 0 * angle], -1)
        spin = np.array(Matrix.Rotation(turn * 1.05, 3, "X") @ Matrix.Rotation(turn * 0.7, 3, "Y"))
        stage.put(shapes.tube("stripe", ring @ spin.T + (0, 0, 1), 0.07, second, 12, flat=0.25, up=tuple(spin[:, 2])))


def ring_tower(stage, random, colour) -> None:
    count, z = int(random.integers(4, 8)), 0.35
    stage.put(
        shapes.turned(
            "foot",
            shapes.smooth_path(
                [(0.001, 0), (1.1, 0), (1.15, 0.1), (1.0, 0.3), (0.2, 0.35), (0.14, 0.6), (0.12, 3.4), (0.001, 3.45)],
                90,
            ),
            colour(),
            64,
        )
    )
    for index in range(count):
        r = 0.85 - 0.5 * index / count
        angle = np.linspace(0, 2 * math.pi, 72)
        thick = 0.22
        path = np.stack([r * np.cos(angle), r * np.sin(angle), np.full(72, z + thick)], -1)
        stage.put(shapes.tube("ring", path, thick * 1.15, colour(), 24, flat=0.9))
        z += 2 * thick * 0.9
    stage.put(shapes.ball("knob", (0, 0, 3.5), [0.3] * 3, colour()))


def wheel(stage, at, radius: float, width: float, tyre, rim) -> None:
    profile = shapes.smooth_path(
        [
            (0.5 * radius, -width / 2),
            (0.9 * radius, -width / 2),
            (radius, -0.3 * width),
            (radius, 0.3 * width),
            (0.9 * radius, width / 2),
            (0.5 * radius, width / 2),
        ],
        40,
    )
    for thing in (
        shapes.turned("tyre", profile, tyre, 48),
        shapes.ball("hub", (0, 0, 0), (0.52 * radius, 0.52 * radius, 0.42 * width), rim, detail=20),
    ):
        thing.location, thing.rotation_euler = at, (math.pi / 2, 0, 0)
        stage.put(thing)


def car(stage, random, colour) -> None:
    body, dark, rim = colour(), paints.plain("rubber", (0.02, 0.02, 0.02), 0.6), colour()
    stage.put(shapes.box("body", (0, 0, 0.62), (3.2, 1.3, 0.6), body, bevel=0.18, segments=6))
    stage.put(
        shapes.box(
            "cabin",
            (0.15 + 0.3 * random.normal(), 0, 1.1),
            (random.uniform(1.2, 1.9), 1.1, 0.6),
            colour(),
            bevel=0.2,
            segments=6,
        )
    )
    for x in (-1.0, 1.0):
        for y in (-0.68, 0.68):
            wheel(stage, (x, y, 0.4), 0.4, 0.3, dark, rim)
    for y in (-0.4, 0.4):
        stage.put(shapes.ball("lamp", (-1.6, y, 0.7), [0.12] * 3, paints.plain("lamp", (0.8, 0.78, 0.6), 0.1), detail=12))


def blocks(stage, random, colour) -> None:
    for index in range(int(random.integers(3, 8))):
        material, row = colour(), index // 3
        at = (1.15 * (index % 3) - 1.1 + 0.1 * random.normal() + 0.4 * row, 0.12 * random.normal(), 0.5 + row)
        choice = random.integers(3)
        if choice == 0:
            thing = shapes.box("cube", at, (1, 1, 1), material, bevel=0.06, turn=random.normal() * 0.3)
        elif choice == 1:
            thing = shapes.turned(
                "cylinder",
                [(0.001, -0.5), (0.46, -0.5), (0.5, -0.46), (0.5, 0.46), (0.46, 0.5), (0.001, 0.5)],
                material,
                48,
            )
            thing.location = at
        else:
            thing = shapes.turned("cone", [(0.001, -0.5), (0.5, -0.5), (0.52, -0.46), (0.02, 0.5), (0.001, 0.5)], material, 48)
            thing.location = at
        stage.put(thing)


def duck(stage, random, colour) -> None:
    ball_, body = shapes.ball, colour()
    parts = [
        ball_("body", (0, 0, 0.6), (1.1, 0.8, 0.6)),
        ball_("tail", (1.0, 0, 0.95), (0.35, 0.4, 0.25), rotation=(0, -0.6, 0)),
        ball_("head", (-0.65, 0, 1.45), (0.55, 0.52, 0.52)),
    ]
    parts += [ball_("wing", (0.15, side * 0.72, 0.7), (0.6, 0.16, 0.32)) for side in (-1, 1)]
    stage.put(shapes.blend("duck", parts, 0.05, 4, body))
    beak = paints.plain("beak", jitter(random, (0.8, 0.25, 0.02), 0.2), 0.3)
    stage.put(ball_("beak", (-1.22, 0, 1.38), (0.28, 0.24, 0.08), beak))
    stage.put(ball_("beak", (-1.2, 0, 1.28), (0.22, 0.2, 0.06), beak))
    black = paints.plain("eye", (0.01, 0.01, 0.01), 0.1)
    for side in (-1, 1):
        stage.put(ball_("eye", (-1.02, side * 0.3, 1.6), [0.09] * 3, black, detail=12))


def robot(stage, random, colour) -> None:
    a, b, c = colour(), colour(), paints.plain("metal", (0.6, 0.6, 0.62), 0.25, Metallic=1.0)
    stage.put(shapes.box("chest", (0, 0, 2.0), (1.3, 0.9, 1.4), a, bevel=0.1))
    stage.put(shapes.box("head", (0, 0, 3.2), (0.9, 0.8, 0.7), b, bevel=0.1))
    stage.put(shapes.tube("neck", [(0, 0, 2.6), (0, 0, 2.95)], 0.15, c, 16))
    for side in (-1, 1):
        stage.put(shapes.ball("eye", (side * 0.22, -0.4, 3.25), [0.13] * 3, paints.plain("eye", (0.8, 0.7, 0.1), 0.1), detail=12))
        arm = shapes.smooth_path(
            [
                (side * 0.6, 0, 2.5),
                (side * 1.0, -0.1, 2.3),
                (side * random.uniform(0.9, 1.4), -0.5, random.uniform(1.3, 2.9)),
            ],
            30,
        )
        stage.put(shapes.tube("arm", arm, 0.11 + 0.025 * np.sin(np.linspace(0, 60, 30)), c, 16))
        stage.put(shapes.ball("hand", arm[-1], [0.2] * 3, b, detail=16))
        stage.put(shapes.box("leg", (side * 0.35, 0, 0.75), (0.4, 0.5, 1.1), b, bevel=0.06))
        stage.put(shapes.box("foot", (side * 0.38, -0.15, 0.12), (0.55, 0.95, 0.25), a, bevel=0.06))
        stage.put(shapes.tube("aerial", [(side * 0.25, 0, 3.5), (side * 0.4, 0, 4.1)], 0.025, c, 8))
        stage.put(shapes.ball("tip", (side * 0.4, 0, 4.1), [0.07] * 3, a, detail=10))


def spinning_top(stage, random, colour) -> None:
    profile = shapes.smooth_path(
        [
            (0.001, 0),
            (0.06, 0.05),
            (0.1, 0.4),
            (0.9, 1.0),
            (1.2, 1.35),
            (1.0, 1.6),
            (0.25, 1.8),
            (0.1, 2.0),
            (0.09, 2.9),
            (0.2, 3.0),
            (0.001, 3.1),
        ],
        140,
    )
    cut = [0, 60, 84, 140]
    for a, b in zip(cut, cut[1:]):
        stage.put(shapes.turned("top", profile[a : b + 1], colour(), 96))
    stage.turn(Matrix.Rotation(random.normal() * 0.35, 4, "Y"))


def windmill(stage, random, colour) -> None:
    """A pinwheel on a thin stick."""
    stage.put(shapes.tube("stick", [(0, 0.1, -3.4), (0, 0.1, 0.1)], 0.06, colour(), 12))
    count, phase = int(random.integers(4, 9)), random.random() * 6
    for k in range(count):
        angle = phase + 2 * math.pi * k / count
        s, t = np.meshgrid(np.linspace(0, 1, 16), np.linspace(0, 1, 16))
        swept = angle + 0.9 * s * t * 2 * math.pi / count + 0.1 * t
        r = 0.1 + 1.5 * t * (1 - 0.35 * s)
        bow = 0.35 * np.sin(math.pi * t) * s
        thing = shapes.grid("sail", np.stack([r * np.cos(swept), -0.05 - bow, r * np.sin(swept)], -1), colour())
        stage.put(thing)
    stage.put(shapes.ball("pin", (0, -0.15, 0), [0.1] * 3, colour(), detail=12))


MAKERS = {"bricks": bricks, "ball": ball, "ring tower": ring_tower, "car": car, "blocks": blocks, "duck": duck}
MAKERS |= {"robot": robot, "spinning top": spinning_top, "windmill": windmill}
