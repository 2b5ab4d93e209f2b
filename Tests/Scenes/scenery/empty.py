"""Two pictures without a subject: a matte of either is empty."""

import math

from . import materials as paints
from . import rooms, shapes

SIZE = (1200, 900)
SAMPLES = 16


def room(stage):
    """Boards, two walls, a skirting, daylight from the side."""
    boards = paints.wood("floor", (0.14, 0.075, 0.036), (0.36, 0.22, 0.12), roughness=0.38)
    wall = paints.paint("wall", (0.58, 0.56, 0.51))
    white = paints.plain("white gloss", (0.78, 0.77, 0.74), 0.3)
    stage.put(shapes.box("floor", (0, 0, -0.05), (9, 9, 0.1), boards, turn=math.radians(90)))
    stage.put(shapes.box("back", (0, 3.05, 1.4), (9, 0.1, 2.8), wall))
    stage.put(shapes.box("side", (2.55, 0, 1.4), (0.1, 9, 2.8), wall))
    stage.put(shapes.box("ceiling", (0, 0, 2.85), (9, 9, 0.1), white))
    stage.put(shapes.box("skirting", (0, 2.992, 0.06), (9, 0.016, 0.12), white, bevel=0.004))
    stage.put(shapes.box("skirting", (2.492, 0, 0.06), (0.016, 9, 0.12), white, bevel=0.004))
    stage.ambient((0.75, 0.85, 1.0), 0.15)
    stage.softbox((-3.0, 1.2, 1.6), (1.5, 2.0, 0.2), (1.4, 1.6), 170, (0.97, 0.98, 1.0))
    stage.softbox((0.0, -2.5, 2.4), (0.5, 2.0, 0.8), (2.0, 1.0), 45, (1.0, 0.95, 0.88))
    stage.camera((-0.9, -2.4, 1.45), (0.55, 3.0, 1.0), 28)
    stage.exposure(0.4)


def sweep(stage):
    """Lit paper and nothing on it."""
    rooms.sweep(stage, (0.62, 0.60, 0.57), width=4.0, back=1.4, radius=0.9, height=2.6, front=1.8)
    stage.ambient((0.9, 0.95, 1.0), 0.03)
    stage.softbox((-1.0, 0.2, 1.4), (0.1, 0.4, 0.1), (0.5, 0.6), 26, (1.0, 0.97, 0.93))
    stage.softbox((0.6, 0.3, 1.5), (0.1, 1.4, 0.6), (0.5, 0.4), 14, (0.93, 0.97, 1.0))
    stage.camera((0, -1.6, 0.75), (0, 0.6, 0.32), 50)
    stage.exposure(0.35)
