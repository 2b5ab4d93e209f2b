"""A white canvas shoe on white paper: light on light, the outline held by shadows alone.

The upper is one surface, an annulus between the sole's outline and the edge of the opening, as
the pattern of a real shoe is. A point on it has a side (+1 or -1), a station `u` from heel (0)
to toe (12), and a height `v` from the sole (0) to the edge (1).
"""

import math

import numpy as np

from . import materials as paints
from . import rooms, shapes
from .shapes import unit

SIZE = (1400, 1050)
SAMPLES = 28

# Per station: the sole's outline (x, half width), the opening's edge (x, half width, z),
# how steeply the upper leaves the sole, and the direction in which it meets the edge.
OUTLINE = np.array(
    [
        (0, 0),
        (0.004, 0.016),
        (0.016, 0.027),
        (0.04, 0.0325),
        (0.075, 0.034),
        (0.11, 0.0345),
        (0.15, 0.0395),
        (0.19, 0.046),
        (0.222, 0.0455),
        (0.25, 0.0385),
        (0.268, 0.026),
        (0.2765, 0.012),
        (0.279, 0),
    ]
)
EDGE = np.array(
    [
        (0.0075, 0, 0.083),
        (0.009, 0.010, 0.0825),
        (0.0155, 0.0195, 0.080),
        (0.035, 0.0262, 0.0715),
        (0.066, 0.0285, 0.0635),
        (0.093, 0.0268, 0.069),
        (0.113, 0.0210, 0.086),
        (0.140, 0.0178, 0.0795),
        (0.168, 0.0145, 0.0695),
        (0.1835, 0.0105, 0.0632),
        (0.1895, 0.0062, 0.0608),
        (0.1915, 0.003, 0.0600),
        (0.192, 0, 0.0598),
    ]
)
LEAVE = np.array([0.075, 0.075, 0.072, 0.066, 0.06, 0.062, 0.068, 0.07, 0.072, 0.078, 0.082, 0.084, 0.085])
MEET = np.array(
    [
        (0.012, 0, 0.05),
        (0.011, -0.002, 0.05),
        (0.008, -0.006, 0.05),
        (0.002, -0.008, 0.045),
        (0, -0.006, 0.042),
        (0.0, -0.014, 0.042),
        (-0.004, -0.026, 0.03),
        (-0.006, -0.034, 0.022),
        (-0.02, -0.038, 0.022),
        (-0.045, -0.03, 0.022),
        (-0.062, -0.016, 0.022),
        (-0.068, -0.007, 0.022),
        (-0.07, 0, 0.022),
    ]
)
SOLE_TOP = 0.0235


def bend(x):
    """The last is not symmetric: the toe leans to the inner side, and lifts off the floor."""
    t = x / 0.279
    return 0.007 * np.sin(2.6 * t) * t - 0.002, 0.010 * np.clip((t - 0.70) / 0.30, 0, None) ** 2


def at(table, u):
    """Catmull-Rom look-up of a per-station table at fractional stations."""
    mirror = table.copy().astype(float)
    p = np.concatenate([mirror[1:2], mirror, mirror[-2:-1]])
    if table.ndim == 2:  # mirror the half width across the axis, so that the ends close smoothly
        p[[0, -1], 1] *= -1
    i = np.clip(np.floor(u).astype(int), 0, len(table) - 2)
    s = (u - i).reshape(u.shape + (1,) * (table.ndim - 1))
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * s + (2 * a - 5 * b + 4 * c - d) * s**2 + (3 * b - a - 3 * c + d) * s**3)


def surface(side, u, v):
    """Points of the upper; `u` and `v` broadcast."""
    u, v = np.broadcast_arrays(np.asarray(u, float), np.asarray(v, float))
    base, edge, meet = at(OUTLINE, u), at(EDGE, u), at(MEET, u)
    leave = at(LEAVE, u)
    inset = 1 - 0.0025 / (np.abs(base[..., 1]) + 0.02)
    start = np.stack([0.0025 + base[..., 0] * 0.984, base[..., 1] * inset, np.full(u.shape, SOLE_TOP - 0.004)], axis=-1)
    rise = np.stack([0 * leave, 0.05 * leave, leave], axis=-1)
    s = v[..., None]
    point = (2 * s**3 - 3 * s**2 + 1) * start + (s**3 - 2 * s**2 + s) * rise + (3 * s**2 - 2 * s**3) * edge + (s**3 - s**2) * meet
    lean, lift = bend(point[..., 0])
    # The lift fades towards the opening, where the foot holds the shoe straight.
    return np.stack([point[..., 0], side * point[..., 1] + lean, point[..., 2] + lift * (1 - 0.6 * v)], axis=-1)


def outward(side, u, v, h=1e-3):
    along = surface(side, np.clip(u + h, 0, 12), v) - surface(side, np.clip(u - h, 0, 12), v)
    up = surface(side, u, np.clip(v + h, 0, 1)) - surface(side, u, np.clip(v - h, 0, 1))
    return unit(side * np.cross(up, along))


def loop(v, count=150, offset=0.0):
    """Once round the shoe at a height: left side heel to toe, right side back."""
    u = np.linspace(0, 12, count)
    v = np.broadcast_to(v, u.shape)
    left = surface(1, u, v) + offset * outward(1, u, v)
    right = surface(-1, u[::-1], v[::-1]) + offset * outward(-1, u[::-1], v[::-1])
    return np.concatenate([left, right[1:-1]])


def thick(thing, amount, offset=-1.0):
    solid = thing.modifiers.new("solid", "SOLIDIFY")
    solid.thickness, solid.offset = amount, offset
    return thing


def panel(side, u, v, offset=0.0009):
    """A piece sewn onto the upper: station and height arrays `(a, b)`, raised a little."""
    u, v = np.broadcast_arrays(u, v)
    return surface(side, u, v) + offset * outward(side, u, v)


def stitches(stage, path, thread, length=0.0026, gap=0.0012):
    """A running seam along a path, sunk at both ends of every stitch."""
    step = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    for start in np.arange(0, step[-1] - length, length + gap):
        where = np.linspace(start, start + length, 5)
        piece = np.stack([np.interp(where, step, path[:, k]) for k in range(3)], axis=-1)
        stage.put(shapes.tube("stitch", piece, [0.00015, 0.0004, 0.00045, 0.0004, 0.00015], thread, 6), True)


def build(stage):
    canvas = paints.cloth("canvas", (0.74, 0.725, 0.69), 0.0011, sheen=0.15, relief=0.9)
    leather = paints.Material("leather")
    where = leather.position()
    cells = leather.add("TexVoronoi", {"Vector": where, "Scale": 900.0}, feature="DISTANCE_TO_EDGE").outputs["Distance"]
    leather.principled((0.72, 0.705, 0.675), 0.48, Normal=leather.bump(cells, 0.25, 0.0004))
    rubber = paints.Material("rubber")
    scuff = rubber.ramp(rubber.noise(rubber.position((1, 1, 2)), 35, 5), (0.3, (0.70, 0.685, 0.64)), (0.6, (0.76, 0.75, 0.71)))
    rubber.principled(scuff, 0.42, Normal=rubber.bump(rubber.noise(rubber.position(), 700, 2), 0.1, 0.0003))
    gum = paints.plain("gum", (0.56, 0.45, 0.32), 0.5)
    lining = paints.cloth("lining", (0.60, 0.55, 0.47), 0.0009, sheen=0.2)
    thread = paints.plain("thread", (0.70, 0.68, 0.63), 0.8)
    cotton = paints.cloth("cotton", (0.78, 0.77, 0.745), 0.0008, sheen=0.3, relief=1.0)
    metal = paints.plain("nickel", (0.72, 0.70, 0.67), 0.25, Metallic=1.0)

    u = np.concatenate([np.linspace(0, 12, 190), np.linspace(12, 0, 190)[1:-1]])
    side = np.where(np.arange(len(u)) < 190, 1, -1)
    v = np.linspace(0, 1, 60)
    points = np.stack([surface(k, np.full(60, a), v) for k, a in zip(side, u)])
    stage.put(thick(shapes.grid("upper", points, canvas, closed_u=True), 0.0022, -1 if facing_out(points) else 1), True)
    inner = np.stack([surface(k, np.full(60, a), v) - 0.0027 * outward(k, np.full(60, a), v) for k, a in zip(side, u)])
    stage.put(shapes.grid("lining", inner, lining, closed_u=True), True)
    rim = loop(0.995, 170)
    stage.put(shapes.tube("binding", np.concatenate([rim, rim[:2]]), 0.0019, leather.data, 10), True)

    sole(stage, rubber.data, gum, lining)
    panels(stage, leather.data, rubber.data, thread)
    tongue(stage, canvas, thread)
    laces(stage, cotton, metal)
    turn(stage, math.radians(-152), (0.05, 0.02))
    surroundings(stage)


def facing_out(points):
    a, b, c = points[40, 20], points[41, 20], points[40, 21]
    return np.cross(b - a, c - a)[1] > 0


def sole(stage, rubber, gum, lining):
    u = np.linspace(0, 12, 160)
    half = at(OUTLINE, u)
    ring = np.concatenate([half, (half * (1, -1))[::-1][1:-1]])
    tangent = np.roll(ring, -1, 0) - np.roll(ring, 1, 0)
    normal = unit(np.stack([-tangent[:, 1], tangent[:, 0]], axis=-1))

    def rings(profile):
        layers = []
        for off, z in profile:
            flat = ring + normal * off
            lean, lift = bend(np.clip(flat[:, 0], 0, 0.285))
            layers.append(np.stack([flat[:, 0], flat[:, 1] + lean, z + lift], axis=-1))
        return layers

    wall = [
        (-0.003, 0.0035),
        (0.0012, 0.0035),
        (0.0019, 0.0045),
        (0.0019, 0.0070),
        (0.0012, 0.0078),
        (0.0010, 0.0084),
        (0.0015, 0.0092),
        (0.0017, 0.013),
        (0.0014, 0.0180),
        (0.0006, 0.0187),
        (0.0006, 0.0193),
        (0.0013, 0.0199),
        (0.0012, 0.0225),
        (0.0004, 0.0239),
        (-0.001, 0.0243),
        (-0.003, 0.0240),
        (-0.004, 0.021),
    ]
    stage.put(shapes.grid("foxing", np.stack(rings(shapes.smooth_path(wall, 90)), axis=1), rubber, closed_u=True), True)
    tread = [
        (-0.02, 0.0),
        (-0.004, 0.0),
        (0.0008, 0.0004),
        (0.0016, 0.0014),
        (0.0016, 0.0030),
        (0.001, 0.0037),
        (-0.004, 0.0037),
    ]
    stage.put(shapes.grid("outsole", np.stack(rings(tread), axis=1), gum, closed_u=True), True)
    layers = rings([(-0.002, 0.0250)])
    middle = layers[0] * (0.96, 0, 1) + (0.005, 0, 0)
    middle[:, 1] = bend(np.clip(middle[:, 0], 0, 0.285))[0]
    stage.put(shapes.grid("insole", np.stack([layers[0], middle], axis=1), lining, closed_u=True), True)
    # A bumper of ribbed rubber round the toe.
    toe = np.arange(len(ring))[(ring[:, 0] > 0.232)]
    for low in (0.0105, 0.0128, 0.0151):
        flat = ring[toe] + normal[toe] * 0.0019
        lean, lift = bend(flat[:, 0])
        path = np.stack([flat[:, 0], flat[:, 1] + lean, low + lift], axis=-1)
        fade = np.sin(np.linspace(0, np.pi, len(path))) ** 0.25
        stage.put(shapes.tube("rib", path, 0.0010 * fade, rubber, 8), True)


def panels(stage, leather, rubber, thread):
    t = np.linspace(0, 1, 70)
    for side in (1, -1):
        # The stay that carries the eyelets, along the edge.
        low = 0.70 - 0.13 * np.sin(np.pi * t) + 0.10 * (1 - t) ** 6
        u = 5.35 + 4.9 * t
        height = low[:, None] + (1.0 - low[:, None]) * np.linspace(0, 1, 16)
        points = panel(side, u[:, None], height, 0.0010)
        stage.put(thick(shapes.grid("stay", points, leather), 0.0012, 0), True)
        stitches(stage, panel(side, u[2:-2], low[2:-2] + 0.03, 0.0019), thread)
        stitches(stage, panel(side, u[2:-2], low[2:-2] + 0.065, 0.0019), thread)
        # The counter at the heel, and a seam where the quarter is sewn to the vamp.
        u = 2.9 * (1 - 0.55 * np.linspace(0, 1, 40) ** 2)
        height = np.linspace(0, 0.99, 40)
        points = panel(side, u[None] * np.linspace(0, 1, 30)[:, None], height[None], 0.0010)
        stage.put(thick(shapes.grid("counter", points, leather), 0.0012, 0), True)
        stitches(stage, panel(side, u[2:-2] - 0.10, height[2:-2], 0.0019), thread)
        seam = 7.6 + 1.1 * t**1.5
        stitches(stage, panel(side, seam, 0.02 + 0.50 * t, 0.0004), thread)
        stitches(stage, panel(side, seam + 0.10, 0.02 + 0.50 * t, 0.0004), thread)
    # The cap over the toe spans both sides, so it is laid as one grid.
    u = np.concatenate([np.linspace(9.15, 12, 60), np.linspace(12, 9.15, 60)[1:]])
    sides = np.where(np.arange(len(u)) < 60, 1, -1)
    reach = 0.57 * np.clip((u - 9.15) / 2.85, 0, 1) ** 0.55
    v = np.linspace(0, 1, 30)
    points = np.stack([panel(k, np.full(30, a), r * v, 0.0012 * min(1, 12 * r + 0.2)) for k, a, r in zip(sides, u, reach)])
    stage.put(thick(shapes.grid("cap", points, rubber), 0.0015, 0), True)
    edge = np.stack([panel(k, np.array(a), np.array(r + 0.035), 0.0006) for k, a, r in zip(sides, u, reach)])
    stitches(stage, edge[4:-4], thread)


def tongue(stage, canvas, thread):
    spine = shapes.smooth_path(
        [
            (0.200, 0, 0.0545),
            (0.175, 0, 0.0635),
            (0.145, 0, 0.0755),
            (0.118, 0, 0.0870),
            (0.103, 0, 0.0975),
            (0.094, 0, 0.1085),
        ],
        80,
    )
    half = np.interp(
        np.linspace(0, 1, 80),
        [0, 0.5, 0.80, 0.88, 0.94, 0.97, 0.99, 1],
        [0.014, 0.021, 0.0235, 0.0225, 0.0195, 0.0165, 0.0125, 0.008],
    )
    across = np.linspace(-1, 1, 31)
    points = spine[:, None] + np.zeros((1, 31, 1))
    points[..., 1] += half[:, None] * across + bend(spine[:, 0])[0][:, None]
    points[..., 2] -= 0.010 * across[None] ** 2 * (0.5 + 0.5 * np.linspace(0, 1, 80)[:, None])
    thing = thick(shapes.grid("tongue", points, canvas), 0.0042, 0)
    soft = thing.modifiers.new("soft", "BEVEL")
    soft.width, soft.segments = 0.0015, 3
    stage.put(thing, True)
    stitches(stage, points[74, 3:-3] + (0, 0, 0.0023), thread)


def laces(stage, cotton, metal):
    stations = np.linspace(6.12, 9.25, 6)
    holes = {k: surface(k, stations, np.full(6, 0.865)) for k in (1, -1)}
    normals = {k: outward(k, stations, np.full(6, 0.865)) for k in (1, -1)}
    for k in (1, -1):
        for hole, normal in zip(holes[k], normals[k]):
            a = unit(np.cross(normal, (1, 0, 0)))
            b = np.cross(normal, a)
            t = np.linspace(0, 2 * math.pi, 33)
            ring = hole + normal * 0.0021 + 0.0031 * (np.cos(t)[:, None] * a + np.sin(t)[:, None] * b)
            stage.put(shapes.tube("eyelet", ring, 0.0009, metal, 8, up=normal), True)

    def lace(points, up=(0, 0, 1), width=0.0036):
        path = shapes.smooth_path(points, 12 * len(points))
        stage.put(shapes.tube("lace", path, width, cotton, 14, flat=0.32, up=up), True)

    for row in range(6):
        left, right = holes[1][row] + normals[1][row] * 0.0030, holes[-1][row] + normals[-1][row] * 0.0030
        crest = 0.5 * (left + right) + (0, 0, 0.0058 + 0.0004 * (row % 2))
        inside = [holes[k][row] - normals[k][row] * 0.001 for k in (1, -1)]
        lace(
            [
                inside[0],
                left,
                0.45 * left + 0.55 * crest + (0, 0, 0.0018),
                crest,
                0.45 * right + 0.55 * crest + (0, 0, 0.0018),
                right,
                inside[1],
            ]
        )
        if row < 5:
            for k in (1, -1):  # under the bars, from row to row
                start, end = (
                    holes[k][row] - normals[k][row] * 0.0005,
                    holes[-k][row + 1] - normals[-k][row + 1] * 0.0005,
                )
                middle = 0.5 * (start + end) + (0, 0, 0.0036 + 0.0012 * k)
                lace([start, 0.5 * (start + middle) + (0, 0, 0.0014), middle, 0.5 * (end + middle) + (0, 0, 0.0014), end])
    knot = 0.5 * (holes[1][0] + holes[-1][0]) + (-0.001, 0, 0.0105)
    stage.put(shapes.ball("knot", knot, (0.0062, 0.0068, 0.0046), cotton), True)
    for k in (1, -1):
        lace(
            [
                knot,
                knot + (0.002, k * 0.016, 0.012),
                knot + (0.010, k * 0.037, 0.008),
                knot + (0.017, k * 0.043, -0.010),
                knot + (0.014, k * 0.034, -0.012),
                knot + (0.008, k * 0.018, -0.001),
                knot,
            ],
            up=(1, 0, 0.3),
        )
        lace(
            [
                knot,
                knot + (0.010, k * 0.010, 0.006),
                knot + (0.022, k * 0.025, -0.006),
                knot + (0.032, k * 0.036, -0.026),
                knot + (0.036, k * 0.041, -0.046),
            ],
            up=(1, 0, 0.5),
        )
        tip = [knot + (0.036, k * 0.041, -0.046), knot + (0.0385, k * 0.0432, -0.058)]
        stage.put(shapes.tube("aglet", tip, 0.0015, metal, 10), True)


def turn(stage, yaw, shift):
    """Turns the finished shoe on the floor."""
    from mathutils import Matrix

    move = Matrix.Translation((*shift, 0)) @ Matrix.Rotation(yaw, 4, "Z") @ Matrix.Translation((-0.14, 0, 0))
    for thing in list(stage.subject.objects):
        thing.matrix_world = move @ Matrix.LocRotScale(thing.location, thing.rotation_euler, thing.scale)


def surroundings(stage):
    rooms.sweep(stage, (0.80, 0.795, 0.785), width=3.0, back=1.0, radius=0.6, height=2.0, front=1.5)
    stage.ambient((0.95, 0.98, 1.0), 0.12)
    stage.softbox((-0.9, 0.1, 0.9), (0, 0, 0.03), (0.42, 0.6), 17, (1.0, 0.985, 0.96))
    stage.softbox((0.9, -0.7, 0.7), (0, 0, 0.05), (0.7, 0.7), 4.0, (0.94, 0.97, 1.0))
    stage.softbox((0.1, 0.5, 1.4), (0.0, 0.5, 0.2), (1.4, 0.8), 9)
    stage.camera((0.10, -0.98, 0.40), (0.048, 0.0, 0.048), 102, focus=(0.0, -0.05, 0.05), fstop=13)
    stage.exposure(1.0)
