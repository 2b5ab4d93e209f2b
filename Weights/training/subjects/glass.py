"""Glass, liquid and clear plastic: clear in the middle, dense at the rims, with opaque highlights.

Alpha cannot say that glass bends what is seen through it: here it only tints and hides it.
"""

import numpy as np

from .canvas import Canvas, coverage
from .curves import band, blob, ellipse, mirrored, resample, smooth
from .fields import blur, grid, noise, ridges, smoothstep
from .materials import dome
from .variety import Draw, Variety, hsv

VESSELS = Variety(("tumbler", "bottle", "wine", "jar", "bowl", "bubbles", "drops", "bag", "film"), ("flute", "flask", "carafe"))


def profile_of(draw: Draw, vessel: str) -> np.ndarray:
    """Half width by height, both in halves of the picture."""
    u = draw.uniform
    w = u(0.28, 0.5)
    rows = {
        "tumbler": [(w, -0.75), (w * u(0.8, 1), 0), (w * u(0.7, 1), 0.75), (w * 0.65, 0.8)],
        "bottle": [(0.1, -0.93), (0.1, -0.5), (w * 0.9, -0.15), (w * 0.9, 0.4), (w * 0.9, 0.85), (w * 0.7, 0.92)],
        "wine": [(w * u(0.7, 0.9), -0.85), (w, -0.4), (w * 0.7, 0.0), (0.05, 0.15), (0.035, 0.6), (0.05, 0.78), (w * 0.75, 0.86), (w * 0.75, 0.88)],
        "jar": [(w * 0.75, -0.75), (w * 0.75, -0.62), (w, -0.5), (w, 0.3), (w, 0.72), (w * 0.85, 0.8)],
        "bowl": [(w * 1.6, -0.3), (w * 1.45, 0.1), (w * 0.9, 0.4), (w * 0.5, 0.48)],
        "flute": [(0.18, -0.93), (0.2, -0.5), (0.12, 0.1), (0.03, 0.25), (0.03, 0.75), (0.28, 0.88)],
        "flask": [(0.12, -0.9), (0.11, -0.4), (0.11, -0.3), (w * 1.4, 0.65), (w * 1.3, 0.8)],
        "carafe": [(0.3, -0.9), (0.16, -0.55), (0.18, -0.3), (w * 1.2, 0.4), (w, 0.85)],
    }[vessel]
    return np.maximum(smooth(np.array(rows), 14), [[0.02, -2]])


def blown(draw: Draw, canvas: Canvas, vessel: str) -> None:
    """A solid of revolution: the wall is seen edge on at the sides."""
    rng, width, height = draw.rng, canvas.width, canvas.height
    shape = profile_of(draw, vessel)
    scale = min(width, height) / 2 * draw.uniform(0.9, 1.03)
    cx, cy = width / 2, height / 2
    tint = draw.colour((0.1, 0.8), (0.2, 0.9)) if draw.chance(0.45) else hsv(draw.uniform(0.3, 0.6), draw.uniform(0, 0.1), draw.uniform(0.6, 0.95))
    mask = coverage([mirrored(shape, 0) * scale + [cx, cy]], width, height)
    x, y = grid(width, height)
    v = (y - cy) / scale
    half = np.interp(v, shape[:, 1], shape[:, 0]).astype(np.float32)
    s = np.clip((x - cx) / scale / half, -1, 1)
    wall = draw.uniform(0.02, 0.09)
    # Length of the way through the wall: of the outer circle, less the hollow.
    inside = 1 - wall / np.maximum(half, wall * 1.01)
    depth = np.sqrt(np.clip(1 - s**2, 0, 1)) - np.sqrt(np.clip(inside**2 - s**2, 0, 1))
    depth = depth * half / wall
    thin_ = draw.uniform(0.02, 0.22)
    cover = 1 - (1 - thin_) ** np.clip(depth * draw.uniform(1, 2.4), 0, 40)
    solid = smoothstep(0.0, 0.1, v - shape[-1, 1] + draw.uniform(0.08, 0.18))
    cover = cover + (draw.uniform(0.2, 0.6) - cover * 0.3) * solid
    value = 0.75 + 0.5 * np.sin(s * draw.uniform(6, 16) + noise(rng, width, height, 120, 3)) * np.abs(s) ** 2
    colour = tint * value[..., None]
    dark = smoothstep(draw.uniform(0.75, 0.9), 1.0, np.abs(s))
    colour = colour * (1 - draw.uniform(0.2, 0.9) * dark[..., None])
    cover = np.maximum(cover, dark * draw.uniform(0.4, 0.95))
    if draw.chance(0.5):
        level = draw.uniform(-0.4, 0.5)
        bent = level + 0.02 * np.sqrt(np.clip(1 - s**2, 0, 1))
        filled = smoothstep(0, 3 / scale, v - bent) * (np.abs(s) < inside) * (v < (0.02 if vessel in ("wine", "flute") else shape[-1, 1] - 0.05))
        drink, strength = draw.colour((0.3, 0.95), (0.15, 0.95)), draw.uniform(0.2, 0.97)
        share = filled * strength
        colour = colour * (1 - share[..., None]) + (drink * (0.7 + 0.5 * value[..., None] * np.sqrt(1 - 0.7 * s**2)[..., None])) * share[..., None]
        cover = cover + (1 - cover) * share
        surface = np.exp(-(((v - bent) * scale / draw.uniform(1, 3)) ** 2)) * (np.abs(s) < inside)
        colour, cover = colour + (surface * 0.4)[..., None], np.maximum(cover, surface * 0.6)
    canvas.paint(colour, np.clip(cover, 0, 1) * mask)
    for _ in range(int(rng.integers(1, 5))):
        place, wide, low, high = rng.uniform(-0.85, 0.85), draw.log(0.01, 0.12), *np.sort(rng.uniform(shape[0, 1], shape[-1, 1], 2))
        streak = np.exp(-(((s - place) / wide) ** 4)) * smoothstep(low - 0.05, low + 0.03, v) * smoothstep(high + 0.05, high - 0.03, v)
        canvas.paint(np.ones(3), np.clip(streak * draw.uniform(0.2, 1), 0, 1) * mask)
    for level, flat in ((0, draw.uniform(0.08, 0.2)), (-1, 0.1)):
        r = shape[level, 0] * scale
        ring = ellipse([cx, cy + shape[level, 1] * scale], [r, r * flat], 120)
        tone = np.clip(tint * draw.uniform(0.4, 1.2) + 0.4 * np.sin(np.linspace(0, draw.uniform(6, 20), 121))[:, None], 0, 1)
        canvas.strokes(np.vstack([ring, ring[:1]])[None], draw.uniform(0.6, 3), tone[None], draw.uniform(0.4, 0.95), 0.3)
    if draw.chance(0.3):
        drops(draw, canvas, mask, int(draw.uniform(40, 250)), 6)


def drops(draw: Draw, canvas: Canvas, within: np.ndarray | None, count: int, largest: float) -> None:
    """Drops or bubbles: a rim, a bright spot, and another opposite."""
    rng = draw.rng
    film = draw.chance(0.5) and within is None
    for _ in range(count):
        r = largest * draw.log(0.15, 1)
        x, y = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)
        if within is not None and within[int(y), int(x)] < 0.9:
            continue
        side = int(1.3 * r + 3)
        py, px = np.mgrid[-side : side + 1, -side : side + 1].astype(np.float32)
        fx, fy = x % 1, y % 1
        dx, dy = px - fx, (py - fy) / (1 if film else draw.uniform(0.9, 1.25))
        away = np.hypot(dx, dy) / r
        inside = np.clip((1 - away) * r + 0.5, 0, 1)
        rim = np.clip(away, 0, 1) ** draw.uniform(4, 12)
        angle = np.arctan2(dy, dx)
        if film:
            hue = (0.6 + 0.4 * np.sin(angle * 2 + away * 5))[..., None]
            tone = 0.6 + 0.4 * np.cos(2 * np.pi * (hue + np.array([0, 0.33, 0.67])))
        else:
            tone = (0.25 + 0.75 * (0.5 + 0.5 * np.sin(angle - 0.8))[..., None]) * np.ones(3)
        cover = inside * (0.04 + draw.uniform(0.4, 0.85) * rim)
        for ox, oy, size, strength in ((-0.4, -0.45, 0.16, 1.0), (0.45, 0.5, 0.1, 0.6)):
            spot = np.exp(-((((dx / r - ox) ** 2 + (dy / r - oy) ** 2) / size**2) ** 2)) * strength
            tone = tone + (1 - tone) * (spot / np.maximum(spot + cover, 1e-4))[..., None]
            cover = cover + (1 - cover) * spot * inside
        canvas.paint(tone.astype(np.float32), cover.astype(np.float32), (int(x) - side, int(y) - side))


def plastic(draw: Draw, canvas: Canvas, bag: bool) -> None:
    """A bag or a sheet of film: creases are dense and glitter."""
    rng, width, height = draw.rng, canvas.width, canvas.height
    shape = blob(rng, [width / 2, height * 0.55], min(width, height) * draw.uniform(0.35, 0.44), 0.25, 8)
    if not bag:
        corners = np.array([[0.1, 0.12], [0.9, 0.08], [0.92, 0.9], [0.08, 0.93]]) + rng.normal(0, 0.03, (4, 2))
        shape = resample(np.vstack([corners, corners[:1]]), 50) * [width, height] + rng.normal(0, min(width, height) * 0.004, (50, 2))
    parts = [shape]
    if bag:
        for x in (0.42, 0.58):
            loop = smooth(np.array([[x - 0.1, 0.4], [x - 0.07, 0.12], [x, 0.06], [x + 0.07, 0.12], [x + 0.1, 0.4]]) + rng.normal(0, 0.015, (5, 2)), 12)
            parts.append(band(loop * [width, height], width * draw.uniform(0.015, 0.04)))
    mask = coverage(parts, width, height, holes=False)
    up = blur(noise(rng, width, height, draw.log(80, 250), 5, 0.55), 1) * draw.uniform(8, 25) + dome(mask, 60) * 0.3
    dy, dx = np.gradient(up)
    crease = ridges(rng, width, height, draw.log(50, 200), 4) ** 2
    tint = draw.colour() if draw.chance(0.4) else np.full(3, draw.uniform(0.7, 0.95))
    least = draw.uniform(0.06, 0.5)
    cover = least + (1 - least) * np.clip(0.4 * np.hypot(dx, dy) + 0.5 * crease, 0, 0.8)
    cover = np.maximum(cover, (dome(mask, 5) < 4.2) * draw.uniform(0.2, 0.7))
    colour = tint * (0.75 + 0.3 * np.clip(dx - dy, -1, 1))[..., None]
    canvas.paint(colour, cover * mask)
    mirror = np.exp(-(((dx - draw.uniform(-0.5, 0.5)) ** 2 + (dy - draw.uniform(-0.5, 0.5)) ** 2) / draw.uniform(0.01, 0.06)))
    canvas.paint(np.ones(3), np.clip(mirror * draw.uniform(0.4, 1) + crease**3 * 0.5, 0, 1) * mask)


def glass(draw: Draw, width: int, height: int) -> Canvas:
    canvas, vessel = Canvas(width, height), draw.one(VESSELS)
    if vessel == "bubbles":
        drops(draw, canvas, None, int(draw.log(2, 30)), min(width, height) * draw.uniform(0.15, 0.4))
    elif vessel == "drops":
        within = coverage([blob(draw.rng, [width / 2, height / 2], min(width, height) * 0.45)], width, height)
        drops(draw, canvas, within, int(draw.uniform(60, 300)), draw.uniform(20, 60))
    elif vessel in ("bag", "film"):
        plastic(draw, canvas, vessel == "bag")
    else:
        blown(draw, canvas, vessel)
    return canvas
