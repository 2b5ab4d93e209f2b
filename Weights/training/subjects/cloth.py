"""Cloth that shows what is behind it: gauze, net, lace, veils; and cloth with fringes or frayed edges."""

import cv2
import numpy as np

from .canvas import Canvas, coverage
from .curves import blob, box, resample
from .fields import at, grid, noise, smoothstep
from .materials import light, texture
from .variety import Draw, Variety

CLOTHS = Variety(("gauze", "net", "lace", "lace", "veil", "veil", "tulle", "fringe", "frayed", "knit"), ("crochet", "fishnet", "burlap"))
CUTS = Variety(("panel", "panel", "drape", "scarf", "doily", "scrap"), ("ribbon", "curtain"))

# Patterns are drawn at twice the size and averaged.
FINE = 2


def outline(draw: Draw, cut: str, width: int, height: int) -> np.ndarray:
    u, rng = draw.uniform, draw.rng
    centre = np.array([width, height]) * rng.uniform(0.46, 0.54, 2)
    if cut == "doily":
        r, lobes = min(width, height) * u(0.38, 0.48), int(rng.integers(8, 40))
        t = np.linspace(0, 2 * np.pi, 720, endpoint=False)
        out = r * (1 + u(0.01, 0.06) * np.abs(np.sin(t * lobes / 2)))
        return centre + np.stack([np.cos(t), np.sin(t)], 1) * out[:, None]
    if cut == "scrap":
        return blob(rng, centre, min(width, height) * u(0.36, 0.46), u(0.1, 0.5), 7)
    if cut == "ribbon":
        return resample(np.vstack([box(centre, [width * 1.1, height * u(0.2, 0.4)], 0, rng.normal(0, 0.4))] * 2)[:5], 200)
    top, low = u(-0.05, 0.15) if cut != "curtain" else -0.1, u(0.75, 1.1)
    narrow, wide = (u(0.12, 0.3), u(0.35, 0.48)) if cut == "drape" else (u(0.3, 0.48),) * 2
    if cut == "scarf":
        narrow = wide = u(0.12, 0.25)
    x = np.linspace(-1, 1, 200)
    hem = low + u(0.005, 0.06) * np.sin(x * u(6, 30) + u(0, 6)) + 0.02 * np.convolve(rng.standard_normal(220), np.ones(21) / 21, "valid")[:200]
    if draw.chance(0.3):
        hem = hem + 0.02 * np.abs(np.sin(x * rng.integers(8, 30)))
    bow = u(-0.06, 0.06)
    down = np.linspace(top, hem[-1], 40)
    right = np.stack([0.5 + narrow + (wide - narrow) * ((down - top) / (hem[-1] - top)) + bow * np.sin((down - top) * 3), down], 1)
    rim = np.stack([0.5 + wide * x[::-1] + bow * np.sin((low - top) * 3), hem[::-1]], 1)
    down = np.linspace(hem[0], top, 40)
    left = np.stack([0.5 - narrow - (wide - narrow) * ((down - top) / (hem[0] - top)) + bow * np.sin((down - top) * 3), down], 1)
    return np.concatenate([right, rim, left]) * [width, height]


def folds(draw: Draw, width: int, height: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """How far folds push the cloth sideways, and their height, in pixels."""
    x, y = grid(width, height)
    period = draw.log(60, 300) * scale
    sway = enlarged(noise(draw.rng, width // 2, height // 2, 150 * scale, 2), width, height) * draw.uniform(0.2, 1.2)
    angle = draw.rng.normal(0, 0.3)
    phase = (x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period + sway * 2
    depth = period * draw.uniform(0.02, 0.2) * (0.6 + 0.5 * y / height)
    rumple = enlarged(noise(draw.rng, width // 2, height // 2, draw.log(20, 100) * scale, 3), width, height) * draw.uniform(0, 6) * scale
    up = depth * (np.sin(phase) + 0.3 * np.sin(2.3 * phase + 1)) + rumple
    return 0.5 * depth * np.cos(phase) + 0.4 * rumple, up.astype(np.float32)


def enlarged(field: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)


def thread(distance: np.ndarray, half, soft: float = 0.6) -> np.ndarray:
    """Coverage by a thread whose middle is `distance` away, its edge a pixel wide."""
    return np.clip((half - distance) / (2 * soft) + 0.5, 0, 1)


def rows(position: np.ndarray, period: float) -> np.ndarray:
    """The distance to the nearest of lines that lie a period apart."""
    return np.abs((position / period) % 1 - 0.5) * period


def hexagons(u: np.ndarray, v: np.ndarray, period: float) -> np.ndarray:
    """The distance to the sides of a honeycomb, about."""
    tall = period * 1.732
    far = []
    for ox, oy in ((0, 0), (0.5, 0.5)):
        px, py = ((u / period + ox) % 1 - 0.5) * period, ((v / tall + oy) % 1 - 0.5) * tall
        far.append(np.hypot(px, py))
    return np.abs(far[0] - far[1]) / 1.6 + 0.15 * np.maximum(0, np.minimum(*far) - period * 0.5)


def motif(draw: Draw, u: np.ndarray, v: np.ndarray, period: float) -> tuple[np.ndarray, np.ndarray]:
    """Lace flowers on a lattice: solid petals with holes in them, and rings around; as signed distance, and as relief."""
    column = np.floor(u / period)
    px = ((u / period) % 1 - 0.5) * period
    py = (((v / period) + 0.5 * (column % 2)) % 1 - 0.5) * period
    r, angle = np.hypot(px, py), np.arctan2(py, px)
    petals, twist = int(draw.rng.integers(4, 10)), draw.uniform(0, 1.5)
    reach = period * draw.uniform(0.3, 0.46)
    rim = reach * (0.62 + 0.38 * np.abs(np.cos(angle * petals / 2 + twist * r / reach)))
    solid = rim - r
    hole = reach * 0.1 * draw.uniform(0.8, 2) - np.hypot(r - reach * 0.55, reach * 0.55 * 0.9 * np.abs(np.sin(angle * petals / 2 + twist * r / reach)))
    solid = np.minimum(solid, -hole)
    if draw.chance(0.5):
        solid = np.minimum(solid, np.abs(r - reach * 0.3) - reach * 0.05)
    ring = period * draw.uniform(0.01, 0.03) - np.abs(r - period * 0.49)
    return np.maximum(solid, ring), np.clip(solid / reach, 0, 1)


def weave(draw: Draw, cloth: str, u: np.ndarray, v: np.ndarray, slope: np.ndarray, inner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and brightness of the cloth at its own coordinates."""
    height, width = u.shape
    uneven = 1 + 0.15 * enlarged(noise(draw.rng, width // 2, height // 2, 20, 3), width, height)
    thick = np.sqrt(1 + slope**2)
    if cloth in ("veil", "tulle"):
        least = draw.uniform(0.15, 0.55)
        cover = 1 - (1 - least) ** (thick ** draw.uniform(1, 5) * (1 + 0.15 * uneven))
        if cloth == "tulle":
            cover = np.clip(cover * (0.55 + 0.9 * thread(hexagons(u, v, draw.uniform(7, 14)), 1.2)), 0, 1)
        if draw.chance(0.6):
            cover = np.maximum(cover, 0.9 * (inner < draw.uniform(4, 14)))
        return cover, 0.9 + 0.1 * uneven
    if cloth in ("gauze", "burlap"):
        period = draw.log(4, 11) if cloth == "gauze" else draw.uniform(12, 24)
        half = period * draw.uniform(0.12, 0.35) * uneven
        a, b = thread(rows(u, period), half), thread(rows(v, period * draw.uniform(0.9, 1.2)), half)
        over = np.sin(u * np.pi / period) * np.sin(v * np.pi / period)
        return 1 - (1 - a) * (1 - b), 0.8 + 0.2 * np.where(over > 0, a, b)
    if cloth in ("net", "fishnet"):
        period = draw.log(9, 34) if cloth == "net" else draw.uniform(40, 80)
        square = cloth == "net" and draw.chance(0.4)
        away = np.minimum(rows(u + v, period), rows(u - v, period)) if square else hexagons(u, v, period)
        cover = thread(away, max(0.8, period * draw.uniform(0.035, 0.12)) * uneven)
        return np.maximum(cover, inner < draw.uniform(3, 12)), 0.85 + 0.15 * cover
    if cloth == "lace":
        period = draw.log(50, 170)
        ground = thread(hexagons(u, v, draw.uniform(8, 18)), draw.uniform(0.6, 1.4))
        solid, relief = motif(draw, u, v, period)
        stitch = 0.8 + 0.2 * np.sin(u * 1.3 + 2 * np.sin(v * 0.7))
        border = (inner < draw.uniform(5, 16)) * thread(-rows(inner, 9), -1.2)
        cover = np.maximum(np.maximum(ground * draw.uniform(0.5, 1), thread(-solid, 0) * draw.uniform(0.85, 1)), border)
        return cover, stitch * (0.85 + 0.3 * relief)
    if cloth == "crochet":
        period = draw.uniform(30, 70)
        away = np.hypot(((u / period) % 1 - 0.5) * period, ((v / period) % 1 - 0.5) * period)
        cover = np.maximum(thread(np.abs(away - period * 0.38), period * 0.13), thread(rows(u + period / 2, period), period * 0.06))
        return np.maximum(cover, inner < 8), 0.75 + 0.25 * np.sin(away * 1.2)
    if cloth == "knit":
        period = draw.uniform(10, 28)
        side = np.abs((u / period) % 1 - 0.5) * 2
        row = (v / period + side * 0.5) % 1
        value = 0.5 + 0.6 * np.sqrt(np.clip(1 - (2 * row - 1) ** 2, 0, 1)) * (0.6 + 0.4 * np.sin(side * np.pi))
        gaps = draw.uniform(0, 0.16)
        return 1 - thread(np.hypot((side - 0.02) * period / 2, (row - 0.5) * period), period * gaps), value
    period = draw.uniform(4, 8)
    return np.ones_like(u), 0.8 + 0.2 * np.sin(u * 2 * np.pi / period) * np.sin(v * 2 * np.pi / period)


def loose_threads(draw: Draw, canvas: Canvas, edge: np.ndarray, colour: np.ndarray, long: bool) -> None:
    """Threads out of the edge: a fringe along the hem, or fraying all around."""
    rng, height = draw.rng, canvas.height
    low = edge[:, 1] > np.percentile(edge[:, 1], 60)
    path = resample(edge[low], 600) if long else resample(np.vstack([edge, edge[:1]]), 1600)
    count = int(draw.uniform(300, 1400))
    place = rng.integers(0, len(path), count)
    if long:
        tufts = rng.integers(20, 90)
        place = np.clip((np.round(place / len(path) * tufts) / tufts * len(path) + rng.normal(0, 2, count)).astype(int), 0, len(path) - 1)
    root = path[place] - [0, 2.0] * np.array(long)
    step = np.roll(path, -2, 0) - np.roll(path, 2, 0)
    out = np.stack([step[:, 1], -step[:, 0]], 1)
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-6
    way = np.array([0.0, 1.0]) + rng.normal(0, 0.12, (count, 2)) if long else out[place] * rng.uniform(0.2, 1, (count, 1)) + rng.normal(0, 0.5, (count, 2))
    reach = (height * draw.uniform(0.05, 0.2) if long else draw.log(6, 40)) * rng.beta(5, 2 if long else 4, count) * 1.3
    t = np.linspace(0, 1, 14)[None, :, None]
    paths = root[:, None] + reach[:, None, None] * way[:, None] * t
    paths = paths + (rng.normal(0, 1, paths.shape) * reach[:, None, None] * 0.05).cumsum(1) * t
    tone = at(colour, root)[:, None] * np.exp(rng.normal(0, 0.18, (count, 1, 1)))
    canvas.strokes(paths, draw.uniform(0.35, 1.3) * np.exp(rng.normal(0, 0.25, (count, 1))), np.clip(tone, 0, 1), 1.0, 0.4)


def cloth(draw: Draw, width: int, height: int) -> Canvas:
    canvas, kind = Canvas(width, height), draw.one(CLOTHS)
    layers = 2 if kind in ("veil", "tulle", "net") and draw.chance(0.4) else 1
    for _ in range(layers):
        edge = outline(draw, draw.one(CUTS), width, height)
        layer(draw, canvas, kind, edge)
    return canvas


def layer(draw: Draw, canvas: Canvas, kind: str, edge: np.ndarray) -> None:
    w, h = canvas.width * FINE, canvas.height * FINE
    mask = coverage([edge * FINE + (FINE - 1) / 2], w, h)
    push, up = folds(draw, w, h, FINE)
    x, y = grid(w, h)
    turn = draw.rng.normal(0, 0.15) if draw.chance(0.6) else draw.uniform(0, np.pi / 2)
    u = ((x + push) * np.cos(turn) + y * np.sin(turn)) / FINE
    v = (y * np.cos(turn) - (x + push) * np.sin(turn)) / FINE
    slope_x, slope_y = np.gradient(up, axis=1), np.gradient(up, axis=0)
    inner = cv2.distanceTransform(np.uint8(mask > 0.5), cv2.DIST_L2, 5) / FINE
    cover, value = weave(draw, kind, u, v, slope_x, inner)
    source = light(draw)
    shade = (-slope_x * source[0] - slope_y * source[1] + source[2]) / np.sqrt(1 + slope_x**2 + slope_y**2)
    shade = draw.uniform(0.35, 0.6) + 0.6 * smoothstep(-0.4, 1.1, shade)
    pale = draw.chance(0.5)
    base = np.clip(draw.uniform(0.8, 1) + draw.rng.normal(0, 0.03, 3), 0, 1) if pale else draw.colour()
    colour = cv2.resize(texture(draw, canvas.width, canvas.height, base, None if draw.chance(0.3) else "mottled"), (w, h))
    colour = np.clip(colour * (shade * value)[..., None], 0, 1)
    cover = np.clip(cover * mask, 0, 1)
    fine = np.dstack([colour * cover[..., None], cover]).astype(np.float32)
    small = cv2.resize(fine, (canvas.width, canvas.height), interpolation=cv2.INTER_AREA)
    canvas.pixels *= 1 - small[..., 3:]
    canvas.pixels += small
    if kind in ("fringe", "frayed", "burlap") or draw.chance(0.1):
        loose_threads(draw, canvas, edge, cv2.resize(colour, (canvas.width, canvas.height)), kind == "fringe")
