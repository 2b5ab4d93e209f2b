"""A spider plant in a terracotta pot: many thin arching leaves with the room between them."""

import math

import numpy as np

from . import materials as paints
from . import rooms, shapes

SIZE = (1050, 1400)
SAMPLES = 20
RIM = 0.150  # height of the pot's rim


def leaf(start, azimuth, elevation, length, width, droop, random, steps=36):
    """A ribbon that rises, arches over and hangs; returns points `(step, 7, 3)`."""
    t = np.linspace(0, 1, steps)
    angle = elevation - droop * t**1.35 - 0.12 * np.sin(3 * t + random.random() * 6)
    swing = azimuth + random.normal() * 0.35 * t**2
    step = length / (steps - 1)
    forward = np.stack([np.cos(angle) * np.cos(swing), np.cos(angle) * np.sin(swing), np.sin(angle)], axis=-1)
    spine = start + np.concatenate([np.zeros((1, 3)), np.cumsum(forward[:-1] * step, axis=0)])
    side = np.stack([-np.sin(swing), np.cos(swing), 0 * swing], axis=-1)
    above = np.cross(forward, side)
    twist = random.normal() * 0.9 * t**1.5
    across = np.cos(twist)[:, None] * side + np.sin(twist)[:, None] * above
    above = np.cross(forward, across)
    half = 0.5 * width * np.clip(0.45 + 2.2 * t, 0, 1) * (1 - t**2.6) ** 0.9 + 0.00025
    s = np.linspace(-1, 1, 7)
    fold = 0.55 * (1 - 0.5 * t)
    points = spine[:, None] + half[:, None, None] * (s[None, :, None] * across[:, None] - (fold[:, None] * np.abs(s)[None])[..., None] * above[:, None] * -1)
    return points


def put_leaf(stage, points, material):
    thing = shapes.grid("leaf", points, material)
    across = thing.data.attributes.new("across", "FLOAT", "POINT")
    across.data.foreach_set("value", np.broadcast_to(np.linspace(-1, 1, 7), points.shape[:2]).astype(np.float32).ravel())
    along = thing.data.attributes.new("along", "FLOAT", "POINT")
    along.data.foreach_set("value", np.broadcast_to(np.linspace(0, 1, len(points))[:, None], points.shape[:2]).astype(np.float32).ravel())
    finer = thing.modifiers.new("finer", "SUBSURF")
    finer.levels = finer.render_levels = 1
    stage.put(thing, True)


def foliage():
    """Green with a cream stripe down the middle, fibrous along the blade, some tips dry."""
    m = paints.Material("leaf")
    across = m.maths("ABSOLUTE", m.add("Attribute", attribute_name="across").outputs["Fac"])
    along = m.add("Attribute", attribute_name="along").outputs["Fac"]
    lot = m.add("ObjectInfo").outputs["Random"]
    wobble = m.maths("MULTIPLY", m.maths("SUBTRACT", m.noise(m.position(), 40, 3), 0.5), 0.25)
    green = m.mix(lot, (0.050, 0.135, 0.020), (0.125, 0.245, 0.045))
    stripe = m.ramp(m.maths("ADD", across, wobble), (0.24, (1, 1, 1)), (0.36, (0, 0, 0)))
    colour = m.mix(stripe, green, (0.62, 0.66, 0.36))
    dry = m.ramp(m.maths("ADD", along, m.maths("MULTIPLY", lot, 0.05)), (0.965, (0, 0, 0)), (1.0, (1, 1, 1)))
    colour = m.mix(dry, colour, (0.30, 0.17, 0.07))
    veins = m.maths("SINE", m.maths("MULTIPLY", across, 60.0))
    gloss = m.add("BsdfPrincipled", {"Base Color": colour, "Roughness": 0.38, "Normal": m.bump(veins, 0.15, 0.0004)})
    lighter = m.mix(1.0, colour, (1.0, 1.0, 0.55), "MULTIPLY")
    through = m.add("BsdfTranslucent", {"Color": lighter})
    both = m.add("MixShader", {"Fac": 0.38})
    m.set(both.inputs[1], gloss.outputs[0])
    m.set(both.inputs[2], through.outputs[0])
    return m.surface(both)


def build(stage):
    random, green = stage.random, foliage()
    base = np.array([0, 0, RIM - 0.012])
    for index in range(150):
        azimuth = index * 2.399963 + random.normal() * 0.25  # the golden angle spreads the rosette
        rank = index / 150  # inner leaves first: upright and young
        start = base + 0.028 * math.sqrt(rank) * np.array([math.cos(azimuth), math.sin(azimuth), 0])
        elevation = math.radians(88 - 38 * rank + random.normal() * 6)
        length = random.uniform(0.19, 0.30) + 0.10 * math.sin(math.pi * rank)
        points = leaf(
            start,
            azimuth,
            elevation,
            length,
            random.uniform(0.009, 0.015),
            random.uniform(0.9, 2.2) + 0.3 * rank,
            random,
        )
        lowest = points[..., 2].min()
        if lowest < 0.02:  # the blade would dip into the table: arch it less
            points = leaf(start, azimuth, elevation + 0.35, 0.8 * length, 0.011, 1.2, random)
        put_leaf(stage, points, green)
    runners(stage, base, green)
    pot(stage)
    surroundings(stage)


def runners(stage, base, green):
    """Wiry stems that carry plantlets."""
    random = stage.random
    stem = paints.plain("stem", (0.42, 0.44, 0.14), 0.5)
    for azimuth, reach, high, low in [
        (-0.55, 0.215, 0.22, 0.145),
        (3.75, 0.235, 0.24, 0.11),
        (-1.9, 0.21, 0.22, 0.17),
        (0.75, 0.22, 0.30, 0.22),
    ]:
        way = np.array([math.cos(azimuth), math.sin(azimuth), 0])
        path = shapes.smooth_path(
            [
                base,
                base + 0.3 * reach * way + (0, 0, 0.8 * high),
                base + 0.65 * reach * way + (0, 0, high - 0.02),
                base + 0.93 * reach * way + (0, 0, 0.55 * high),
                base + reach * way + (0, 0, low - RIM + 0.06),
            ],
            60,
        )
        stage.put(shapes.tube("runner", path, np.linspace(0.0016, 0.0009, 60), stem, 8), True)
        for index in range(13):
            start = path[-1] + random.normal(size=3) * 0.001
            points = leaf(
                start,
                index * 2.4,
                random.uniform(0.0, 1.2),
                random.uniform(0.05, 0.105),
                0.0065,
                random.uniform(0.6, 1.6),
                random,
                20,
            )
            put_leaf(stage, points, green)


def pot(stage):
    clay = paints.Material("terracotta")
    where = clay.position()
    tone = clay.ramp(
        clay.noise(where, 14, 7, 0.65),
        (0.3, (0.37, 0.135, 0.065)),
        (0.55, (0.50, 0.205, 0.10)),
        (0.75, (0.58, 0.30, 0.18)),
    )
    clay.principled(tone, 0.82, Normal=clay.bump(clay.noise(where, 240, 5), 0.35, 0.0006))
    wall = [
        (0.0002, 0.012),
        (0.050, 0.012),
        (0.056, 0.014),
        (0.0585, 0.02),
        (0.076, 0.112),
        (0.0765, 0.114),
        (0.083, 0.1145),
        (0.085, 0.117),
        (0.0865, 0.146),
        (0.085, RIM),
        (0.080, RIM + 0.001),
        (0.0775, 0.147),
        (0.074, 0.13),
        (0.0002, 0.128),
    ]
    dense = np.concatenate([np.linspace(a, b, 8, endpoint=False) for a, b in zip(wall, wall[1:])])
    stage.put(shapes.turned("pot", dense, clay.data, 128), True)
    saucer = [
        (0.0002, 0.003),
        (0.060, 0.001),
        (0.066, 0.0),
        (0.070, 0.003),
        (0.080, 0.021),
        (0.0815, 0.0235),
        (0.079, 0.0245),
        (0.0765, 0.022),
        (0.067, 0.008),
        (0.0002, 0.008),
    ]
    dense = np.concatenate([np.linspace(a, b, 8, endpoint=False) for a, b in zip(saucer, saucer[1:])])
    stage.put(shapes.turned("saucer", dense, clay.data, 128), True)
    soil = paints.Material("soil")
    crumbs = soil.noise(soil.position(), 130, 8, 0.7)
    soil.principled(
        soil.ramp(crumbs, (0.35, (0.012, 0.008, 0.005)), (0.7, (0.07, 0.045, 0.03))),
        0.95,
        Normal=soil.bump(crumbs, 1.0, 0.006),
    )
    disc = shapes.turned("soil", [(0.0002, RIM - 0.012), (0.077, RIM - 0.014)], soil.data, 64)
    stage.put(disc, True)


def surroundings(stage):
    rooms.living_room(stage, depth=1.9, left=0.95, wall=(0.50, 0.55, 0.56))
    rooms.table(stage, centre=(-0.1, 0.15), size=(2.6, 1.6), dark=(0.20, 0.115, 0.06), light=(0.52, 0.35, 0.205), turn=-5)
    stage.ambient((0.75, 0.85, 1.0), 0.12)
    stage.softbox((1.5, 0.7, 1.3), (0, 0, 0.2), (1.0, 1.3), 48, (0.95, 0.98, 1.0))
    stage.softbox((-1.0, -1.6, 1.1), (0, 0, 0.2), (1.0, 1.0), 20, (1.0, 0.95, 0.88))
    stage.softbox((-1.4, 0.8, 1.1), (0, 0, 0.3), (0.7, 0.9), 16, (1.0, 0.86, 0.68))
    stage.softbox((0.0, 0.8, 1.7), (0, 1.9, 0.1), (2.0, 0.8), 18, (1.0, 0.95, 0.88))
    stage.camera((-0.12, -2.0, 0.50), (0.0, 0.0, 0.228), 92, focus=(0.0, -0.06, 0.25), fstop=5.6)
    stage.exposure(0.7)
