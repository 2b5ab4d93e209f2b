"""Glazed and bare pottery: mugs, bowls, vases, plates, teapots."""

import numpy as np

from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["mug", "bowl", "vase", "plate", "stack", "bottle vase"]
HELD_OUT = ["teapot", "amphora", "egg cup"]
GLAZES = [
    (0.75, 0.74, 0.71),
    (0.05, 0.12, 0.30),
    (0.10, 0.25, 0.18),
    (0.45, 0.16, 0.06),
    (0.03, 0.03, 0.035),
    (0.62, 0.50, 0.30),
]
HELD_OUT_GLAZES = [(0.35, 0.55, 0.52), (0.55, 0.25, 0.28), (0.68, 0.66, 0.60)]

WALLS = {
    "mug": [(0, 0), (0.8, 0), (0.9, 0.08), (0.95, 1.0), (0.95, 1.9)],
    "bowl": [(0, 0), (0.5, 0), (0.55, 0.12), (1.1, 0.5), (1.5, 1.1)],
    "vase": [(0, 0), (0.5, 0), (0.6, 0.1), (1.15, 1.2), (0.9, 2.2), (0.4, 2.7), (0.6, 3.1)],
    "plate": [(0, 0), (0.9, 0), (1.0, 0.08), (1.35, 0.15), (1.9, 0.32)],
    "bottle vase": [(0, 0), (0.7, 0), (0.8, 0.1), (0.95, 0.9), (0.6, 1.5), (0.2, 1.9), (0.18, 3.0), (0.3, 3.2)],
    "teapot": [(0, 0), (0.7, 0), (0.8, 0.06), (1.25, 0.7), (1.1, 1.2), (0.6, 1.5)],
    "amphora": [
        (0, 0),
        (0.3, 0),
        (0.35, 0.1),
        (0.9, 1.3),
        (1.0, 2.0),
        (0.5, 2.6),
        (0.32, 3.0),
        (0.4, 3.4),
        (0.5, 3.45),
    ],
    "egg cup": [(0, 0), (0.7, 0), (0.7, 0.06), (0.25, 0.3), (0.2, 0.7), (0.6, 1.0), (0.8, 1.5)],
}


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.shiny, stage.elevation = True, (3, 42)
    colours = HELD_OUT_GLAZES if held_out else GLAZES
    colour = jitter(random, colours[int(random.integers(len(colours)))], 0.2)
    material = glaze(random, colour)
    if variant == "stack":
        height = 0.0
        for _ in range(int(random.integers(3, 7))):
            kind = ["plate", "bowl"][int(random.random() < 0.3)]
            thing = pottery(random, np.array(WALLS[kind]), glaze(random, jitter(random, colour, 0.3)), random.uniform(0.85, 1.1))
            thing.location = (0.08 * random.normal(), 0.08 * random.normal(), height)
            stage.put(thing)
            height += 0.16 if kind == "plate" else 0.45
        return
    stretch = random.uniform(0.88, 1.15, 2)
    stage.put(pottery(random, np.array(WALLS[variant]) * stretch, material, 1.0))
    if variant == "mug":
        handle(
            stage,
            material,
            np.array([(0.93, 1.6), (1.35, 1.7), (1.6, 1.1), (1.35, 0.5), (0.93, 0.45)]) * stretch,
            0.09,
            1,
        )
    elif variant == "amphora":
        for side in (-1, 1):
            handle(stage, material, np.array([(0.36, 3.1), (0.75, 3.25), (1.0, 2.8), (0.87, 2.2)]) * stretch, 0.07, side)
    elif variant == "teapot":
        handle(
            stage,
            material,
            np.array([(0.75, 1.35), (1.5, 1.5), (1.9, 0.9), (1.6, 0.4), (1.15, 0.4)]) * stretch,
            0.09,
            1,
        )
        spout = shapes.smooth_path(
            [(-1.0, 0, 0.4), (-1.5, 0, 0.65), (-1.75, 0, 1.2), (-2.05, 0, 1.45)] * np.array([stretch[0], 1, stretch[1]]),
            40,
        )
        stage.put(shapes.tube("spout", spout, np.linspace(0.3, 0.12, 40), material, 24, up=(0, 1, 0)))
        lid = shapes.smooth_path([(0.62, 1.48), (0.4, 1.66), (0.1, 1.72), (0.09, 1.8), (0.2, 1.9), (0.12, 2.02), (0.001, 2.04)] * stretch, 60)
        stage.put(shapes.turned("lid", lid, material, 96))


def pottery(random, wall, material, scale: float):
    """A turned wall of some thickness, a little uneven, as thrown by hand."""
    outer = shapes.smooth_path(wall, 110) * scale
    outer[:, 0] = np.maximum(outer[:, 0], 0.001)
    thick = 0.07 * scale
    inner = outer.copy()
    inner[:, 0] = np.maximum(inner[:, 0] - thick, 0.001)
    inner[:, 1] = np.maximum(inner[:, 1], thick)
    inner[:, 1] += thick * 0.5 * np.linspace(1, 0, len(inner))
    lip = outer[-1:] + (-0.5 * thick, 0.35 * thick)
    profile = np.concatenate([outer, lip, inner[::-1]])
    rings = 0.006 * np.sin(np.linspace(0, 90, len(profile))) if random.random() < 0.4 else 0.0
    profile[:, 0] = np.maximum(profile[:, 0] + rings * (profile[:, 0] > 0.1), 0.001)
    return shapes.turned("pottery", profile, material, 112)


def handle(stage, material, corners, radius: float, side: int) -> None:
    path = shapes.smooth_path([(side * r, 0, z) for r, z in corners], 48)
    stage.put(shapes.tube("handle", path, radius, material, 20, flat=1.4, up=(0, 1, 0)))


def glaze(random, colour):
    m = paints.Material("glaze")
    where = m.position()
    speck = m.ramp(m.noise(where, 30, 6, 0.7), (0.35, tuple(0.6 * c for c in colour)), (0.55, colour))
    shade = m.mix(float(random.choice([0.0, 0.5, 1.0])), colour, speck)
    style = random.choice(["plain", "dipped", "bands", "printed"], p=[0.4, 0.2, 0.2, 0.2])
    other = jitter(random, random.uniform(0.02, 0.7, 3), 0.1)
    height = m.add("SeparateXYZ", {"Vector": where}).outputs["Z"]
    if style == "dipped":
        edge = m.maths("ADD", height, m.maths("MULTIPLY", m.noise(where, 3, 3), 0.3))
        shade = m.mix(m.maths("GREATER_THAN", edge, float(random.uniform(0.4, 1.2))), shade, other)
    elif style == "bands":
        shade = m.mix(
            m.maths("GREATER_THAN", m.maths("SINE", m.maths("MULTIPLY", height, float(random.uniform(8, 40)))), 0.6),
            shade,
            other,
        )
    elif style == "printed":
        cells = m.add("TexVoronoi", {"Vector": where, "Scale": float(random.uniform(2, 6))}).outputs["Distance"]
        shade = m.mix(m.maths("LESS_THAN", cells, 0.3), shade, other)
    rough = 0.08 if random.random() < 0.65 else random.uniform(0.4, 0.8)
    return m.principled(shade, float(rough), Coat_Weight=0.5 if rough < 0.2 else 0.0)
