"""A plush bear on a wooden table, lit from a window: short dense fur all around the outline."""

import math

import numpy as np
from mathutils import Matrix, kdtree

from . import materials as paints
from . import rooms, shapes
from .shapes import ball, unit

SIZE = (1200, 1600)
SAMPLES = 24


def fur(stage, skin, count, length, material, radius=0.00011, comb=(0, 0, -1), lie=0.55, tuft=26, keep=None):
    """Combs `count` strands over a skin, drawn together in tufts like the pile of a toy."""
    random = stage.random
    root, normal = shapes.scatter(skin, count, random)
    if keep is not None:
        chosen = keep(root)
        root, normal = root[chosen], normal[chosen]
    count = len(root)
    flow = np.broadcast_to(np.asarray(comb, float), root.shape) + 0.55 * shapes.drift(root, 0.09, random)
    flow -= normal * np.sum(flow * normal, axis=1, keepdims=True)
    lean = unit(normal + lie * flow + 0.16 * random.normal(size=root.shape))
    long = length * random.uniform(0.55, 1.1, (count, 1)) * (1 + 0.15 * shapes.drift(root, 0.05, random)[:, :1])
    wisp = random.random((count, 1)) < 0.03  # a few stray hairs stand off the pile
    long = np.where(wisp, 1.35 * long, long)
    t = np.linspace(0, 1, 5)[None, :, None]
    bend = unit(flow) * 0.35 + np.array([0, 0, -0.12])
    path = root[:, None] + long[:, None] * (lean[:, None] * t + bend[:, None] * t**2 * 0.6)
    path += (long * 0.16)[:, None] * t**1.5 * shapes.drift(path[:, 1:2] * 1.0, 0.006, random)
    # Pull each strand's tip towards the tip of its tuft's leader.
    leaders = random.choice(count, max(1, count // tuft), replace=False)
    tree = kdtree.KDTree(len(leaders))
    for index, leader in enumerate(leaders):
        tree.insert(root[leader], index)
    tree.balance()
    nearest = leaders[[tree.find(point)[1] for point in root]]
    pull = np.where(wisp, 0.0, random.uniform(0.25, 0.75, (count, 1)))[:, None] * t**1.6
    path = path * (1 - pull) + pull * (path[nearest] + 0.15 * (root - root[nearest])[:, None])
    width = radius * np.array([1.0, 0.95, 0.85, 0.6, 0.15]) * random.uniform(0.7, 1.2, (count, 1))
    return stage.put(shapes.strands("fur", path, width, material), subject=True)


def chain(start, end, r0, r1, count=7, sag=(0, 0, 0)):
    """Overlapping balls from one point to another: a limb."""
    a, b, s = (np.asarray(v, float) for v in (start, end, sag))
    steps = np.linspace(0, 1, count)
    return [ball("limb", a + (b - a) * t + s * math.sin(math.pi * t), [r0 + (r1 - r0) * t] * 3, detail=16) for t in steps]


def tilted(parts, pivot, roll, yaw):
    """Turns objects about a point: the bear holds its head a little to one side."""
    turn = Matrix.Translation(pivot) @ Matrix.Rotation(yaw, 4, "Z") @ Matrix.Rotation(roll, 4, "Y") @ Matrix.Translation([-p for p in pivot])
    for part in parts:
        part.matrix_world = turn @ Matrix.LocRotScale(part.location, part.rotation_euler, part.scale)
        part.location, part.rotation_euler, part.scale = (
            part.matrix_world.decompose()[0],
            part.matrix_world.to_euler(),
            part.matrix_world.to_scale(),
        )
    return parts


def build(stage):
    neck, roll, yaw = (0, 0, 0.16), math.radians(7), math.radians(-5)
    honey = paints.hair("honey fur", (0.50, 0.245, 0.085), tip=(0.70, 0.40, 0.165))
    cream = paints.hair("cream fur", (0.80, 0.59, 0.35), tip=(0.90, 0.75, 0.52))
    backing = paints.plain("backing", (0.34, 0.18, 0.08), 0.9)
    pale = paints.plain("pale backing", (0.62, 0.46, 0.3), 0.9)

    body = [
        ball("body", (0, 0.012, 0.085), (0.077, 0.07, 0.088)),
        ball("chest", (0, 0.008, 0.14), (0.06, 0.055, 0.045)),
    ]
    for side in (-1, 1):
        body += chain((side * 0.058, 0.0, 0.142), (side * 0.094, -0.052, 0.066), 0.026, 0.031, sag=(side * 0.016, 0, 0.0))
        body += chain((side * 0.048, -0.02, 0.040), (side * 0.088, -0.118, 0.040), 0.040, 0.036)
        body += [
            ball(
                "foot",
                (side * 0.091, -0.128, 0.049),
                (0.036, 0.024, 0.047),
                rotation=(math.radians(-8), 0, side * math.radians(18)),
            )
        ]
    head = [
        ball("head", (0, -0.004, 0.222), (0.076, 0.068, 0.067)),
        ball("cheeks", (0, -0.02, 0.204), (0.074, 0.055, 0.047)),
    ]
    for side in (-1, 1):
        head += [ball("ear", (side * 0.062, 0.006, 0.28), (0.031, 0.016, 0.031), rotation=(0, side * 0.5, side * -0.25))]
    snout = [ball("snout", (0, -0.066, 0.203), (0.036, 0.03, 0.028))]
    inner = [ball("inner ear", (side * 0.0615, -0.005, 0.279), (0.02, 0.0085, 0.02), rotation=(0, side * 0.5, side * -0.25)) for side in (-1, 1)]
    pads = [
        ball(
            "pad",
            (side * 0.0945, -0.1435, 0.052),
            (0.026, 0.0115, 0.034),
            rotation=(math.radians(-8), 0, side * math.radians(18)),
        )
        for side in (-1, 1)
    ]
    for group in (head, snout, inner):
        tilted(group, neck, roll, yaw)

    skin = shapes.blend("skin", body + head, 0.0035, 6, backing)
    muzzle = shapes.blend("muzzle", snout, 0.003, 3, pale)
    centre = np.array(snout[0].location)
    stage.put(skin, True), stage.put(muzzle, True)

    def outside_face(points):
        """Honey fur stops where the muzzle, the ears' insides and the ribbon begin."""
        ok = np.linalg.norm((points - centre) / (0.038, 0.036, 0.030), axis=1) > 0.93
        for part in inner + pads:
            inverse = np.array(part.matrix_world.inverted() if part in inner else Matrix.LocRotScale(part.location, part.rotation_euler, part.scale).inverted())
            local = points @ inverse[:3, :3].T + inverse[:3, 3]
            ok &= np.linalg.norm(local, axis=1) > 0.97
        return ok

    fur(stage, skin, 330_000, 0.0105, honey, keep=outside_face)
    fur(stage, muzzle, 42_000, 0.0052, cream, comb=(0, 0.6, -0.5), tuft=14)
    for part in inner + pads:
        patch = shapes.blend("patch", [part], 0.002, 2, pale)
        stage.put(patch, True)
        fur(stage, patch, 14_000, 0.0042, cream, comb=(0, 0, -0.4), tuft=10)

    details(stage, neck, roll, yaw)
    bow(stage)
    surroundings(stage)


def details(stage, neck, roll, yaw):
    """Glass eyes, an embroidered nose, a stitched mouth."""
    black = paints.plain("eye", (0.008, 0.006, 0.005), 0.08, Coat_Weight=1.0, Coat_Roughness=0.02)
    thread = paints.cloth("thread", (0.03, 0.018, 0.014), 0.0007, sheen=0.2, roughness=0.6)
    parts = [ball("eye", (side * 0.031, -0.0725, 0.232), (0.0098, 0.0085, 0.0098), black) for side in (-1, 1)]
    parts.append(ball("nose", (0, -0.0965, 0.2135), (0.0135, 0.0085, 0.0088), thread, rotation=(math.radians(20), 0, 0)))
    for part in tilted(parts, neck, roll, yaw):
        stage.put(part, True)
    mouth = [
        [(0, -0.1005, 0.207), (0, -0.1025, 0.199), (0, -0.101, 0.192)],
        [(0, -0.101, 0.192), (0.008, -0.0985, 0.186), (0.0165, -0.092, 0.187)],
        [(0, -0.101, 0.192), (-0.008, -0.0985, 0.186), (-0.0165, -0.092, 0.187)],
    ]
    lines = [shapes.tube("stitch", shapes.smooth_path(line, 16), 0.0011, thread, 8) for line in mouth]
    for line in tilted(lines, neck, roll, yaw):
        stage.put(line, True)


def bow(stage):
    """A ribbon around the neck, tied in a bow under the chin."""
    satin = paints.cloth("ribbon", (0.30, 0.035, 0.04), 0.0008, sheen=0.5, roughness=0.45, relief=0.35)
    angle = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    rim = np.stack([0.0665 * np.cos(angle), 0.0635 * np.sin(angle) + 0.002, 0.163 - 0.010 * np.sin(-angle)], axis=-1)
    wide = np.linspace(-1, 1, 7)
    band = rim[:, None] + wide[None, :, None] * np.array([0, 0, 0.0085]) + (1 - wide[None, :, None] ** 2) * 0.002 * unit(rim * (1, 1, 0))[:, None]
    stage.put(thick(shapes.grid("band", band, satin, closed_u=True)), True)
    knot = np.array([0, -0.073, 0.150])
    stage.put(ball("knot", knot, (0.0088, 0.0075, 0.0095), satin), True)
    for side in (-1, 1):
        loop = shapes.smooth_path(
            [
                (0, 0, 0),
                (side * 0.02, -0.010, 0.013),
                (side * 0.043, -0.009, 0.013),
                (side * 0.046, -0.002, 0.004),
                (side * 0.036, 0.002, -0.004),
                (side * 0.018, 0.002, -0.003),
                (0, 0.001, 0),
            ],
            60,
        )
        swell = 0.0055 + 0.0095 * np.sin(np.linspace(0, math.pi, 60)) ** 0.8
        crease = 0.0012 * np.sin(np.linspace(0, 9, 60))
        points = knot + loop[:, None] + wide[None, :, None] * swell[:, None, None] * np.array([0.15 * side, -0.35, 1.0]) * 0.93
        points[..., 1] += crease[:, None] * (1 - wide[None] ** 2)
        stage.put(thick(shapes.grid("loop", points, satin)), True)
        tail = shapes.smooth_path(
            [
                (0, 0.001, 0),
                (side * 0.010, -0.006, -0.014),
                (side * 0.020, -0.005, -0.032),
                (side * 0.026, -0.010, -0.052),
            ],
            40,
        )
        half = np.linspace(0.005, 0.0105, 40)
        points = knot + tail[:, None] + wide[None, :, None] * half[:, None, None] * np.array([1.0, 0.25 * side, 0.3 * side])
        points[..., 2] -= np.linspace(0, 1, 40)[:, None] ** 4 * 0.008 * np.abs(wide)[None]  # swallow-tail end
        points[..., 1] += 0.0022 * np.sin(np.linspace(0, 8, 40))[:, None] * (1 + wide[None])
        stage.put(thick(shapes.grid("tail", points, satin)), True)


def thick(thing, amount=0.0009):
    solid = thing.modifiers.new("solid", "SOLIDIFY")
    solid.thickness, solid.offset = amount, 0
    round_ = thing.modifiers.new("round", "SUBSURF")
    round_.levels = round_.render_levels = 1
    return thing


def surroundings(stage):
    rooms.living_room(stage, depth=2.4, left=-0.10)
    rooms.table(stage)
    stage.ambient((0.75, 0.85, 1.0), 0.10)
    stage.softbox((-1.5, 0.55, 1.0), (0, 0, 0.15), (1.0, 1.3), 42, (0.93, 0.97, 1.0))
    stage.softbox((-0.7, -1.5, 0.9), (0, 0, 0.15), (1.0, 0.8), 9, (1.0, 0.96, 0.9))
    stage.softbox((1.5, 0.9, 0.8), (0, 0, 0.2), (0.6, 0.9), 16, (1.0, 0.80, 0.58))
    stage.softbox((0.0, 1.2, 1.9), (0, 2.4, 0.1), (2.0, 0.8), 16, (1.0, 0.93, 0.84))
    stage.camera((0.10, -1.28, 0.30), (0.006, 0.0, 0.160), 93, focus=(0.01, -0.055, 0.21), fstop=7.1)
    stage.exposure(1.05)
