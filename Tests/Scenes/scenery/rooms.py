"""Where the subjects stand: a dressed room and a studio sweep, all of it surroundings."""

import math

import numpy as np

from . import materials as paints
from . import shapes


def living_room(stage, depth=2.6, floor=-0.75, wall=(0.55, 0.50, 0.42), window=True, dressed=True, left=0.0):
    """A back wall `depth` behind the origin with a window, a sideboard, books, a lamp, a plant.

    `left` slides the furniture sideways. Everything is meant to be seen out of focus.
    """
    put, random = stage.put, np.random.default_rng(5)
    y, x0 = depth, left
    boards = paints.wood("oak floor", (0.14, 0.075, 0.036), (0.36, 0.22, 0.12), roughness=0.38)
    paint = paints.paint("wall paint", wall)
    white = paints.plain("white gloss", (0.78, 0.77, 0.74), 0.3)
    put(shapes.box("floor", (0, 0, floor - 0.05), (9, 9, 0.1), boards, turn=0.0))
    put(shapes.box("back wall", (0, y + 0.05, floor + 1.4), (9, 0.1, 2.8), paint))
    put(shapes.box("side wall", (-3.2, 0, floor + 1.4), (0.1, 9, 2.8), paint))
    put(shapes.box("far wall", (3.2, 0, floor + 1.4), (0.1, 9, 2.8), paint))
    put(shapes.box("ceiling", (0, 0, floor + 2.85), (9, 9, 0.1), white))
    put(shapes.box("skirting", (0, y - 0.008, floor + 0.06), (9, 0.016, 0.12), white, bevel=0.004))
    if window:
        _window(stage, x0 - 0.62, y, floor + 0.62, white)
    if dressed:
        _sideboard(stage, x0 + 0.62, y, floor, random)


def _window(stage, x, y, bottom, white):
    """Daylight behind muntins, a garden's blur of green, and a linen curtain."""
    put, width, height = stage.put, 0.95, 1.35
    view = paints.Material("garden")
    where = view.position()
    green = view.ramp(view.noise(where, 4.5, 3), (0.35, (0.10, 0.17, 0.05)), (0.55, (0.32, 0.42, 0.16)), (0.7, (0.85, 0.92, 0.8)))
    up = view.add("SeparateXYZ", {"Vector": where}).outputs["Z"]
    sky = view.ramp(view.maths("ADD", view.maths("MULTIPLY", up, 0.8), 0.5), (0.25, (0, 0, 0)), (0.65, (1, 1, 1)))
    colour = view.mix(sky, green, (0.92, 0.96, 1.0))
    view.surface(view.add("Emission", {"Color": colour, "Strength": 6.0}))
    middle = bottom + height / 2
    put(shapes.box("daylight", (x, y - 0.012, middle), (width, 0.01, height), view.data))
    for offset in (-width / 2, 0, width / 2):
        put(
            shapes.box(
                "stile",
                (x + offset, y - 0.03, middle),
                (0.045 if offset else 0.03, 0.05, height + 0.05),
                white,
                bevel=0.005,
            )
        )
    for offset in (-height / 2, 0.02, height / 2):
        put(shapes.box("rail", (x, y - 0.032, middle + offset), (width + 0.05, 0.06, 0.05), white, bevel=0.005))
    put(shapes.box("sill", (x, y - 0.09, bottom - 0.02), (width + 0.25, 0.2, 0.035), white, bevel=0.006))
    linen = paints.Material("linen")
    weave = linen.noise(linen.position((1, 1, 0.2)), 160, 3)
    flax = linen.ramp(weave, (0.3, (0.62, 0.57, 0.49)), (0.7, (0.78, 0.74, 0.66)))
    both = linen.add("MixShader", {"Fac": 0.45})
    for shader, slot in (("BsdfDiffuse", 1), ("BsdfTranslucent", 2)):
        linen.set(both.inputs[slot], linen.add(shader, {"Color": flax}).outputs[0])
    linen.surface(both)
    for side in (-1, 1):
        s, t = np.meshgrid(np.linspace(0, 1, 90), np.linspace(0, 1, 30), indexing="ij")
        across = x + side * (width / 2 + 0.16 - 0.27 * s * (0.8 + 0.2 * t))
        folds = 0.03 * np.sin(s * 34 + 1.3 * np.sin(3 * t) + side) * (0.6 + 0.4 * t)
        points = np.stack([across, y - 0.13 + folds, bottom + 1.5 - 1.95 * t], axis=-1)
        put(shapes.grid("curtain", points, linen.data))
    rod = [(x - 0.8, y - 0.13, bottom + 1.52), (x + 0.8, y - 0.13, bottom + 1.52)]
    put(shapes.tube("rod", rod, 0.012, paints.plain("brass", (0.6, 0.42, 0.18), 0.3, Metallic=1.0)))


def _sideboard(stage, x, y, floor, random):
    put, top = stage.put, floor + 0.72
    walnut = paints.wood("walnut", (0.075, 0.036, 0.018), (0.21, 0.11, 0.058), board=0.5, length=3)
    put(shapes.box("sideboard", (x, y - 0.24, floor + 0.42), (1.5, 0.42, 0.56), walnut, bevel=0.008))
    put(shapes.box("top", (x, y - 0.24, top - 0.02), (1.54, 0.46, 0.03), walnut, bevel=0.006))
    colours = [
        (0.30, 0.07, 0.05),
        (0.55, 0.46, 0.32),
        (0.06, 0.12, 0.18),
        (0.62, 0.58, 0.5),
        (0.12, 0.2, 0.15),
        (0.5, 0.27, 0.08),
        (0.35, 0.36, 0.36),
        (0.16, 0.07, 0.1),
    ]
    at = x - 0.05
    for _ in range(13):
        wide, tall = random.uniform(0.018, 0.042), random.uniform(0.17, 0.27)
        cover = paints.plain("book", colours[random.integers(len(colours))], 0.6)
        book = shapes.box("book", (at + wide / 2, y - 0.22, top + tall / 2), (wide, 0.17, tall), cover, bevel=0.003)
        put(book)
        at += wide + 0.002
    # A lamp with a glowing paper shade.
    shade = paints.Material("shade")
    paper = shade.add("MixShader", {"Fac": 0.55})
    shade.set(paper.inputs[1], shade.add("BsdfDiffuse", {"Color": (0.85, 0.76, 0.6)}).outputs[0])
    shade.set(paper.inputs[2], shade.add("Emission", {"Color": (1, 0.55, 0.22), "Strength": 2.6}).outputs[0])
    shade.surface(paper)
    lamp = shapes.turned("shade", [(0.16, 0), (0.11, 0.2)], shade.data, 48)
    lamp.location = (x - 0.26, y - 0.24, top + 0.27)
    foot = shapes.turned(
        "lamp foot",
        [(0.001, 0), (0.06, 0), (0.075, 0.04), (0.06, 0.12), (0.03, 0.19), (0.012, 0.21), (0.012, 0.3)],
        paints.plain("glaze", (0.1, 0.2, 0.22), 0.15),
        48,
    )
    foot.location = (x - 0.26, y - 0.24, top)
    put(lamp), put(foot)
    # A round vase with dry stems.
    vase = shapes.turned(
        "vase",
        [(0.001, 0), (0.05, 0), (0.085, 0.06), (0.085, 0.1), (0.05, 0.16), (0.028, 0.18), (0.034, 0.2)],
        paints.plain("stoneware", (0.62, 0.54, 0.45), 0.5),
        48,
    )
    vase.location = (x + 0.56, y - 0.22, top)
    put(vase)
    straw = paints.plain("straw", (0.5, 0.36, 0.18), 0.7)
    for _ in range(9):
        lean = random.normal(size=2) * 0.11
        start = np.array([x + 0.56, y - 0.22, top + 0.15])
        path = shapes.smooth_path([start, start + (lean[0] * 0.3, lean[1] * 0.3, 0.15), start + (*lean, random.uniform(0.28, 0.4))], 10)
        put(shapes.tube("stem", path, np.linspace(0.002, 0.008, 10), straw, 6))
    # A framed print over the sideboard.
    frame = paints.plain("frame", (0.05, 0.035, 0.025), 0.4)
    put(shapes.box("frame", (x + 0.32, y - 0.012, top + 0.83), (0.52, 0.024, 0.68), frame, bevel=0.003))
    put(
        shapes.box(
            "mount",
            (x + 0.32, y - 0.02, top + 0.83),
            (0.47, 0.012, 0.63),
            paints.plain("card", (0.74, 0.72, 0.67), 0.8),
        )
    )
    put(shapes.box("print", (x + 0.32, y - 0.026, top + 0.85), (0.28, 0.004, 0.36), paints.plain("ink", (0.33, 0.2, 0.13), 0.8)))
    put(shapes.box("print", (x + 0.35, y - 0.029, top + 0.79), (0.16, 0.004, 0.16), paints.plain("ink", (0.65, 0.48, 0.3), 0.8)))


def table(stage, centre=(0.3, 0.3), size=(2.6, 1.25), dark=(0.085, 0.040, 0.019), light=(0.30, 0.165, 0.080), turn=7):
    """A table top at height 0."""
    oak = paints.wood("table", dark, light, board=0.13, length=2.4, roughness=0.36, coat=0.12)
    return stage.put(shapes.box("table", (*centre, -0.02), (*size, 0.04), oak, bevel=0.006, turn=math.radians(turn)))


def sweep(stage, colour=(0.8, 0.8, 0.79), width=6.0, back=1.2, radius=0.7, height=3.0, front=2.5):
    """A seamless paper sweep: floor, a quarter circle, wall."""
    turn = np.linspace(0, math.pi / 2, 40)
    profile = [(-front, 0.0)] + [(back - radius + radius * math.sin(a), radius - radius * math.cos(a)) for a in turn] + [(back, height)]
    points = np.array([[(x, y, z) for y, z in profile] for x in (-width / 2, width / 2)])
    m = paints.Material("paper")
    fibre = m.noise(m.position(), 900, 2)
    m.principled(colour, 0.85, Normal=m.bump(fibre, 0.15, 0.0003))
    return stage.put(shapes.grid("sweep", points, m.data))
