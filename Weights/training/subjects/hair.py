"""Heads with hair: a head and shoulders, thousands of strands behind and before them."""

import numpy as np

from .canvas import Canvas
from .curves import ellipse, normals, smooth
from .fields import smoothstep
from .materials import skin, surface
from .variety import Draw, Variety, hsv

# How the hair falls, and how it curls.
CUTS = Variety(("long", "long", "shoulder", "short", "afro", "tail", "blown", "crop"), ("bob", "spiked", "bun"))
CURLS = Variety(("straight", "wavy", "curly", "frizzy"), ("corkscrew", "crimped"))

# Hue, saturation and value of a strand, from, to.
COLOURS = Variety(
    (
        ((0.05, 0.09), (0.3, 0.7), (0.04, 0.15)),
        ((0.05, 0.09), (0.4, 0.7), (0.15, 0.4)),
        ((0.09, 0.13), (0.3, 0.6), (0.55, 0.9)),
        ((0.0, 1.0), (0.0, 0.08), (0.55, 0.97)),
        ((0.0, 1.0), (0.0, 0.2), (0.02, 0.08)),
        ((0.9, 0.97), (0.4, 0.8), (0.4, 0.9)),
    ),
    (((0.01, 0.045), (0.6, 0.85), (0.35, 0.75)), ((0.46, 0.53), (0.4, 0.8), (0.3, 0.8)), ((0.75, 0.82), (0.3, 0.7), (0.3, 0.8))),
)


def hair_colour(draw: Draw) -> np.ndarray:
    hue, saturation, value = (draw.uniform(*span) for span in draw.one(COLOURS))
    return hsv(hue, saturation, value)


def curled(draw: Draw, paths: np.ndarray, curl: str, scale: float, lock: np.ndarray) -> np.ndarray:
    """Bends strands out of their paths, those of one lock alike."""
    wave, reach, loop = {
        "straight": (6, 0.05, 0),
        "wavy": (1.6, 0.10, 0),
        "curly": (0.6, 0.12, 0.8),
        "frizzy": (0.3, 0.05, 0.6),
        "corkscrew": (0.35, 0.10, 1.6),
        "crimped": (0.25, 0.03, 0),
    }[curl]
    wave, reach = wave * scale * draw.uniform(0.7, 1.4), reach * scale * draw.uniform(0.6, 1.4)
    # Seven vertices to a wave, or curls look like bent wire.
    longest = np.percentile(np.hypot(*np.moveaxis(np.diff(paths, axis=1), 2, 0)).sum(1), 80)
    paths = shortened(paths, np.ones(len(paths)), int(np.clip(7 * longest / wave, paths.shape[1], 240)))
    rng, (count, vertices) = draw.rng, paths.shape[:2]
    along = np.concatenate([np.zeros((count, 1)), np.cumsum(np.hypot(*np.moveaxis(np.diff(paths, axis=1), 2, 0)), 1)], 1)
    locks = int(lock.max()) + 1
    phase = (rng.uniform(0, 2 * np.pi, locks)[lock] + rng.normal(0, 0.5, count))[:, None]
    waves = (wave * np.exp(rng.normal(0, 0.12, locks)))[lock][:, None]
    grown = smoothstep(0, wave * 1.2, along)
    angle = along * 2 * np.pi / waves + phase
    across = normals(paths)
    tangent = np.stack([across[..., 1], -across[..., 0]], -1)
    reach = reach * rng.uniform(0.6, 1.3, (count, 1)) * grown
    bent = paths + across * (reach * np.sin(angle))[..., None] + tangent * (reach * loop * np.cos(angle))[..., None]
    if curl == "frizzy":
        steps = rng.normal(0, 1, (count, vertices, 2)).cumsum(1) * scale * 0.08 / vertices**0.5
        bent = bent + steps * grown[..., None]
    return bent


def guides(draw: Draw, cut: str, side: np.ndarray, depth: np.ndarray, radii: np.ndarray, part: float, shape: dict) -> np.ndarray:
    """Paths of strands relative to the head's centre: from the parting over the skull, then down.

    `depth` is 0 next to the face and 1 at the outermost; beyond 1 it flies away.
    """
    a, b = radii
    count = len(side)
    widen = 0.8 + (0.2 + shape["volume"]) * depth
    start = np.stack([np.full(count, part * a) + side * 0.08 * a * (1 - depth), -b * (0.9 + 0.12 * depth)], 1)
    points = [start]
    for angle in shape["over"]:
        points.append(
            np.stack([side * a * widen * np.cos(angle) + part * a * 0.3 * np.sin(angle), -b * (0.9 + (0.1 + shape["volume"]) * depth) * np.sin(angle)], 1)
        )
    fall = shape["length"] * b * (1 - shape["taper"] * depth)
    flare = shape["flare"]
    for share in (0.5, 1.0):
        x = side * a * (widen * (1 + flare * share) + 0.1 * np.sin(3 * depth + share))
        points.append(np.stack([x + shape["wind"] * b * share**2, -b * np.sin(shape["over"][-1]) + fall * share], 1))
    return np.stack(points, 1)


def strand_colours(draw: Draw, base: np.ndarray, lock: np.ndarray, vertices: int, depth: np.ndarray, look: dict) -> np.ndarray:
    """Colours along strands: each a little different, darker at the root, with the bands of light that hair shows."""
    rng, count = draw.rng, len(lock)
    t = np.linspace(0, 1, vertices)[None]
    value = np.exp(rng.normal(0, look["variety"], count) + rng.normal(0, look["locks"], lock.max() + 1)[lock])[:, None]
    value = value * (look["root"] + (1 - look["root"]) * smoothstep(0, 0.5, t)) * (1 + look["tip"] * t)
    value = value * (0.55 + 0.45 * np.clip(depth, 0, 1))[:, None]
    band = rng.normal(0, 0.04, lock.max() + 1)[lock][:, None]
    shine = look["shine"] * np.exp(-(((t - look["band"] - band) / 0.1) ** 2)) * rng.uniform(0.2, 1, (count, 1))
    shine = shine + 0.5 * look["shine"] * np.exp(-(((t - look["band"] - 0.42 - band) / 0.13) ** 2))
    tint = base + rng.normal(0, 0.015, (count, 3))
    return np.clip(tint[:, None] * value[..., None] + shine[..., None] * (0.4 + 0.6 * base), 0, 1)


def look_of(draw: Draw) -> dict:
    return {
        "variety": draw.uniform(0.1, 0.3),
        "locks": draw.uniform(0.05, 0.2),
        "root": draw.uniform(0.5, 1),
        "tip": draw.uniform(-0.1, 0.5),
        "shine": draw.uniform(0, 0.35),
        "band": draw.uniform(0.12, 0.4),
    }


def hair_layer(draw: Draw, canvas: Canvas, centre, radii, style: dict, count: int, behind: bool) -> None:
    """One layer of strands, painted from the innermost out."""
    rng, size = draw.rng, float(np.mean(radii))
    locks = style["lock count"]
    lock_side, lock_depth = rng.choice([-1.0, 1.0], locks), rng.uniform(0, 1, locks)
    lock_length = np.exp(rng.normal(0, style["uneven"], locks))
    lock = rng.integers(0, locks, count)
    side = lock_side[lock] * np.where(rng.random(count) < 0.9, 1, rng.uniform(-1, 1, count) if behind else 1)
    if behind:
        side = rng.uniform(-1, 1, count)
    depth = np.clip(lock_depth[lock] + rng.normal(0, 0.12, count), 0, 1.02)
    stray = rng.random(count) < style["stray"]
    depth = np.where(stray, rng.uniform(0.3, 1.08 + style["volume"] * 0.5, count), depth)
    order = np.argsort(depth + rng.normal(0, 0.15, count))
    side, depth, lock, stray = side[order], depth[order], lock[order], stray[order]
    control = guides(draw, style["cut"], side, depth, np.asarray(radii), style["part"], style)
    own = guides(
        draw, style["cut"], np.where(stray, side, side * 0 + np.sign(side)) if not behind else side, lock_depth[lock], np.asarray(radii), style["part"], style
    )
    gather = (style["clump"] * np.linspace(0, 1, control.shape[1]) ** 1.5)[None, :, None] * ~stray[:, None, None]
    control = control + (own - control) * gather
    wander = np.linspace(0, 1, control.shape[1]) ** 1.3
    control = control + rng.normal(0, 1, control.shape) * (np.where(stray, 0.2, 0.045) * size)[:, None, None] * wander[None, :, None]
    paths = smooth(control, 10)
    keep = np.clip(lock_length[lock] * rng.beta(6, style["ragged"], count) * np.where(stray, rng.uniform(0.4, 1.1, count), 1.05), 0.1, 1.25)
    paths = shortened(paths, keep)
    paths = curled(draw, paths, style["curl"], size, lock)
    paint_strands(draw, canvas, paths + np.asarray(centre), lock, depth, style, thin=stray)


def shortened(paths: np.ndarray, keep: np.ndarray, vertices: int | None = None) -> np.ndarray:
    """Each path's first part, with as many vertices as before or as asked for."""
    last = paths.shape[1] - 1
    place = np.minimum(np.linspace(0, 1, vertices or last + 1)[None] * keep[:, None], 1) * last
    low = np.minimum(place.astype(int), last - 1)
    rows = np.arange(len(paths))[:, None]
    share = (place - low)[..., None]
    return paths[rows, low] * (1 - share) + paths[rows, low + 1] * share


def paint_strands(draw: Draw, canvas: Canvas, paths: np.ndarray, lock: np.ndarray, depth: np.ndarray, style: dict, thin: np.ndarray) -> None:
    count, vertices = paths.shape[:2]
    t = np.linspace(0, 1, vertices)[None]
    half = style["width"] / 2 * np.exp(draw.rng.normal(0, 0.3, (count, 1))) * (1 - t ** style["point"] * 0.9)
    half = half * np.where(thin, 0.6, 1)[:, None]
    opacity = np.clip((1 - t) * 6, 0.3, 1)
    colour = strand_colours(draw, style["colour"], lock, vertices, depth, style["look"])
    if style["backlight"] > 0:
        colour = colour + (style["backlight"] * np.clip(depth - 0.75, 0, 0.4) / 0.4)[:, None, None] * (0.5 + 0.5 * style["colour"])
    canvas.strokes(paths, half, colour, opacity)


def radial_hair(draw: Draw, canvas: Canvas, centre, radii, style: dict, count: int) -> None:
    """Hair that stands off the skull all around: afro, crop, spikes."""
    rng, size = draw.rng, float(np.mean(radii))
    reach = style["reach"] * size
    locks = style["lock count"]
    lock = rng.integers(0, locks, count)
    lock_angle = rng.uniform(-0.12, np.pi + 0.12, locks)
    angle = lock_angle[lock] + rng.normal(0, 0.06, count)
    deep = np.sqrt(rng.uniform(0.25, 1, count))
    root = np.stack([np.cos(angle), -np.sin(angle)], 1) * np.asarray(radii) * (0.98 * deep)[:, None]
    root[:, 1] -= 0.05 * size
    lean = angle + style["lean"] + rng.normal(0, style["spread"], count)
    way = np.stack([np.cos(lean), -np.sin(lean)], 1)
    length = reach * np.exp(rng.normal(0, 0.18, count) + rng.normal(0, style["uneven"], locks)[lock])
    t = np.linspace(0, 1, 28)[None, :, None]
    tip = np.stack([np.cos(lock_angle), -np.sin(lock_angle)], 1)[lock] * (np.asarray(radii) * (1 + reach / size))
    paths = root[:, None] + way[:, None] * length[:, None, None] * t
    paths = paths + (tip[:, None] - paths) * style["clump"] * t**2
    paths[..., 1] += style["droop"] * length[:, None] * np.linspace(0, 1, 28)[None] ** 2
    order = np.argsort(deep + rng.normal(0, 0.1, count))[::-1]
    paths, lock, deep = paths[order], lock[order], deep[order]
    paths = curled(draw, paths, style["curl"], size * style["curl scale"], lock)
    paint_strands(draw, canvas, paths + np.asarray(centre), lock, 1.15 - 0.4 * deep, style, thin=rng.random(count) < 0.1)


def strands(draw: Draw, width: int, height: int) -> Canvas:
    """A head and shoulders, from the front, or close up."""
    canvas, rng = Canvas(width, height), draw.rng
    close = draw.chance(0.35)
    a = width * (draw.uniform(0.3, 0.5) if close else draw.uniform(0.14, 0.24))
    radii = np.array([a, a * draw.uniform(1.2, 1.4)])
    centre = np.array([width * draw.uniform(0.4, 0.6), height * draw.uniform(0.32, 0.5)])
    if close:
        centre = centre + np.array([draw.among(-1, 1) * draw.uniform(0.15, 0.6) * width, draw.uniform(0, 0.35) * height])
    cut, curl = draw.one(CUTS), draw.one(CURLS)
    style = {
        "cut": cut,
        "curl": curl,
        "colour": hair_colour(draw),
        "look": look_of(draw),
        "width": draw.log(0.6, 2.2) * (1.3 if close else 1),
        "point": draw.uniform(1.5, 5),
        "part": draw.uniform(-0.45, 0.45),
        "volume": draw.uniform(0.05, 0.5),
        "over": [draw.uniform(0.95, 1.2), draw.uniform(0.35, 0.6), draw.uniform(-0.25, 0.05)],
        "length": {"long": draw.uniform(1.4, 3), "shoulder": draw.uniform(0.8, 1.4), "blown": draw.uniform(1, 2), "bob": draw.uniform(0.6, 0.9)}.get(
            cut, draw.uniform(0.1, 0.4)
        ),
        "taper": draw.uniform(0, 0.2),
        "flare": draw.uniform(-0.15, 0.35),
        "wind": draw.uniform(0.6, 1.8) * rng.choice([-1, 1]) if cut == "blown" else rng.normal(0, 0.08),
        "stray": draw.log(0.02, 0.2) if curl != "frizzy" else draw.uniform(0.1, 0.3),
        "clump": draw.uniform(0.1, 0.9),
        "lock count": int(draw.log(25, 300)),
        "uneven": draw.uniform(0.03, 0.2) if cut != "bob" else 0.01,
        "ragged": draw.uniform(0.3, 1.5),
        "backlight": draw.uniform(0, 0.5) * draw.chance(0.4),
        "reach": {"afro": draw.uniform(0.4, 1.0), "crop": draw.uniform(0.06, 0.2), "spiked": draw.uniform(0.3, 0.6)}.get(cut, draw.uniform(0.1, 0.35)),
        "lean": rng.normal(0, 0.25),
        "spread": {"afro": 0.6, "spiked": 0.15}.get(cut, 0.35),
        "droop": draw.uniform(0, 0.4) if cut not in ("afro", "spiked") else 0.0,
        "curl scale": draw.uniform(0.3, 0.7),
    }
    if cut == "spiked":
        style["clump"], style["lock count"] = draw.uniform(0.7, 0.95), int(draw.uniform(15, 50))
    density = draw.log(0.35, 1.2) * (radii[0] / 110) ** 0.5
    radial = cut in ("afro", "crop", "spiked", "short", "tail", "bun")
    mass = dict(
        style,
        curl="straight",
        width=style["width"] * 5,
        stray=0.0,
        volume=style["volume"] * 0.7,
        length=style["length"] * 0.85,
        uneven=0.02,
        colour=style["colour"] * 0.55,
        reach=style["reach"] * 0.6,
        backlight=0.0,
    )
    if radial:
        radial_hair(draw, canvas, centre, radii * 0.95, mass, 900)
        radial_hair(draw, canvas, centre, radii, style, int(5000 * density))
    else:
        hair_layer(draw, canvas, centre, radii, mass, 600, True)
        hair_layer(draw, canvas, centre, radii, style, int(3000 * density), True)
    if cut == "tail":
        pony(draw, canvas, centre, radii, style, int(1500 * density))
    if cut == "bun":
        knot = dict(style, reach=0.25, clump=0.1, droop=0.0)
        radial_hair(draw, canvas, centre - [0, radii[1] * 1.15], radii * 0.42, knot, 1500)
        radial_hair(draw, canvas, centre - [0, radii[1] * 1.15], radii * [0.42, -0.42], knot, 1500)
    body(draw, canvas, centre, radii)
    if radial:
        fringe = dict(style, reach=style["reach"] * draw.uniform(0.5, 1), droop=draw.uniform(-0.3, 0.9))
        radial_hair(draw, canvas, centre - [0, radii[1] * 0.42], radii * [0.93, 0.62], fringe, int(2500 * density))
    else:
        hair_layer(draw, canvas, centre, radii, dict(mass, length=style["length"] * 0.7), 500, False)
        hair_layer(draw, canvas, centre, radii, style, int(4000 * density), False)
    return canvas


def pony(draw: Draw, canvas: Canvas, centre, radii, style: dict, count: int) -> None:
    """A tail bound behind the head that swings to one side."""
    rng, side = draw.rng, draw.among(-1, 1)
    knot = np.asarray(centre) + radii * [side * 0.7, -draw.uniform(0.2, 0.8)]
    end = knot + radii * [side * draw.uniform(0.4, 1.6), draw.uniform(0.8, 2.4)]
    middle = (knot + end) / 2 + radii * [side * draw.uniform(0.1, 0.6), -draw.uniform(0, 0.4)]
    lock = rng.integers(0, style["lock count"], count)
    thick = radii[0] * draw.uniform(0.12, 0.3)
    offset = rng.normal(0, 1, (count, 2)) * thick
    control = np.stack([knot + offset * 0.25, middle + offset, end + offset * draw.uniform(0.5, 1.6)], 1)
    paths = shortened(smooth(control, 14), rng.beta(6, 1, count))
    paths = curled(draw, paths, style["curl"], float(radii[0]), lock)
    paint_strands(draw, canvas, paths, lock, rng.uniform(0.5, 1, count), style, thin=rng.random(count) < 0.05)


def body(draw: Draw, canvas: Canvas, centre, radii) -> None:
    """Neck, shoulders and a face: something solid for the hair to hang on, with just enough shading to be taken for one."""
    a, b = radii
    centre = np.asarray(centre)
    tone = skin(draw)

    def flesh(rounding: float, dim: float = 1.0):
        return lambda mask: surface(draw, mask, tone * dim, rounding, "skin")

    neck, span = a * draw.uniform(0.42, 0.6), a * draw.uniform(1.7, 2.6)
    top = b * draw.uniform(1.35, 1.6)
    half = np.array(
        [
            [-neck, b * 0.5],
            [-neck * 1.05, top - 0.2 * b],
            [-span * 0.7, top + 0.12 * b],
            [-span, top + 0.6 * b],
            [-span * 1.08, top + 2 * b],
            [-span * 1.1, top + 9 * b],
        ]
    )
    canvas.fill([smooth(np.concatenate([half, half[::-1] * [-1, 1]]) + centre, 10)], flesh(a * 0.5, 0.85))
    collar = half.copy()
    collar[0], collar[1] = [0, top + b * draw.uniform(0.1, 0.7)], [-neck * 1.1, top - 0.12 * b]
    outline = smooth(np.concatenate([collar, collar[:0:-1] * [-1, 1]]) * [1.03, 1] + centre, 10)
    canvas.fill([outline], lambda mask: surface(draw, mask, None, a * draw.uniform(0.2, 0.8)))
    if draw.chance(0.6):
        for side in (-1, 1):
            canvas.fill([ellipse(centre + [side * a * 0.98, b * 0.05], [a * 0.13, b * 0.2])], flesh(a * 0.1, 0.9))
    jaw = draw.uniform(0.55, 0.8)
    oval = ellipse([0, 0], [a * 0.95, b], 64)
    oval[:, 0] *= np.where(oval[:, 1] > 0, 1 - (1 - jaw) * (oval[:, 1] / b) ** 2, 1)
    canvas.fill([oval + centre], flesh(a * 0.7))
    for side in (-1, 1):
        eye = centre + [side * a * 0.38, -b * 0.02]
        canvas.fill([ellipse(eye, [a * 0.2, a * 0.09])], (0.93, 0.92, 0.9), 0.9)
        canvas.fill([ellipse(eye, [a * 0.085, a * 0.085])], (0.15, 0.1, 0.08))
        canvas.fill([ellipse(eye - [0, a * 0.25], [a * 0.25, a * 0.04])], tone * 0.35, 0.8)
    canvas.fill([ellipse(centre + [0, b * 0.55], [a * 0.28, b * 0.06])], tone * [0.8, 0.45, 0.45], 0.8)
    canvas.fill([ellipse(centre + [0, b * 0.25], [a * 0.13, b * 0.05])], tone * 0.6, 0.4)
