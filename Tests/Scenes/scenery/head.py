"""Long wavy hair from behind, before a blurred room: locks, thin ends, flyaways.

The head looks along -y before it is turned; its centre is the middle of the skull.
"""

import math

import numpy as np
from mathutils import Matrix, kdtree

from . import materials as paints
from . import rooms, shapes
from .plush import chain
from .shapes import ball, unit

SIZE = (1050, 1400)
SAMPLES = 20
YAW = math.radians(-146)
SKULL = ((0, 0.012, 0.0), (0.076, 0.096, 0.088))
PART = 0.016  # the hair is parted a little to one side

# What the hair lies on: ellipsoids (centre, radii), the last ones an invisible guard that
# keeps it out of the face.
BODIES = [
    SKULL,
    ((0, -0.028, -0.045), (0.066, 0.068, 0.082)),
    ((0, 0.034, -0.15), (0.064, 0.076, 0.125)),
    ((-0.08, 0.027, -0.247), (0.132, 0.070, 0.068)),
    ((0.08, 0.027, -0.247), (0.132, 0.070, 0.068)),
    ((0, 0.015, -0.37), (0.182, 0.112, 0.19)),
    ((0, 0.028, -0.195), (0.084, 0.084, 0.045)),
    ((0, -0.095, -0.055), (0.064, 0.062, 0.108)),
]
TORSO = (3, 4, 5)


def build(stage):
    stage.scene.cycles.max_bounces = 5
    person(stage)
    hair(stage)
    turn = Matrix.Rotation(YAW, 4, "Z")
    for thing in list(stage.subject.objects):
        thing.matrix_world = turn @ Matrix.LocRotScale(thing.location, thing.rotation_euler, thing.scale)
    surroundings(stage)


def person(stage):
    plaster = paints.Material("plaster")
    tone = plaster.ramp(plaster.noise(plaster.position(), 22, 6), (0.3, (0.60, 0.47, 0.375)), (0.7, (0.65, 0.52, 0.42)))
    plaster.principled(
        tone,
        0.5,
        Normal=plaster.bump(plaster.noise(plaster.position(), 700, 3), 0.12, 0.0004),
        Subsurface_Weight=0.15,
        Subsurface_Scale=0.006,
    )
    parts = [
        ball("skull", SKULL[0], (0.0745, 0.094, 0.086)),
        ball("face", (0, -0.034, -0.045), (0.058, 0.060, 0.073)),
        ball("brow", (0, -0.066, 0.004), (0.051, 0.028, 0.021)),
        ball("chin", (0, -0.079, -0.106), (0.021, 0.018, 0.017)),
        ball("jaw", (0, -0.055, -0.092), (0.042, 0.038, 0.028)),
    ]
    parts += chain((0, -0.088, -0.004), (0, -0.110, -0.047), 0.0065, 0.0098, 9)
    parts += chain((0, 0.022, -0.07), (0, 0.032, -0.23), 0.050, 0.056, 12)
    for side in (-1, 1):
        parts += [
            ball("cheek", (side * 0.033, -0.062, -0.042), (0.023, 0.027, 0.026)),
            ball("nostril", (side * 0.009, -0.100, -0.049), (0.0075, 0.008, 0.0065)),
            ball("lid", (side * 0.029, -0.0795, -0.0165), (0.0145, 0.0105, 0.009)),
        ]
        parts += chain((side * 0.02, -0.0945, -0.0745), (0, -0.0985, -0.0728), 0.0042, 0.0056, 6) + chain(
            (side * 0.019, -0.0935, -0.0765), (0, -0.0965, -0.0815), 0.004, 0.0066, 6
        )
    skin = shapes.blend("skin", parts, 0.0019, 7, plaster.data)
    stage.put(skin, True)

    # Under the hair, so that no pale scalp shines through at the parting.
    cap = [ball("cap", (0, 0.016, 0.0), (0.0742, 0.0915, 0.0858))]
    stage.put(shapes.blend("cap", cap, 0.003, 2, paints.plain("cap", (0.075, 0.030, 0.012), 0.7)), True)

    wool = paints.cloth("wool", (0.055, 0.105, 0.125), 0.0032, sheen=0.5, relief=1.0)
    torso = [ball("chest", (0, 0.015, -0.37), (0.165, 0.100, 0.15))]
    for side in (-1, 1):
        torso += chain((side * 0.03, 0.03, -0.222), (side * 0.145, 0.025, -0.268), 0.045, 0.050, 10)
        torso += chain((side * 0.15, 0.025, -0.27), (side * 0.19, 0.03, -0.50), 0.056, 0.052, 14)
    stage.put(shapes.blend("garment", torso, 0.004, 14, wool), True)
    angle = np.linspace(0, 2 * math.pi, 80)
    collar = np.stack([0.066 * np.cos(angle), 0.028 + 0.066 * np.sin(angle), -0.172 + 0.018 * np.sin(angle)], axis=-1)
    for row in range(4):
        ring = collar * (1 + 0.02 * row, 1 + 0.02 * row, 1) - (0, 0, 0.012 * row)
        stage.put(shapes.tube("collar", ring, 0.0085, wool, 14), True)


def push_out(points, layer):
    """Moves points that lie inside a body, grown by `layer`, to its surface."""
    for index, (centre, radii) in enumerate(BODIES):
        grown = np.asarray(radii) + layer
        local = (points - centre) / grown
        inside = np.linalg.norm(local, axis=1, keepdims=True)
        if index in TORSO:  # hair lies down on the back or the chest; it does not slide off sideways
            moved = points.copy()
            depth = np.sqrt(np.clip(1 - local[:, 0] ** 2 - local[:, 2] ** 2, 0, 1)) * grown[:, 1]
            moved[:, 1] = centre[1] + np.where(points[:, 1] > -0.015, 1, -1) * depth
        else:
            moved = centre + local / (inside + 1e-9) * grown
        points = np.where(inside < 1, moved, points)
    return points


def roots(count, random):
    """Points on the skull above the hairline."""
    direction = unit(random.normal(size=(6 * count, 3)))
    point = np.asarray(SKULL[0]) + direction * SKULL[1] * 0.995
    line = np.interp(point[:, 1], [-0.09, -0.060, -0.03, 0.0, 0.03, 0.07, 0.11], [0.052, 0.042, 0.018, -0.012, -0.045, -0.065, -0.07])
    line += 0.004 * shapes.drift(point, 0.03, random)[:, 0]
    return point[point[:, 2] > line][:count]


def grow(root, length, layer, gravity, random, steps):
    """Lets strands run down over the head and the shoulders."""
    count = len(root)
    normal = unit((root - SKULL[0]) / np.square(SKULL[1]))
    side = np.where(root[:, :1] > PART, 1.0, -1.0)
    away = np.concatenate([0.9 * side, np.full((count, 1), 0.30), np.full((count, 1), -0.12)], axis=1)
    back = np.clip((root[:, 1:2] - 0.03) / 0.06, 0, 1)  # at the back of the head it simply falls
    away = away * (1 - back) + back * np.array([0, 0.1, -1.0])
    along = away - normal * np.sum(away * normal, axis=1, keepdims=True)
    heading = unit(unit(along) + 0.35 * normal)
    point, points = root.copy(), [root]
    step = length / (steps - 1)
    for index in range(1, steps):
        pull = gravity * (0.35 + 0.65 * min(1, 15 * index / steps / 5))
        inward = np.array([0, 0.025, 0]) - point  # towards the neck, once below the ears
        inward[:, 2] = 0
        down = np.array([0, 0, -1.0]) + np.clip(-6 * point[:, 2:3], 0, 0.5) * (point[:, 2:3] > -0.15) * inward * 5
        heading = unit(heading + pull * down + 0.05 * shapes.drift(point, 0.12, random_copy(random)))
        moved = push_out(point + heading * step, layer * min(1.0, index / 4))
        heading = unit(0.35 * heading + 0.65 * unit(moved - point))
        point = point + unit(moved - point) * step
        points.append(point)
    path = np.stack(points, axis=1)
    for _ in range(14):  # hair is stiff: no kinks where it was pushed aside
        path[:, 1:-1] = 0.5 * path[:, 1:-1] + 0.25 * (path[:, :-2] + path[:, 2:])
    # Smoothing cuts corners over the round of the skull: back out to where the hair lies.
    local = path - SKULL[0]
    grown = np.asarray(SKULL[1]) + (0.3 * layer * np.minimum(1, np.arange(steps) / 2))[..., None]
    inside = np.linalg.norm(local / grown, axis=-1, keepdims=True)
    return np.where(inside < 1, SKULL[0] + local / inside, path)


def random_copy(random):
    """The same field at every step: a fresh generator from a fixed seed."""
    return np.random.default_rng(77)


def hair(stage, count=26_000, steps=40, locks=380):
    random = stage.random
    root = roots(count, random)
    count = len(root)
    height = np.clip((root[:, 2:3] + 0.07) / 0.16, 0, 1)
    layer = 0.003 + (0.0045 * random.random((count, 1)) + 0.003 * (1 + shapes.drift(root, 0.12, random)[:, :1]).clip(0, 2)) * (0.4 + 0.6 * height)
    long = 0.33 + 0.11 * height + 0.06 * random.random((count, 1))
    path = grow(root, long, layer, 0.55 + 0.15 * random.random((count, 1)), random, steps)

    # Locks: strands near a leader share its wave and gather towards it.
    leaders = random.choice(count, locks, replace=False)
    tree = kdtree.KDTree(locks)
    for index, leader in enumerate(leaders):
        tree.insert(root[leader] * (1, 1, 1), index)
    tree.balance()
    lock = np.array([tree.find(point)[1] for point in root])
    t = np.linspace(0, 1, steps)[None, :, None]
    gather = (0.93 * np.clip(t * 2.2, 0, 1) ** 1.2) * random.uniform(0.8, 1.0, (count, 1, 1))
    spread = random.normal(size=(count, 1, 3)) * 0.0042 * (1.15 - t)
    path = path * (1 - gather) + gather * (path[leaders[lock]] + spread)

    wave_length = random.uniform(0.084, 0.094, locks)[lock][:, None, None]
    phase = (1.6 * shapes.drift(root[leaders], 0.22, random)[:, 0] + 0.3 * random.normal(size=locks))[lock][:, None, None] + random.normal(
        size=(count, 1, 1)
    ) * 0.16
    swell = random.uniform(0.6, 1.15, locks)[lock][:, None, None] * 0.012
    arc = long[:, None] * t
    onset = np.clip((arc - 0.055) / 0.14, 0, 1) ** 1.3
    out = path - np.array([0, 0.02, 0]) * 1.0
    out[..., 2] = 0
    out = unit(out)
    tangential = np.stack([-out[..., 1], out[..., 0], 0 * out[..., 0]], axis=-1)
    # By height, not by length along the strand: so the layers over one another wave together.
    angle = -2 * math.pi * path[..., 2:] / wave_length + phase
    path = path + onset * swell * (np.sin(angle) * tangential + 0.65 * (np.cos(angle) + 0.25) * out)
    path += 0.0020 * shapes.drift(path, 0.09, random) * np.clip(4 * t, 0, 1)

    # Flyaways: single hairs that leave their lock.
    loose = random.random(count) < 0.028
    some = int(loose.sum())
    astray = shapes.drift(path[loose] + random.normal(size=(some, 1, 3)) * 0.05, 0.30, random)
    above = np.clip((path[loose][..., 2:] + 0.08) / 0.08, 0, 1)  # over the skull they rise, below it they spread
    off = unit(above * unit(path[loose] - SKULL[0]) + (1 - above) * out[loose])
    arch = np.sin(math.pi * np.clip(t * random.uniform(0.8, 2.6, (some, 1, 1)), 0, 1)) ** 0.8
    lift = random.uniform(0.002, 0.022, (some, 1, 1)) * arch + random.uniform(0, 0.022, (some, 1, 1)) * t**1.5
    path[loose] += lift * off + 0.010 * np.clip(3 * t, 0, 1) * astray * random.uniform(0.2, 1.2, (some, 1, 1))
    short = random.random(count) < 0.02  # new growth around the crown and the hairline
    path[short] = (
        root[short][:, None]
        + (path[short] - root[short][:, None]) * 0.26
        + 0.013 * t**1.3 * unit(root[short] - SKULL[0])[:, None]
        + 0.008 * t * shapes.drift(path[short], 0.2, random)
    )

    width = random.uniform(0.000062, 0.000095, (count, 1)) * np.linspace(1, 0.35, steps) ** 0.6
    width[loose] *= 0.75
    colour = paints.hair("auburn", (0.075, 0.026, 0.009), roughness=0.25, radial=0.3, variation=0.35, tip=(0.19, 0.078, 0.026))
    stage.put(shapes.strands("hair", path, width, colour), True)


def surroundings(stage):
    rooms.living_room(stage, depth=2.3, floor=-1.15, left=-0.15, wall=(0.44, 0.47, 0.44))
    stage.ambient((0.75, 0.85, 1.0), 0.10)
    stage.softbox((-1.3, 0.9, 0.7), (0, 0, -0.05), (0.8, 1.3), 40, (0.95, 0.98, 1.0))
    stage.softbox((-0.9, -1.5, 0.7), (0, 0, -0.05), (0.9, 0.9), 26, (1.0, 0.96, 0.9))
    stage.softbox((1.4, 0.8, 0.8), (0, 0, -0.05), (0.5, 1.1), 30, (1.0, 0.82, 0.62))
    stage.softbox((0.0, 1.0, 1.4), (0, 2.3, -0.3), (2.0, 0.8), 18, (1.0, 0.93, 0.84))
    stage.camera((0.0, -2.1, 0.02), (0.012, 0.0, -0.115), 122, focus=(0.0, -0.09, -0.05), fstop=5.6)
    stage.exposure(0.7)
