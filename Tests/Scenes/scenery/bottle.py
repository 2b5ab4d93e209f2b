"""A corked glass bottle, half full, on a studio sweep: the background is seen through the subject.

The alpha is soft inside the outline too: one minus what the glass and the liquid let through
from behind, as Cycles measures it with transparent glass.
"""

import math

import numpy as np

from . import materials as paints
from . import rooms, shapes

SIZE = (1050, 1400)
SAMPLES = 40

# Outer and inner wall, (radius, height) in metres.
BODY, NECK = 0.0415, 0.0145
OUTER = [
    (0.001, 0.006),
    (0.020, 0.0045),
    (0.030, 0.0008),
    (0.036, 0.0),
    (0.0395, 0.0018),
    (BODY, 0.006),
    (BODY + 0.0003, 0.03),
    (BODY + 0.0003, 0.12),
    (BODY, 0.155),
    (0.0405, 0.170),
    (0.036, 0.187),
    (0.0285, 0.203),
    (0.0205, 0.219),
    (0.0160, 0.236),
    (NECK, 0.252),
    (NECK, 0.285),
    (0.0150, 0.2868),
    (0.0178, 0.2885),
    (0.0182, 0.2935),
    (0.0178, 0.2985),
    (0.0150, 0.3005),
    (0.0128, 0.3003),
]
INNER = [
    (0.0118, 0.2985),
    (0.0116, 0.285),
    (0.0116, 0.252),
    (0.0130, 0.236),
    (0.0175, 0.219),
    (0.0255, 0.203),
    (0.0331, 0.187),
    (0.0376, 0.170),
    (0.0386, 0.155),
    (0.0388, 0.12),
    (0.0388, 0.03),
    (0.0382, 0.0135),
    (0.034, 0.0095),
    (0.028, 0.0105),
    (0.018, 0.014),
    (0.001, 0.0155),
]
LEVEL = 0.178  # of the liquid


def build(stage):
    stage.translucent = True
    stage.scene.cycles.max_bounces, stage.scene.cycles.transmission_bounces = 16, 16
    clear = paints.glass("glass", (0.985, 1.0, 0.992), 1.5)
    wall = np.concatenate([shapes.smooth_path(OUTER, 220), shapes.smooth_path(INNER, 180)])
    wall[:, 0] = np.maximum(wall[:, 0], 0.0002)
    stage.put(shapes.turned("glass", wall, clear, 160), True)

    # The liquid reaches a hair into the glass, so that no film of air is left between them.
    inside = shapes.smooth_path(INNER, 400)[::-1]
    inside = inside[inside[:, 1] <= LEVEL]
    rim = inside[-1, 0]
    surface = [(rim * f, LEVEL + 0.0016 * f**14) for f in np.linspace(1, 0.002, 30)]
    inside = np.concatenate([inside + (0.00035, 0), surface])
    inside[:30, 1] -= 0.0003
    stage.put(shapes.turned("liquid", inside, liquid(), 160), True)

    cork = paints.Material("cork")
    where = cork.position()
    tone = cork.ramp(
        cork.noise(where, 260, 6, 0.7),
        (0.36, (0.16, 0.08, 0.035)),
        (0.48, (0.52, 0.33, 0.18)),
        (0.7, (0.68, 0.47, 0.28)),
    )
    cork.principled(tone, 0.85, Normal=cork.bump(cork.noise(where, 300, 4), 0.6, 0.0006))
    profile = shapes.smooth_path(
        [
            (0.0002, 0.278),
            (0.0108, 0.278),
            (0.0115, 0.279),
            (0.0122, 0.300),
            (0.0134, 0.318),
            (0.0130, 0.3195),
            (0.0002, 0.3198),
        ],
        160,
    )
    stage.put(shapes.turned("cork", profile, cork.data, 64), True)
    label(stage)
    hang_tag(stage)
    surroundings(stage)


def liquid():
    m = paints.Material("amber")
    surface = m.add("BsdfGlass", {"Color": (1, 1, 1), "IOR": 1.34, "Roughness": 0.0})
    absorb = m.add("VolumeAbsorption", {"Color": (0.93, 0.42, 0.05), "Density": 42.0})
    m.tree.links.new(absorb.outputs[0], m.output.inputs["Volume"])
    return m.surface(surface)


def band(name, low, high, half_angle, radius, material, turn=0.0, rows=24):
    """A patch of a cylinder facing the camera."""
    angle = np.linspace(-half_angle, half_angle, 80) - math.pi / 2 + turn
    z = np.linspace(low, high, rows)
    points = np.stack(np.broadcast_arrays(radius * np.cos(angle)[:, None], radius * np.sin(angle)[:, None], z[None]), axis=-1)
    return shapes.grid(name, points, material)


def label(stage):
    """Laid paper with a printed emblem: a sun over three hills' lines, no lettering."""
    paper = paints.Material("label")
    where = paper.position()
    laid = paper.maths("SINE", paper.maths("MULTIPLY", paper.add("SeparateXYZ", {"Vector": where}).outputs["Z"], 5200.0))
    shade = paper.ramp(paper.noise(where, 60, 6), (0.3, (0.80, 0.75, 0.64)), (0.7, (0.87, 0.83, 0.73)))
    paper.principled(shade, 0.8, Normal=paper.bump(laid, 0.25, 0.0001))
    ink, gold = paints.plain("ink", (0.035, 0.06, 0.055), 0.6), paints.plain("gold", (0.72, 0.45, 0.14), 0.28, Metallic=1.0)
    ochre = paints.plain("ochre", (0.70, 0.30, 0.05), 0.7)
    r = BODY + 0.0006
    solid = band("label", 0.038, 0.132, 0.95, r, paper.data).modifiers
    thing = solid.id_data
    thick = thing.modifiers.new("solid", "SOLIDIFY")
    thick.thickness, thick.offset = 0.0002, 1
    stage.put(thing, True)
    r += 0.00035
    for low, high, material in [
        (0.0415, 0.0421, ink),
        (0.1279, 0.1285, ink),
        (0.0432, 0.0435, gold),
        (0.1265, 0.1268, gold),
    ]:
        stage.put(band("rule", low, high, 0.88, r, material, rows=2), True)
    t = np.linspace(0, 2 * math.pi, 96, endpoint=False)

    def wrap(across, z, off=0.0):
        angle = across / r - math.pi / 2
        return np.stack([(r + off) * np.cos(angle), (r + off) * np.sin(angle), z], axis=-1)

    disc = np.stack([wrap(f * 0.0115 * np.cos(t), 0.099 + f * 0.0115 * np.sin(t)) for f in (0.001, 0.5, 1)], axis=1)
    stage.put(shapes.grid("sun", disc, ochre, closed_u=True), True)
    x = np.linspace(-0.024, 0.024, 120)
    for row in range(5):
        z = 0.083 - row * 0.0068 + (0.0042 - 0.0004 * row) * np.sin(x * 125 + 0.55 * row) + 0.0012 * np.cos(x * 60 - 0.3 * row)
        width = 0.0009 - 0.00008 * row
        stage.put(shapes.grid("hill", np.stack([wrap(x, z - width, 1e-5), wrap(x, z + width, 1e-5)], axis=1), ink), True)


def hang_tag(stage):
    """A turn of twine round the neck."""
    twine = paints.cloth("twine", (0.50, 0.36, 0.20), 0.0008, sheen=0.2)
    for strand in range(3):
        angle = np.linspace(0, 2 * math.pi * 1.0, 120)
        r = NECK + 0.0012 + 0.00015 * np.sin(11 * angle + strand)
        z = 0.256 + strand * 0.0021 + 0.0008 * np.sin(angle + strand)
        path = np.stack([r * np.cos(angle), r * np.sin(angle), z], axis=-1)
        stage.put(shapes.tube("twine", path, 0.0011, twine, 10), True)
    for side in (-1, 1):
        path = shapes.smooth_path(
            [
                (0.0, -NECK - 0.0015, 0.258),
                (side * 0.006, -NECK - 0.007, 0.255),
                (side * 0.011, -NECK - 0.011, 0.240),
                (side * 0.009, -0.030, 0.222 - 0.006 * side),
            ],
            40,
        )
        stage.put(shapes.tube("twine end", path, 0.0011, twine, 10), True)
    stage.put(shapes.ball("knot", (0, -NECK - 0.0022, 0.258), (0.003, 0.0026, 0.0028), twine), True)


def surroundings(stage):
    rooms.sweep(stage, (0.24, 0.36, 0.40), width=1.5, back=0.75, radius=0.45, height=1.6, front=0.9)
    stage.ambient((0.6, 0.7, 0.8), 0.05)
    # Tall strips left and right draw the glass's edges; a glow on the paper carries the liquid.
    stage.softbox((-0.55, 0.05, 0.36), (0, 0, 0.16), (0.20, 0.75), 8.5, (1.0, 0.96, 0.90))
    stage.softbox((0.62, -0.08, 0.30), (0, 0, 0.16), (0.10, 0.7), 2.6, (0.90, 0.96, 1.0))
    stage.softbox((-0.45, 0.35, 0.85), (0.02, 0.0, 0.1), (0.28, 0.28), 6.5, (1.0, 0.94, 0.85))
    stage.softbox((0.05, 0.22, 0.60), (0.02, 0.75, 0.24), (0.2, 0.15), 3.2, (1.0, 0.93, 0.82), spread=95)
    stage.softbox((0.25, -1.1, 0.75), (0, 0, 0.1), (0.5, 0.4), 3.0, (1.0, 0.98, 0.95))
    stage.camera((0.09, -1.15, 0.25), (0.0, 0.0, 0.157), 112, focus=(0, -0.042, 0.1), fstop=11)
    stage.exposure(0.75)
