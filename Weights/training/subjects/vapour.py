"""Smoke, steam, fire, clouds and splashes: alpha from noise of many octaves."""

import cv2
import numpy as np

from .canvas import Canvas
from .curves import smooth
from .fields import blur, grid, noise, smoothstep
from .materials import lit
from .variety import Draw, Variety, hsv

KINDS = Variety(("smoke", "steam", "fire", "cloud", "splash", "powder"), ("ink", "wisps"))


def warped(draw: Draw, width: int, height: int, scale: float, strength: float, octaves: int = 6, stretch: float = 1.0) -> np.ndarray:
    """Noise drawn out by a flow that is noise itself: the curls of smoke."""
    plane = noise(draw.rng, width, height, scale, octaves, 0.55, stretch)
    x, y = grid(width, height)
    for size, reach in ((scale * 1.5, strength), (scale / 2, strength / 4)):
        dx, dy = (noise(draw.rng, width, height, size, 2) * reach for _ in range(2))
        plane = cv2.remap(plane, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return plane


def envelope(draw: Draw, width: int, height: int, column: bool) -> np.ndarray:
    """Where there may be any: a rising column or a round cloud, 0 well within the frame's sides."""
    x, y = grid(width, height)
    sway = noise(draw.rng, width, height, 260, 3) * 0.06
    u, v = x / width - 0.5 + sway, y / height
    if column:
        lean = draw.rng.normal(0, 0.15)
        wide = draw.uniform(0.05, 0.12) + draw.uniform(0.1, 0.35) * (1 - v)
        return np.clip(1 - ((u - lean * (1 - v)) / wide) ** 2, -1, 1) * smoothstep(-0.02, draw.uniform(0.1, 0.35), v)
    a, b = draw.uniform(0.3, 0.45), draw.uniform(0.22, 0.42)
    return np.clip(1 - (u / a) ** 2 - ((v - 0.5) / b) ** 2, -1, 1)


def gas(draw: Draw, canvas: Canvas, kind: str) -> None:
    width, height = canvas.width, canvas.height
    room = envelope(draw, width, height, kind in ("smoke", "steam", "wisps", "fire"))
    scale = draw.log(60, 260)
    field = warped(draw, width, height, scale, scale * draw.uniform(0.1, 0.45), stretch=2.0 if kind in ("fire", "wisps") else 1.0)
    if kind == "fire":
        heat = np.clip(smoothstep(0, 1, room) * (draw.uniform(0.6, 1.1) + 0.4 * field), 0, 1.4) * smoothstep(-0.1, 0.5, grid(width, height)[1] / height)
        colour = np.stack([np.clip(heat * 2.6, 0, 1), np.clip(heat * 1.9 - 0.35, 0, 1), np.clip(heat * 2.2 - 1.25, 0, 1)], -1)
        canvas.paint(colour, smoothstep(0.02, draw.uniform(0.3, 0.7), heat))
        sparks(draw, canvas, hsv(0.1, 0.7, 1.0))
        return
    if kind == "wisps":
        field = 1.2 - 2.5 * np.abs(field)
    density = np.clip(smoothstep(0, draw.uniform(0.4, 1), room) * (draw.uniform(0.25, 1.0) + draw.uniform(0.3, 0.6) * field), 0, None)
    thick = draw.uniform(0.7, 2) if kind in ("steam", "smoke", "wisps") else draw.uniform(2, 8)
    cover = 1 - np.exp(-density * thick)
    grey = {"smoke": draw.uniform(0.05, 0.9), "steam": draw.uniform(0.85, 1), "cloud": draw.uniform(0.85, 1)}.get(kind)
    tone = draw.colour((0.3, 0.9), (0.2, 1)) if grey is None else np.clip(grey + draw.rng.normal(0, 0.02, 3), 0, 1)
    plane = lit(
        draw,
        np.broadcast_to(tone, (height, width, 3)).astype(np.float32),
        blur(np.minimum(density, 1.5), scale / 14) * scale * draw.uniform(0.05, 0.25),
        gloss=0.0,
    )
    canvas.paint(plane, cover)
    if kind == "powder":
        sparks(draw, canvas, tone)


def sparks(draw: Draw, canvas: Canvas, tone: np.ndarray) -> None:
    """Grains flying off."""
    rng, count = draw.rng, int(draw.uniform(20, 400))
    start = np.array([canvas.width, canvas.height]) * (0.5 + np.clip(rng.normal(0, 0.16, (count, 2)), -0.45, 0.45))
    way = rng.normal(0, 1, (count, 2)) * draw.uniform(0.5, 6)
    shade = np.clip(tone * np.exp(rng.normal(0, 0.2, (count, 1))), 0, 1)
    canvas.strokes(np.stack([start, start + way], 1), rng.gamma(2, 0.5, count), shade, rng.uniform(0.4, 1, count))


def splash(draw: Draw, canvas: Canvas) -> None:
    """Water thrown up: drops and threads that merge where they are near, clear inside and glossy."""
    rng, width, height = draw.rng, canvas.width, canvas.height
    mass = Canvas(width, height)
    foot = np.array([width * 0.5, height * draw.uniform(0.7, 0.95)])
    for _ in range(int(rng.integers(12, 45))):
        angle, reach = -np.pi / 2 + rng.normal(0, 0.7), height * draw.uniform(0.15, 0.75)
        tip = foot + reach * np.array([np.cos(angle), np.sin(angle)]) + [0, reach * 0.3 * abs(np.cos(angle))]
        path = smooth(np.stack([foot + rng.normal(0, 18, 2), (foot + tip) / 2 + [0, -reach * 0.15], tip]), 14)
        half = np.linspace(draw.uniform(4, 22), 1, len(path)) * (1 + 0.4 * np.sin(np.linspace(0, draw.uniform(6, 30), len(path))))
        mass.strokes(path[None], half[None], np.ones(3))
        for _ in range(int(rng.integers(1, 9))):
            drop = tip + rng.normal(0, 0.06, 2) * height
            mass.strokes(np.stack([drop, drop + rng.normal(0, 3, 2)])[None], draw.log(0.7, 9), np.ones(3))
    body = smoothstep(0.4, 0.6, blur(mass.alpha, draw.uniform(1.2, 3)))
    up = blur(np.minimum(cv2.distanceTransform(np.uint8(body > 0.5), cv2.DIST_L2, 5), 14), 2) * 1.5 + noise(rng, width, height, 30, 3) * 0.8
    dy, dx = np.gradient(up)
    tint = hsv(0.55, draw.uniform(0, 0.3), draw.uniform(0.7, 0.95)) if draw.chance(0.6) else draw.colour()
    least = draw.uniform(0.1, 0.4) if draw.chance(0.6) else draw.uniform(0.7, 1)
    cover = np.clip(least + np.hypot(dx, dy) * draw.uniform(0.4, 0.9), 0, 1)
    canvas.paint(tint * (0.7 - 0.4 * np.clip(dx + dy, -1, 1))[..., None], body * cover)
    mirror = np.exp(-(((dx - 0.5) ** 2 + (dy - 0.6) ** 2) / 0.05))
    canvas.paint(np.ones(3), np.clip(mirror, 0, 1) * body)


def vapour(draw: Draw, width: int, height: int) -> Canvas:
    canvas, kind = Canvas(width, height), draw.one(KINDS)
    if kind == "splash":
        splash(draw, canvas)
    else:
        gas(draw, canvas, kind)
    return canvas
