"""Cloth: draped, hung, blown; lace, mesh and veils that let the background through."""

import math

import numpy as np
from mathutils import Matrix

from .. import strands
from ..scenes import paints, shapes
from ..stage import jitter

TRAIN = ["draped", "hung", "curtain", "flag", "veil", "lace", "mesh", "scarf", "crumpled"]
HELD_OUT = ["veil on a line", "lace curtain", "tasselled", "draped"]
PATTERNS = ["plain", "plain", "stripes", "checks", "dots"]
HELD_OUT_PATTERNS = ["plain", "zigzag", "rings"]


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.azimuth, stage.samples, stage.alpha_samples = (-5, 35), (-60, 60), 14, 110
    stage.scene.cycles.transparent_max_bounces = 24
    if variant in ("draped", "tasselled", "crumpled"):
        stage.azimuth = (-180, 180)
    if variant in ("scarf", "crumpled"):  # nearly flat: from above
        stage.elevation = (22, 65)
    rows = 48
    points = simulate(random, variant, rows)
    material = fabric(random, variant, held_out)
    thing = shapes.grid("cloth", points, material)
    layer = thing.data.uv_layers.new(name="UVMap")
    u = np.tile(np.linspace(0, 1, points.shape[1]), points.shape[0])
    v = np.repeat(np.linspace(0, 1, points.shape[0]), points.shape[1])
    corners = np.empty(len(thing.data.loops), np.int32)
    thing.data.loops.foreach_get("vertex_index", corners)
    layer.data.foreach_set("uv", np.stack([u[corners], v[corners]], -1).astype(np.float32).ravel())
    smooth = thing.modifiers.new("smooth", "SUBSURF")
    smooth.levels = smooth.render_levels = 2
    stage.put(thing)
    if variant in ("curtain", "lace curtain", "veil on a line"):
        rod = paints.plain("rod", jitter(random, (0.4, 0.3, 0.2), 0.4), 0.3, Metallic=float(random.random() < 0.5))
        top = points[0]
        stage.put(shapes.tube("rod", [(top[:, 0].min() - 0.06, 0, top[0, 2]), (top[:, 0].max() + 0.06, 0, top[0, 2])], 0.012, rod, 16))
    if variant == "flag":
        pole = paints.plain("pole", jitter(random, (0.6, 0.6, 0.62), 0.3), 0.3, Metallic=1.0)
        stage.put(shapes.tube("pole", [(-0.5, 0, -1.2), (-0.5, 0, 0.56)], 0.013, pole, 16))
    if variant == "tasselled":
        tassels(stage, points, jitter(random, random.uniform(0.05, 0.8, 3), 0.1))


def fabric(random, variant: str, held_out: bool):
    m = paints.Material("fabric")
    patterns = HELD_OUT_PATTERNS if held_out else PATTERNS
    kind = patterns[int(random.integers(len(patterns)))]
    sheer = "veil" in variant
    light = random.random() < (0.7 if sheer or "lace" in variant else 0.3)
    colour = jitter(random, (0.74, 0.72, 0.68) if light else random.uniform(0.02, 0.75, 3), 0.12)
    second = jitter(random, random.uniform(0.02, 0.8, 3), 0.1)
    where = m.position(source="UV")
    u = m.add("SeparateXYZ", {"Vector": where})
    x, y = u.outputs["X"], u.outputs["Y"]
    n = float(random.integers(5, 26))

    def wave(value, times):
        return m.maths("SINE", m.maths("MULTIPLY", value, 2 * math.pi * times))

    if kind == "stripes":
        mask = m.maths("GREATER_THAN", wave(x, n), float(random.uniform(-0.5, 0.5)))
    elif kind == "checks":
        mask = m.maths(
            "MULTIPLY",
            m.maths("ADD", m.maths("GREATER_THAN", wave(x, n), 0.0), m.maths("GREATER_THAN", wave(y, n), 0.0)),
            0.5,
        )
    elif kind == "dots":
        mask = m.maths("GREATER_THAN", m.maths("MULTIPLY", wave(x, n), wave(y, n)), 0.55)
    elif kind == "zigzag":
        mask = m.maths("GREATER_THAN", wave(m.maths("ADD", y, m.maths("MULTIPLY", m.maths("PINGPONG", x, 0.04), 1.0)), n), 0.0)
    elif kind == "rings":
        away = m.add("VectorMath", {0: where, 1: (0.5, 0.5, 0.0)}, operation="DISTANCE").outputs["Value"]
        mask = m.maths("GREATER_THAN", wave(away, n), 0.0)
    else:
        mask = None
    shade = m.mix(mask, colour, second) if mask else m.mix(m.noise(where, 6, 4), colour, tuple(0.85 * c for c in colour))
    thread = float(random.uniform(90, 260))
    weave = m.maths("MULTIPLY", wave(x, thread), wave(y, thread))
    satin = random.random() < 0.3
    surface = m.add(
        "BsdfPrincipled",
        {
            "Base Color": shade,
            "Roughness": 0.35 if satin else 0.85,
            "Sheen Weight": 0.3,
            "Normal": m.bump(weave, 0.4, 0.001),
        },
    )
    through = m.add("BsdfTranslucent", {"Color": shade})
    cloth = m.add("MixShader", {"Fac": float(random.uniform(0.1, 0.5))})
    m.set(cloth.inputs[1], surface.outputs[0])
    m.set(cloth.inputs[2], through.outputs[0])
    opacity = holes(m, random, variant, x, y, where, wave)
    if opacity is None:
        return m.surface(cloth)
    nothing, cut = m.add("BsdfTransparent"), m.add("MixShader", {"Fac": opacity})
    m.set(cut.inputs[1], nothing.outputs[0])
    m.set(cut.inputs[2], cloth.outputs[0])
    return m.surface(cut)


def holes(m, random, variant: str, x, y, where, wave):
    """How much thread there is at each point, or None for cloth without gaps."""
    if "veil" in variant:
        # Too fine to see: the share of thread, more where the cloth is seen edge on.
        facing = m.add("LayerWeight", {"Blend": 0.35}).outputs["Facing"]
        share = float(random.uniform(0.18, 0.55))
        base = m.maths("ADD", m.maths("MULTIPLY", facing, 0.55), share)
        edge = m.maths("GREATER_THAN", m.maths("ABSOLUTE", m.maths("SUBTRACT", y, 0.5)), 0.485)
        if random.random() < 0.4:  # sewn or printed dots
            dots = m.maths("GREATER_THAN", m.maths("MULTIPLY", wave(x, 9.0), wave(y, 9.0)), 0.9)
            edge = m.maths("MAXIMUM", edge, dots)
        return m.maths("MINIMUM", m.maths("ADD", base, m.maths("MULTIPLY", edge, 0.35)), 1.0)
    if variant == "mesh":
        cells = float(random.uniform(28, 60))
        line = float(random.uniform(0.80, 0.93))
        if random.random() < 0.5:  # square net
            a = m.maths("ABSOLUTE", wave(x, cells / 2))
            b = m.maths("ABSOLUTE", wave(y, cells / 2))
        else:  # diamonds
            a = m.maths("ABSOLUTE", wave(m.maths("ADD", x, y), cells / 2))
            b = m.maths("ABSOLUTE", wave(m.maths("SUBTRACT", x, y), cells / 2))
        return m.maths("GREATER_THAN", m.maths("MAXIMUM", a, b), line)
    if "lace" in variant:
        # A fine net, flowers on it, and a solid scalloped border.
        fine = float(random.uniform(60, 110))
        a = m.maths("ABSOLUTE", wave(m.maths("ADD", x, y), fine / 2))
        b = m.maths("ABSOLUTE", wave(m.maths("SUBTRACT", x, y), fine / 2))
        net = m.maths("GREATER_THAN", m.maths("MAXIMUM", a, b), 0.88)
        repeat = float(random.integers(4, 9))
        tile = m.add("VectorMath", {0: where, 1: (1 / repeat, 1 / repeat, 1.0)}, operation="MODULO").outputs["Vector"]
        centred = m.add("VectorMath", {0: tile, 1: (0.5 / repeat, 0.5 / repeat, 0.0)}, operation="SUBTRACT").outputs["Vector"]
        parts = m.add("SeparateXYZ", {"Vector": centred})
        angle = m.maths("ARCTAN2", parts.outputs["Y"], parts.outputs["X"])
        radius = m.maths("MULTIPLY", m.add("VectorMath", {0: centred}, operation="LENGTH").outputs["Value"], repeat)
        lobes = float(random.integers(4, 9))
        edge = m.maths("ADD", 0.28, m.maths("MULTIPLY", m.maths("COSINE", m.maths("MULTIPLY", angle, lobes)), 0.10))
        flower = m.maths(
            "MULTIPLY",
            m.maths("LESS_THAN", radius, edge),
            m.maths("GREATER_THAN", m.maths("ABSOLUTE", m.maths("SUBTRACT", radius, m.maths("MULTIPLY", edge, 0.55))), 0.035),
        )
        scallop = m.maths("ADD", 0.46, m.maths("MULTIPLY", m.maths("ABSOLUTE", wave(m.maths("ADD", x, y), 8.0)), 0.025))
        out = m.maths(
            "MAXIMUM",
            m.maths("ABSOLUTE", m.maths("SUBTRACT", x, 0.5)),
            m.maths("ABSOLUTE", m.maths("SUBTRACT", y, 0.5)),
        )
        border = m.maths("GREATER_THAN", out, scallop)
        return m.maths("MAXIMUM", m.maths("MAXIMUM", net, flower), border)
    return None


def simulate(random, variant: str, rows: int) -> np.ndarray:
    """A cloth of points `(rows, columns, 3)`: springs relaxed in turn under gravity and wind."""
    columns = rows if variant != "scarf" else rows // 4
    wide = 1.0 if variant != "scarf" else 0.27
    s, t = np.meshgrid(np.linspace(-wide / 2, wide / 2, columns), np.linspace(0.5, -0.5, rows))
    flat = variant in ("draped", "tasselled", "scarf", "crumpled")
    if variant in ("curtain", "lace curtain", "veil on a line"):
        folds, deep = random.uniform(3, 9), random.uniform(0.02, 0.06)
        phase = random.random() * 6
        grow = 1 + 0.6 * (0.5 - t)
        x = s * random.uniform(0.6, 1.0) + 0.02 * np.sin(2.3 * t + s * 4)
        y = deep * grow * np.sin(2 * math.pi * folds * s + phase + 0.5 * np.sin(3 * t)) + 0.03 * np.sin(5 * s + 2 * t)
        tie = 0.75 * random.random() * np.exp(-(((t + 0.1) / 0.25) ** 2)) if random.random() < 0.4 else 0
        return np.stack([x * (1 - tie), y, t * random.uniform(1.0, 1.5)], -1)
    if variant == "flag":
        phase = random.random() * 6
        along = s + 0.5
        y = 0.13 * along * np.sin(7 * along + phase + 1.5 * t) + 0.05 * along * np.sin(15 * along + 3 * t)
        return np.stack([s * 0.95, y, 0.6 * t + 0.2 - 0.10 * along**2 + 0.03 * along * np.sin(6 * along + phase)], -1)
    points = np.stack([s, t, np.full_like(s, 0.45)], -1) if flat else np.stack([s, 0 * s, t], -1)
    if variant in ("draped", "tasselled"):
        turn = np.array(Matrix.Rotation(random.random() * 6.3, 3, "Z"))
        points = points @ turn.T
    points += 0.004 * random.normal(size=points.shape)
    pinned = np.zeros((rows, columns), bool)
    if not flat:  # held by two corners or three points of the upper edge
        pinned[0, [0, -1]] = True
        if random.random() < 0.4:
            pinned[0, columns // 2] = True
        shrink = random.uniform(0.55, 0.9)
        points[0, pinned[0], 0] *= shrink
    bodies = obstacles(random, variant)
    rest = wide / (columns - 1)
    old, wind = points.copy(), random.normal(size=3) * (0.15, 0.25, 0.0) * (0.0 if flat else 1.0)
    fixed = points[pinned].copy()
    for _ in range(200):
        speed = 0.965 * (points - old)
        old = points.copy()
        points = points + speed + (np.array([0, 0, -1.0]) + wind) * 0.00016
        for _ in range(14):
            for axis, gap, stiff in ((0, 1, 1.0), (1, 1, 1.0), (0, 2, 0.05), (1, 2, 0.05)):
                relax(points, axis, gap, rest * gap, stiff)
            points[pinned] = fixed
        for centre, radii, power in bodies:
            local = (points - centre) / radii
            far = (np.abs(local) ** power).sum(-1, keepdims=True) ** (1 / power)
            points = np.where(far < 1, centre + local / np.maximum(far, 1e-6) * radii, points)
            old = np.where(far < 1, old + 0.6 * (points - old), old)  # cloth grips what it lies on
        if flat:
            low = points[..., 2] < 0.004
            old[low] = points[low]  # no sliding on the floor
            points[..., 2] = np.maximum(points[..., 2], 0.002 + 0.001 * np.sin(40 * points[..., 0]))
    return points


def relax(points: np.ndarray, axis: int, gap: int, length: float, stiff: float) -> None:
    """Moves both ends of every spring half way to its length, odd ones after even ones."""
    n = points.shape[axis]
    for start in range(2 * gap):
        a = np.arange(start, n - gap, 2 * gap)
        if not len(a):
            continue
        first = (a, slice(None)) if axis == 0 else (slice(None), a)
        second = (a + gap, slice(None)) if axis == 0 else (slice(None), a + gap)
        between = points[second] - points[first]
        far = np.linalg.norm(between, axis=-1, keepdims=True) + 1e-9
        move = 0.5 * stiff * between * (1 - length / far)
        points[first] += move
        points[second] -= move


def obstacles(random, variant: str):
    if variant in ("draped", "tasselled"):
        if random.random() < 0.5:
            return [(np.array([0, 0, 0.2]), np.array([0.2, 0.2, 0.2]) * random.uniform(0.8, 1.2), 2)]
        return [(np.array([0, 0, 0.15]), np.array([0.24, 0.2, 0.27]) * random.uniform(0.8, 1.1), 6)]
    if variant == "scarf":
        return [(np.array([0, 0.0, 0.36]), np.array([0.5, 0.05, 0.05]), 2)]
    if variant == "crumpled":
        return [
            (
                random.normal(size=3) * (0.2, 0.2, 0) + (0, 0, 0.02),
                np.array([0.09, 0.09, 0.1]) * random.uniform(0.6, 1.3),
                2,
            )
            for _ in range(5)
        ]
    return []


def tassels(stage, points: np.ndarray, colour) -> None:
    random = stage.random
    rim = np.concatenate([points[0], points[:, -1], points[-1, ::-1], points[::-1, 0]])
    start = np.repeat(rim, 10, 0) + 0.003 * random.normal(size=(10 * len(rim), 3))
    t = np.linspace(0, 1, 6)[None, :, None]
    path = start[:, None] - (0, 0, 0.06) * t * random.uniform(0.7, 1.1, (len(start), 1, 1)) + 0.006 * t * shapes.drift(start, 0.03, random)[:, None]
    if (rim[:, 2] < 0.05).mean() > 0.3:  # lying on the floor: outward rather than down
        out = start * (1, 1, 0) / (np.linalg.norm(start * (1, 1, 0), axis=1, keepdims=True) + 1e-6)
        path = start[:, None] + 0.06 * t * out[:, None] + 0.006 * t * shapes.drift(start, 0.03, random)[:, None]
    strands.put_strands(
        stage,
        "tassel",
        path,
        np.full((len(path), 6), 0.0009),
        strands.fibre("tassel", 0.6, 0.15),
        np.tile(colour, (len(path), 1)),
    )
