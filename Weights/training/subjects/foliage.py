"""Leaves, ferns, grass, needles, petals and seed heads."""

import numpy as np

from .canvas import Canvas, local_coverage
from .curves import band, smooth
from .fields import grid, noise
from .variety import Draw, Variety, hsv

PLANTS = Variety(
    ("branch", "branch", "compound", "fern", "tuft", "spider", "flower", "bouquet", "pine", "palm", "dandelion", "heap", "close-up", "houseplant"),
    ("maple", "willow", "thistle"),
)
LEAVES = Variety(("ovate", "lance", "line", "round", "serrate", "wavy"), ("lobed", "heart", "spatula"))


def half_width(shape: str, u: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Half the width of a leaf along it, at most about 1."""
    if shape == "lance":
        return np.sin(np.pi * u**0.8) ** 1.2
    if shape == "line":
        return np.minimum(u * 8 + 0.4, 1) * (1 - u**3)
    if shape == "round":
        return np.sqrt(np.clip(1 - (2 * u - 1) ** 2, 0, 1))
    if shape == "serrate":
        teeth = rng.integers(8, 30)
        return np.sin(np.pi * u**0.75) * (1 - 0.16 * ((u * teeth) % 1))
    if shape == "wavy":
        return np.sin(np.pi * u**0.75) * (1 + 0.1 * np.sin(u * rng.uniform(20, 45)))
    if shape == "lobed":
        return np.sin(np.pi * u**0.85) * (0.75 + 0.35 * np.sin(u * 2 * np.pi * rng.integers(3, 6) - 1))
    if shape == "heart":
        return np.sin(np.pi * np.clip(u, 0, 1) ** 0.42) ** 0.9
    if shape == "spatula":
        return np.clip(u * 1.15, 0, 1) ** 2 * np.sqrt(np.clip(1 - ((u - 0.8) / 0.2).clip(0) ** 2, 0, 1)) + 0.04
    return np.sin(np.pi * u**0.7)


def leaf(
    draw: Draw, canvas: Canvas, root, angle: float, length: float, breadth: float, style: dict, shape: str | None = None, colour: np.ndarray | None = None
) -> None:
    """One leaf or petal, with its midrib, veins and a light side."""
    rng = draw.rng
    shape = shape or style["shape"]
    way, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    bend = rng.normal(style["bend"], 0.12)
    u = np.linspace(0, 1, 60)
    spine = root + length * (u[:, None] * way + bend * u[:, None] ** 2 * side)
    half = np.maximum(half_width(shape, u, rng), 0) * length * breadth / 2
    lopsided = style["fold"] * rng.uniform(0.5, 1.2)
    mask, (left, top) = local_coverage([band(spine, (half, half * (1 - lopsided)))], canvas.width, canvas.height)
    if not mask.any():
        return
    x, y = grid(mask.shape[1], mask.shape[0])
    dx, dy = x + left - root[0], y + top - root[1]
    s = (dx * way[0] + dy * way[1]) / length
    v = (dx * side[0] + dy * side[1]) / length - bend * s * s
    across = v / (breadth / 2)
    tone = style["colour"] if colour is None else colour
    tone = np.clip(tone * np.exp(rng.normal(0, 0.14)) + rng.normal(0, 0.025, 3), 0, 1)
    value = style["light"] ** (np.sign(v) * np.minimum(np.abs(across) * 4, 1)) * (0.8 + 0.35 * s) * np.exp(rng.normal(0, 0.05))
    veins = np.exp(-(((((s - 0.45 * np.abs(across)) * style["veins"]) % 1 - 0.5) / 0.12) ** 2)) * style["relief"] * (length > 40)
    rib = np.exp(-((v * length / max(0.7, length * 0.008)) ** 2)) * style["rib"]
    spots = np.clip(noise(rng, *mask.shape[::-1], max(6, length / 4), 3) * style["spots"], -0.4, 0.4)
    value = value * (1 + veins + spots) + rib
    plane = tone * value[..., None] + (style["edge"] - tone) * np.clip(np.abs(across) * 1.6 - 0.9 + spots, 0, 1)[..., None] * style["edging"]
    canvas.paint(plane.astype(np.float32), mask * style["opacity"], (left, top))


def style_of(draw: Draw) -> dict:
    green = hsv(draw.uniform(0.17, 0.4), draw.uniform(0.25, 0.9), draw.uniform(0.12, 0.75))
    autumn = hsv(draw.uniform(0.0, 0.14), draw.uniform(0.5, 0.9), draw.uniform(0.3, 0.9))
    colour = autumn if draw.chance(0.15) else hsv(draw.uniform(0.47, 0.52), 0.3, 0.5) if draw.split == "held-out" and draw.chance(0.3) else green
    return {
        "colour": colour,
        "petal": draw.colour((0.2, 0.95), (0.5, 1)),
        "shape": draw.one(LEAVES),
        "bend": draw.rng.normal(0, 0.15),
        "fold": draw.uniform(0, 0.35),
        "light": draw.uniform(0.75, 1.35),
        "veins": draw.uniform(4, 14),
        "relief": draw.rng.normal(0, 0.14),
        "rib": draw.rng.normal(0.06, 0.1),
        "spots": draw.uniform(0, 0.15),
        "edge": draw.colour(),
        "edging": draw.uniform(0, 1) * draw.chance(0.25),
        "opacity": 1.0 if draw.chance(0.92) else draw.uniform(0.6, 0.95),
        "stem": np.clip(colour * draw.uniform(0.6, 1.2) + draw.rng.normal(0, 0.04, 3), 0, 1),
    }


def stem(canvas: Canvas, spine: np.ndarray, thick: float, thin: float, colour: np.ndarray) -> None:
    canvas.strokes(spine[None], np.linspace(thick, thin, len(spine))[None], colour, 1.0, 0.6)


def stalk(draw: Draw, root, angle: float, length: float, sway: float = 0.25) -> np.ndarray:
    way, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    bend, wave = draw.rng.normal(0, sway), draw.rng.normal(0, sway / 3)
    t = np.linspace(0, 1, 40)[:, None]
    return root + length * (t * way + (bend * t**2 + wave * np.sin(t * 5)) * side)


def heading(spine: np.ndarray, i: int) -> float:
    step = spine[min(i + 1, len(spine) - 1)] - spine[max(i - 1, 0)]
    return float(np.arctan2(step[1], step[0]))


def sprig(
    draw: Draw, canvas: Canvas, root, angle: float, length: float, style: dict, pairs: int, size: float, breadth: float, spread: float, taper: float = 0.5
) -> None:
    """A stem with leaves on both sides and one at its end: a twig, a compound leaf, a fern's pinna."""
    spine = stalk(draw, root, angle, length)
    stem(canvas, spine, max(0.5, length * 0.006), 0.4, style["stem"])
    for k in range(pairs):
        at = 0.12 + 0.86 * k / max(pairs, 1)
        for hand in (-1, 1):
            i = int(np.clip((at + (hand > 0) * style.get("offset", 0.0)) * 39, 0, 39))
            turn = heading(spine, i) + hand * (spread + draw.rng.normal(0, 0.12))
            leaf(draw, canvas, spine[i], turn, size * (1 - taper * at) * np.exp(draw.rng.normal(0, 0.1)), breadth, style)
    leaf(draw, canvas, spine[-1], heading(spine, 39), size * (1 - taper), breadth, style)


def blades(draw: Draw, canvas: Canvas, root, count: int, length: float, style: dict, width: float, spread: float, droop: float) -> None:
    """Grass from one tuft, as ribbons drawn with one light side."""
    rng = draw.rng
    angle = -np.pi / 2 + rng.normal(0, spread, count)
    reach = length * rng.uniform(0.4, 1, count)
    t = np.linspace(0, 1, 30)[None, :, None]
    way = np.stack([np.cos(angle), np.sin(angle)], 1)[:, None]
    start = root + np.stack([rng.normal(0, width * 6, count), rng.uniform(0, 6, count)], 1)
    fall = np.stack([np.cos(angle) * 0.4, np.full(count, 1.0)], 1) * (droop * rng.uniform(0.2, 1.4, count))[:, None]
    paths = start[:, None] + reach[:, None, None] * (way * t + fall[:, None] * t**2.2)
    tone = style["colour"] * np.exp(rng.normal(0, 0.22, (count, 1, 1))) * (0.65 + 0.5 * t) + rng.normal(0, 0.025, (count, 1, 3))
    half = width / 2 * np.exp(rng.normal(0, 0.3, (count, 1))) * (1 - t[..., 0] ** 2.5 * 0.95) * np.minimum(1, 0.5 + 3 * t[..., 0])
    canvas.strokes(paths, half, np.clip(tone, 0, 1), 1.0, draw.uniform(0.1, 0.6))


def bloom(draw: Draw, canvas: Canvas, centre, size: float, style: dict) -> None:
    """Rings of petals around a middle of stamens, seen somewhat from the side."""
    rng = draw.rng
    petals, turn = int(rng.integers(5, 24)), draw.uniform(0, 6.28)
    breadth = draw.uniform(0.8, 1.6) * 6 / petals
    shape = draw.among("ovate", "round", "wavy", "lance")
    for ring in range(int(rng.integers(1, 4))):
        for k in range(petals):
            angle = turn + 2 * np.pi * (k + 0.5 * ring) / petals + rng.normal(0, 0.06)
            leaf(draw, canvas, np.asarray(centre, float), angle, size * (1 - 0.22 * ring) * np.exp(rng.normal(0, 0.07)), breadth, style, shape, style["petal"])
    count = 120
    angle, out = rng.uniform(0, 6.28, count), size * 0.22 * np.sqrt(rng.random(count))
    dots = np.asarray(centre) + np.stack([np.cos(angle) * out, np.sin(angle) * out], 1)
    tone = hsv(draw.uniform(0.06, 0.16), 0.8, draw.uniform(0.3, 0.9)) * np.exp(rng.normal(0, 0.25, (count, 1)))
    canvas.strokes(np.stack([dots, dots + [0, -size * 0.03]], 1), size * 0.022, np.clip(tone, 0, 1), 1.0, 0.6)


def needles(draw: Draw, canvas: Canvas, spine: np.ndarray, length: float, count: int, style: dict, width: float = 1.0) -> None:
    rng = draw.rng
    place = rng.integers(0, len(spine), count)
    angle = np.array([heading(spine, i) for i in place]) + rng.choice([-1, 1], count) * rng.uniform(0.25, 1.1, count)
    reach = length * rng.uniform(0.6, 1.1, count)
    t = np.linspace(0, 1, 6)[None, :, None]
    way = np.stack([np.cos(angle), np.sin(angle)], 1)
    paths = spine[place][:, None] + reach[:, None, None] * (way[:, None] * t + rng.normal(0, 0.08, (count, 1, 2)) * t**2)
    tone = style["colour"] * np.exp(rng.normal(0, 0.25, (count, 1, 1))) * (0.6 + 0.5 * t)
    canvas.strokes(paths, width * (1 - 0.7 * t[..., 0] ** 2), np.clip(tone, 0, 1), 1.0, 0.3)


def seed_head(draw: Draw, canvas: Canvas, centre, size: float, pale: np.ndarray) -> None:
    """A dandelion clock: seeds on stalks, each with a parachute of the finest hairs."""
    rng, count = draw.rng, int(draw.uniform(60, 200))
    gone = draw.uniform(0, 0.4) * draw.chance(0.5)
    angle, out = rng.uniform(0, 6.28, count), np.sqrt(rng.uniform(0.02, 1, count))
    keep = ~((np.mod(angle - draw.uniform(0, 6.28), 6.28) < gone * 6.28) & (rng.random(count) < 0.9))
    way = np.stack([np.cos(angle), np.sin(angle)], 1)[keep]
    out = out[keep]
    tip = centre + way * (size * 0.72 * out)[:, None]
    canvas.strokes(np.stack([centre + way * size * 0.1, tip], 1), 0.45, pale * 0.7, 0.9)
    hairs = 22
    fan = np.arctan2(way[:, 1], way[:, 0])[:, None] + rng.uniform(-1.25, 1.25, (len(way), hairs)) / np.maximum(out, 0.25)[:, None] ** 0.4
    reach = size * 0.27 * rng.uniform(0.7, 1.1, fan.shape)
    end = tip[:, None] + np.stack([np.cos(fan), np.sin(fan)], -1) * reach[..., None]
    paths = np.stack([np.broadcast_to(tip[:, None], end.shape), end], 2).reshape(-1, 2, 2)
    canvas.strokes(paths, np.array([0.4, 0.2])[None] * np.ones((len(paths), 1)), pale, 0.85)
    canvas.strokes(np.stack([centre, centre + [0, 2]])[None], size * 0.12, hsv(0.1, 0.5, 0.35), 1.0, 0.6)


def foliage(draw: Draw, width: int, height: int) -> Canvas:
    canvas, rng, style, plant = Canvas(width, height), draw.rng, style_of(draw), draw.one(PLANTS)
    side = min(width, height)
    foot = np.array([width * draw.uniform(0.35, 0.65), height * draw.uniform(0.9, 1.05)])
    middle = np.array([width, height]) * rng.uniform(0.42, 0.58, 2)
    up = -np.pi / 2 + rng.normal(0, 0.2)
    breadth = draw.uniform(0.25, 0.75)
    style["offset"] = draw.among(0.0, 0.04)
    if plant == "branch":
        for _ in range(int(rng.integers(1, 5))):
            sprig(
                draw,
                canvas,
                foot,
                up + rng.normal(0, 0.45),
                side * draw.uniform(0.55, 0.9),
                style,
                int(rng.integers(4, 12)),
                side * draw.uniform(0.12, 0.3),
                breadth,
                draw.uniform(0.5, 1.1),
            )
    elif plant == "compound":
        small = dict(style, shape=draw.among("ovate", "lance", "round") if draw.split == "train" else style["shape"])
        for _ in range(int(rng.integers(2, 6))):
            sprig(
                draw,
                canvas,
                foot,
                up + rng.normal(0, 0.6),
                side * draw.uniform(0.5, 0.85),
                small,
                int(rng.integers(10, 22)),
                side * draw.uniform(0.06, 0.13),
                draw.uniform(0.25, 0.5),
                draw.uniform(0.9, 1.3),
                0.6,
            )
    elif plant == "fern":
        for _ in range(int(rng.integers(1, 4))):
            spine = stalk(draw, foot, up + rng.normal(0, 0.5), side * draw.uniform(0.7, 0.95))
            stem(canvas, spine, 2.0, 0.5, style["stem"])
            for i in range(4, 39, 2):
                for hand in (-1, 1):
                    reach = side * 0.24 * (1 - i / 40) ** 0.8 + 6
                    sprig(
                        draw,
                        canvas,
                        spine[i],
                        heading(spine, i) + hand * 1.15,
                        reach,
                        dict(style, shape="lance"),
                        int(np.clip(reach / 9, 3, 12)),
                        reach * 0.22,
                        0.45,
                        0.9,
                        0.6,
                    )
    elif plant in ("tuft", "spider"):
        wide = draw.log(1.2, 5) if plant == "tuft" else draw.uniform(6, 16)
        blades(
            draw,
            canvas,
            foot,
            int(draw.uniform(60, 400) / wide**0.5),
            side * draw.uniform(0.6, 1.0),
            style,
            wide,
            draw.uniform(0.25, 0.7),
            draw.uniform(0, 0.8),
        )
    elif plant in ("flower", "bouquet", "close-up"):
        many = {"flower": 1, "bouquet": int(rng.integers(4, 12)), "close-up": 1}[plant]
        for _ in range(many):
            head = middle + rng.normal(0, 0.17, 2) * side * (many > 1) - [0, side * 0.12]
            if plant == "close-up":
                head = head + rng.uniform(-0.5, 0.5, 2) * side
            line = smooth(np.stack([foot, (foot + head) / 2 + rng.normal(0, 20, 2), head]), 20)
            stem(canvas, line, draw.uniform(1, 4), 1.2, style["stem"])
            for _ in range(int(rng.integers(0, 4))):
                leaf(draw, canvas, line[rng.integers(5, 30)], up + rng.normal(0, 1), side * draw.uniform(0.12, 0.3), breadth, style)
            bloom(
                draw,
                canvas,
                head,
                side * {"flower": draw.uniform(0.2, 0.36), "bouquet": draw.uniform(0.07, 0.18), "close-up": draw.uniform(0.5, 0.9)}[plant],
                style,
            )
    elif plant == "pine":
        for _ in range(int(rng.integers(1, 5))):
            spine = stalk(draw, foot if draw.chance(0.5) else middle + [0, side * 0.4], up + rng.normal(0, 0.5), side * draw.uniform(0.5, 0.85))
            stem(canvas, spine, 4, 1.5, hsv(0.07, 0.5, 0.3))
            needles(draw, canvas, spine, side * draw.uniform(0.06, 0.2), int(draw.uniform(150, 900)), style, draw.uniform(0.4, 1.1))
    elif plant == "palm":
        for angle in up + rng.permutation(np.linspace(-1.6, 1.6, int(rng.integers(5, 11)))):
            sprig(
                draw,
                canvas,
                foot - [0, side * 0.3],
                angle,
                side * draw.uniform(0.4, 0.6),
                dict(style, shape="line"),
                int(rng.integers(18, 34)),
                side * 0.17,
                0.09,
                0.7,
                0.5,
            )
        stem(canvas, np.stack([foot + [0, 50], foot - [0, side * 0.3]]), 9, 6, hsv(0.08, 0.4, 0.4))
    elif plant in ("dandelion", "thistle"):
        for _ in range(int(rng.integers(1, 4))):
            head = middle + rng.normal(0, 0.15, 2) * side - [0, side * 0.1]
            stem(canvas, smooth(np.stack([foot, (foot + head) / 2 + rng.normal(0, 15, 2), head]), 20), 2.5, 1.5, style["stem"])
            if plant == "dandelion":
                seed_head(draw, canvas, head, side * draw.uniform(0.15, 0.33), np.full(3, draw.uniform(0.75, 1)))
            else:
                spikes = stalk(draw, head + [0, side * 0.04], -np.pi / 2, side * 0.03)
                needles(draw, canvas, spikes, side * draw.uniform(0.1, 0.2), 500, dict(style, colour=style["petal"]), 0.6)
                needles(draw, canvas, stalk(draw, head + [0, side * 0.11], -np.pi / 2, side * 0.08), side * 0.05, 300, style, 1.0)
    elif plant == "willow":
        for _ in range(int(rng.integers(8, 20))):
            top = np.array([width * draw.uniform(0.1, 0.9), height * draw.uniform(-0.05, 0.25)])
            sprig(draw, canvas, top, np.pi / 2 + rng.normal(0, 0.15), side * draw.uniform(0.4, 0.8), style, 12, side * 0.08, 0.2, 0.5, 0.3)
    elif plant == "maple":
        for _ in range(int(rng.integers(2, 9))):
            at, turn, size = middle + rng.normal(0, 0.22, 2) * side, draw.uniform(0, 6.28), side * draw.uniform(0.14, 0.3)
            for lobe, reach in ((-2.0, 0.55), (2.0, 0.55), (-1.0, 0.85), (1.0, 0.85), (0.0, 1.0)):
                leaf(draw, canvas, at, turn + lobe, size * reach, 0.75, dict(style, bend=0.0), "lobed")
            stem(canvas, stalk(draw, at, turn + np.pi, size * 0.6), 1.5, 1.0, style["stem"])
    else:  # a heap of leaves, or a plant in leaf from one foot
        for _ in range(int(rng.integers(12, 60))):
            if plant == "heap":
                leaf(draw, canvas, middle + rng.normal(0, 0.16, 2) * side, draw.uniform(0, 6.28), side * draw.uniform(0.12, 0.3), breadth, style)
            else:
                tip = foot + side * draw.uniform(0.25, 0.85) * np.array([np.cos(a := up + rng.normal(0, 0.5)), np.sin(a)])
                stem(canvas, smooth(np.stack([foot, (foot + tip) / 2 + rng.normal(0, 15, 2), tip]), 15), 2.0, 1.0, style["stem"])
                leaf(draw, canvas, tip, a + rng.normal(0, 0.8), side * draw.uniform(0.1, 0.25), breadth * 1.3, style)
    return canvas
