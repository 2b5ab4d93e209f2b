"""Vessels of glass, empty or partly filled: the background is seen through the subject."""

import math

import numpy as np
from mathutils import Matrix

from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["tumbler", "wine", "bottle", "vase", "jar", "flask", "champagne", "bowl"]
HELD_OUT = ["decanter", "martini", "jug", "light bulb"]

# Outer wall from the middle of the foot up to the lip, (radius, height); the wall's thickness,
# and the height above which it is hollow.
PROFILES: dict[str, tuple[list[tuple[float, float]], float, float]] = {
    "tumbler": ([(0, 0), (0.9, 0), (1.0, 0.08), (1.08, 1.2), (1.15, 2.4)], 0.06, 0.16),
    "wine": (
        [
            (0, 0),
            (0.95, 0.0),
            (0.98, 0.03),
            (0.5, 0.09),
            (0.09, 0.25),
            (0.08, 1.5),
            (0.13, 1.75),
            (0.75, 2.1),
            (1.0, 2.7),
            (0.98, 3.2),
            (0.78, 3.9),
        ],
        0.035,
        1.85,
    ),
    "bottle": (
        [
            (0, 0.1),
            (0.6, 0),
            (0.95, 0.03),
            (1.0, 0.15),
            (1.0, 2.9),
            (0.9, 3.4),
            (0.45, 4.1),
            (0.36, 4.5),
            (0.36, 5.3),
            (0.42, 5.35),
            (0.42, 5.5),
            (0.36, 5.52),
        ],
        0.06,
        0.16,
    ),
    "vase": ([(0, 0), (0.65, 0), (0.72, 0.1), (1.0, 0.9), (0.95, 1.7), (0.45, 2.7), (0.5, 3.1), (0.8, 3.5)], 0.07, 0.2),
    "jar": (
        [
            (0, 0.03),
            (0.9, 0),
            (1.0, 0.1),
            (1.0, 1.9),
            (0.95, 2.1),
            (0.78, 2.25),
            (0.78, 2.55),
            (0.82, 2.57),
            (0.82, 2.62),
        ],
        0.06,
        0.12,
    ),
    "flask": (
        [(0, 0), (1.05, 0), (1.15, 0.1), (1.1, 0.3), (0.35, 1.9), (0.3, 2.1), (0.3, 2.6), (0.42, 2.68)],
        0.04,
        0.08,
    ),
    "champagne": (
        [
            (0, 0),
            (0.7, 0.0),
            (0.72, 0.03),
            (0.3, 0.08),
            (0.08, 0.25),
            (0.07, 1.3),
            (0.12, 1.5),
            (0.42, 2.3),
            (0.46, 3.1),
            (0.40, 3.9),
        ],
        0.035,
        1.55,
    ),
    "bowl": ([(0, 0), (0.5, 0), (0.55, 0.06), (1.1, 0.45), (1.45, 1.0), (1.5, 1.25)], 0.06, 0.14),
    "decanter": (
        [(0, 0.1), (1.2, 0), (1.5, 0.15), (1.45, 0.5), (0.8, 1.3), (0.32, 1.9), (0.26, 2.7), (0.38, 3.2), (0.55, 3.35)],
        0.055,
        0.22,
    ),
    "martini": (
        [(0, 0), (0.75, 0.0), (0.77, 0.03), (0.3, 0.08), (0.08, 0.25), (0.07, 1.5), (0.10, 1.62), (1.25, 2.75)],
        0.03,
        1.72,
    ),
    "jug": ([(0, 0), (0.8, 0), (0.9, 0.1), (1.05, 0.8), (1.0, 1.4), (0.72, 2.1), (0.75, 2.5), (0.9, 2.8)], 0.06, 0.16),
    "light bulb": (
        [(0.36, 0), (0.38, 0.15), (0.5, 0.6), (0.92, 1.2), (1.0, 1.65), (0.9, 2.1), (0.6, 2.45), (0, 2.58)],
        0.03,
        0.0,
    ),
}
TINTS = [
    (0.985, 1.0, 0.992),
    (1, 1, 1),
    (0.96, 0.99, 1.0),
    (0.72, 0.92, 0.78),
    (0.76, 0.88, 0.98),
    (0.90, 0.74, 0.52),
    (0.95, 0.82, 0.87),
]
HELD_OUT_TINTS = [(0.99, 1.0, 1.0), (0.88, 0.80, 0.96), (0.90, 0.94, 0.76), (1.0, 0.99, 0.97)]
# What absorbs: colour left after a unit of depth, in vessel radii.
LIQUIDS = [
    (0.90, 0.55, 0.12),
    (0.45, 0.03, 0.06),
    (0.93, 0.97, 0.99),
    (0.95, 0.83, 0.35),
    (0.35, 0.16, 0.06),
    (0.45, 0.78, 0.95),
]
HELD_OUT_LIQUIDS = [(0.55, 0.85, 0.35), (0.95, 0.45, 0.45), (0.95, 0.98, 1.0)]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.translucent = stage.shiny = True
    stage.elevation = (-4, 28)
    stage.samples, stage.alpha_samples, stage.shrink = 14, 96, 0.85
    cycles = stage.scene.cycles
    cycles.max_bounces, cycles.transmission_bounces, cycles.glossy_bounces = 12, 12, 3
    vessel(stage, variant, held_out, 0.0)
    if variant in ("tumbler", "wine", "champagne", "bottle") and random.random() < 0.25:
        vessel(stage, variant, held_out, random.uniform(2.0, 2.6))
    if random.random() < 0.12:
        stage.turn(Matrix.Rotation(random.uniform(0.2, 1.5), 4, "Y"))


def vessel(stage, variant: str, held_out: bool, aside: float) -> None:
    random = stage.random
    outline, wall, floor = PROFILES[variant]
    slim, tall = random.uniform(0.85, 1.2), random.uniform(0.85, 1.2)
    outer = shapes.smooth_path(np.array(outline) * (slim, tall), 150)
    outer[:, 0] = np.maximum(outer[:, 0], 0.0004)
    wall, floor = wall * random.uniform(0.7, 1.5), floor * tall
    tints = HELD_OUT_TINTS if held_out else TINTS
    tint = tints[int(random.integers(len(tints)))] if random.random() < 0.5 else tints[0]
    clear = paints.glass("glass", tint, 1.47, 0.0 if random.random() < 0.9 else random.uniform(0.05, 0.2))
    # Solid below the floor (a stem, a thick foot), then an inner wall down from the lip.
    hollow = outer[np.argmax(outer[:, 1] > floor) :] if floor > 0 else outer
    hollow = hollow[hollow[:, 1] >= floor]
    inner = hollow.copy()
    inner[:, 0] = np.maximum(inner[:, 0] - wall, 0.02)
    closed = variant == "light bulb"
    if not closed:
        bottom = np.stack([np.linspace(inner[0, 0], 0.0004, 12), np.full(12, floor + wall * 0.3)], axis=-1)
        inner[:, 1] = np.maximum(inner[:, 1], floor + wall * 0.3)
        lip = np.array([(hollow[-1, 0] - 0.5 * wall, hollow[-1, 1] + 0.4 * wall)])
        shell = np.concatenate([outer, lip, inner[::-1], bottom])
    else:
        shell = np.concatenate([outer, inner[::-1] * (1, 0.985) + (0, 0.01)])
        shell[:, 0] = np.maximum(shell[:, 0], 0.0004)
    place = (aside, random.normal() * 0.3 * bool(aside), 0)
    segments = 112
    facet = variant in ("tumbler", "decanter", "vase") and random.random() < 0.3
    thing = shapes.turned("glass", shell, clear, int(random.integers(7, 13)) if facet else segments)
    if facet:
        thing.data.polygons.foreach_set("use_smooth", [False] * len(thing.data.polygons))
    thing.location = place
    stage.put(thing)
    if closed:
        bulb_fittings(stage, tall)
        return
    full = random.random() < 0.6 and not facet
    if full:
        top = inner[-1, 1]
        level = floor + (top - floor) * random.uniform(0.15, 0.85)
        liquid(stage, inner, level, wall, held_out, place)
    handle_or_lid(stage, variant, outer, clear, place, wall)


def liquid(stage, inner, level: float, wall: float, held_out: bool, place) -> None:
    """Reaches a hair into the glass, so that no film of air is left between them."""
    random = stage.random
    colours = HELD_OUT_LIQUIDS if held_out else LIQUIDS
    colour = jitter(random, colours[int(random.integers(len(colours)))], 0.06)
    m = paints.Material("liquid")
    surface = m.add("BsdfGlass", {"Color": (1, 1, 1), "IOR": 1.33, "Roughness": 0.0})
    absorb = m.add("VolumeAbsorption", {"Color": colour, "Density": float(random.uniform(0.6, 1.6))})
    m.tree.links.new(absorb.outputs[0], m.output.inputs["Volume"])
    m.surface(surface)
    body = inner[inner[:, 1] <= level] + (0.12 * wall, 0)
    rim = body[-1, 0]
    cap = [(rim * f, level + 0.012 * f**14) for f in np.linspace(1, 0.002, 24)]
    low = body[0, 1] - 0.08 * wall
    base = [(body[0, 0] * f, low) for f in np.linspace(0.002, 1, 8)]
    thing = shapes.turned("liquid", np.concatenate([base, body, cap]), m.data, 112)
    thing.location = place
    stage.put(thing)


def handle_or_lid(stage, variant: str, outer, clear, place, wall: float) -> None:
    random = stage.random
    if variant == "jug":
        path = shapes.smooth_path([(0.85, 0, 2.45), (1.35, 0, 2.6), (1.65, 0, 2.1), (1.5, 0, 1.2), (1.0, 0, 0.9)], 50)
        stage.put(shapes.tube("handle", path, 0.11, clear, 20, up=(0, 1, 0)))
    elif variant in ("jar", "bottle", "flask") and random.random() < 0.5:
        top = outer[-1]
        cork = paints.Material("cork")
        tone = cork.ramp(
            cork.noise(cork.position(), 9, 6, 0.7),
            (0.36, (0.16, 0.08, 0.035)),
            (0.48, (0.52, 0.33, 0.18)),
            (0.7, (0.68, 0.47, 0.28)),
        )
        cork.principled(tone, 0.85)
        metal = paints.plain("lid", jitter(random, (0.7, 0.66, 0.55), 0.2), 0.25, Metallic=1.0)
        r = top[0] - wall * 0.9
        if variant == "jar":
            profile = [
                (0.001, top[1] + 0.14),
                (top[0] * 0.9, top[1] + 0.14),
                (top[0] * 1.12, top[1] + 0.1),
                (top[0] * 1.14, top[1] - 0.2),
            ]
            stage.put(shapes.turned("lid", shapes.smooth_path(profile, 60), metal, 80)).location = place
        else:
            profile = [
                (0.001, top[1] - 0.5),
                (r * 0.95, top[1] - 0.5),
                (r * 1.05, top[1] + 0.25),
                (0.001, top[1] + 0.26),
            ]
            stage.put(shapes.turned("cork", shapes.smooth_path(profile, 80), cork.data, 48)).location = place
    elif variant in ("tumbler", "wine", "martini", "jug") and random.random() < 0.3:
        straw = paints.plain("straw", tuple(random.uniform(0.05, 0.8, 3)), 0.4)
        top = outer[-1]
        path = [(-0.4, 0.1, top[1] * 0.62), (top[0] * 0.9, -0.1, top[1] * 1.35)]
        stage.put(shapes.tube("straw", shapes.smooth_path(path, 12), 0.06, straw, 16)).location = place


def bulb_fittings(stage, tall: float) -> None:
    """Screw cap, stem and filament."""
    metal = paints.plain("cap", (0.75, 0.72, 0.66), 0.25, Metallic=1.0)
    t = np.linspace(0, 1, 120)
    thread = np.stack([0.37 + 0.03 * np.sin(2 * math.pi * 6 * t), 0.15 - 0.85 * t], axis=-1)
    wall = np.concatenate([thread, [(0.2, -0.78), (0.12, -0.86), (0.001, -0.88)]])
    stage.put(shapes.turned("cap", wall, metal, 64))
    wire = paints.plain("wire", (0.35, 0.30, 0.26), 0.3, Metallic=1.0)
    for side in (-1, 1):
        lead = shapes.smooth_path([(side * 0.1, 0, 0.1), (side * 0.12, 0, 0.8), (side * 0.3, 0, 1.4 * tall)], 20)
        stage.put(shapes.tube("lead", lead, 0.018, wire, 8))
    s = np.linspace(0, 1, 260)
    coil = np.stack(
        [-0.3 + 0.6 * s, 0.04 * np.cos(200 * s) + 0.15 * np.sin(math.pi * s), 1.4 * tall + 0.04 * np.sin(200 * s)],
        axis=-1,
    )
    stage.put(shapes.tube("filament", coil, 0.010, wire, 6))
