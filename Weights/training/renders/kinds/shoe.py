"""Laced canvas shoes in many colours and materials, one or a pair."""

import bpy
import numpy as np
from mathutils import Matrix

from ..scenes import paints, shapes, shoe
from ..stage import jitter

TRAIN = ["one", "one", "pair"]
HELD_OUT = ["sole up", "hanging pair"]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.closest = (5, 45), 2.6
    stage.samples = 14
    if held_out:
        dyes = [(0.10, 0.32, 0.30), (0.55, 0.38, 0.05), (0.33, 0.10, 0.28)]
    else:
        dyes = [
            (0.74, 0.725, 0.69),
            (0.02, 0.02, 0.022),
            (0.40, 0.02, 0.02),
            (0.03, 0.06, 0.22),
            (0.25, 0.13, 0.06),
            (0.10, 0.14, 0.07),
        ]
    dye = jitter(random, dyes[int(random.integers(len(dyes)))], 0.15)
    one(stage, random, dye)
    made = list(stage.subject.objects)
    middle = Matrix.Translation((-0.14, 0, -0.05))
    if variant == "one":
        stage.turn(middle)
        return
    if variant == "sole up":
        stage.turn(Matrix.Rotation(random.uniform(1.2, 2.2), 4, "X") @ middle)
        stage.elevation = (-30, 30)
        return
    # The other shoe is the mirror image of the first.
    bpy.context.view_layer.update()
    flip = Matrix.Diagonal((1, -1, 1, 1))
    if variant == "pair":
        place = Matrix.Translation((random.normal() * 0.03, -0.13 - 0.05 * random.random(), 0)) @ Matrix.Rotation(random.normal() * 0.3, 4, "Z")
        first = Matrix.Identity(4)
    else:
        first = Matrix.Translation((0, 0.05, 0)) @ Matrix.Rotation(1.3, 4, "Y") @ Matrix.Rotation(0.3, 4, "X")
        place = Matrix.Translation((0, -0.07, -0.05)) @ Matrix.Rotation(1.35, 4, "Y") @ Matrix.Rotation(-0.4, 4, "X")
    for thing in made:
        own = thing.matrix_world.copy()
        copy = bpy.data.objects.new(thing.name, thing.data)
        for modifier in thing.modifiers:
            if modifier.type == "SOLIDIFY":
                twin = copy.modifiers.new("solid", "SOLIDIFY")
                twin.thickness, twin.offset = modifier.thickness, modifier.offset
        stage.put(copy)
        thing.matrix_world = first @ middle @ own
        copy.matrix_world = place @ middle @ flip @ own


def one(stage, random, dye) -> None:
    """The test scene's shoe, part by part, in other materials."""
    canvas = paints.cloth("canvas", dye, 0.0011, sheen=0.15, relief=0.9)
    if random.random() < 0.3:
        canvas = paints.plain("suede", dye, random.uniform(0.4, 0.95), Sheen_Weight=0.4)
    trim = jitter(random, dye if random.random() < 0.5 else random.uniform(0.02, 0.75, 3), 0.2)
    leather = paints.plain("leather", trim, random.uniform(0.25, 0.6))
    white = jitter(random, (0.72, 0.70, 0.66) if random.random() < 0.65 else random.uniform(0.02, 0.7, 3), 0.1)
    rubber = paints.plain("rubber", white, 0.42)
    gum = paints.plain("gum", jitter(random, (0.56, 0.45, 0.32), 0.3), 0.5)
    lining = paints.plain("lining", jitter(random, (0.5, 0.46, 0.4), 0.3), 0.9)
    thread = paints.plain("thread", jitter(random, (0.7, 0.68, 0.63), 0.3), 0.8)
    lace = paints.plain("lace", jitter(random, (0.76, 0.75, 0.72) if random.random() < 0.6 else random.uniform(0.02, 0.7, 3), 0.1), 0.85)
    metal = paints.plain("nickel", (0.72, 0.70, 0.67), 0.25, Metallic=1.0)
    u = np.concatenate([np.linspace(0, 12, 110), np.linspace(12, 0, 110)[1:-1]])
    side = np.where(np.arange(len(u)) < 110, 1, -1)
    v = np.linspace(0, 1, 36)
    points = np.stack([shoe.surface(k, np.full(36, a), v) for k, a in zip(side, u)])
    upper = shapes.grid("upper", points, canvas, closed_u=True)
    a, b, c = points[24, 12], points[25, 12], points[24, 13]
    stage.put(shoe.thick(upper, 0.0022, -1 if np.cross(b - a, c - a)[1] > 0 else 1))
    inner = np.stack([shoe.surface(k, np.full(36, a), v) - 0.0027 * shoe.outward(k, np.full(36, a), v) for k, a in zip(side, u)])
    stage.put(shapes.grid("lining", inner, lining, closed_u=True))
    rim = shoe.loop(0.995, 120)
    stage.put(shapes.tube("binding", np.concatenate([rim, rim[:2]]), 0.0019, leather, 10))
    shoe.sole(stage, rubber, gum, lining)
    shoe.panels(stage, leather, rubber, thread)
    shoe.tongue(stage, canvas, thread)
    shoe.laces(stage, lace, metal)
