"""Feathers: barbs on both sides of a shaft, vanes that split, down at the base."""

import numpy as np

from .canvas import Canvas
from .curves import normals, resample, smooth
from .fields import smoothstep
from .variety import Draw, Variety, hsv

FEATHERS = Variety(("quill", "body", "plume", "fan", "boa", "scatter"), ("peacock", "ostrich"))


def feather(draw: Draw, canvas: Canvas, root: np.ndarray, tip: np.ndarray, style: dict) -> None:
    rng = draw.rng
    length = float(np.hypot(*(tip - root)))
    side = np.array([-(tip - root)[1], (tip - root)[0]])
    spine = resample(smooth(np.stack([root, (root + tip) / 2 + side * rng.normal(0, style["bend"]), tip]), 30), 100)
    count = int(np.clip(length / style["spacing"], 40, 420))
    place = np.sort(rng.uniform(style["bare"], 1, count * 2))
    hand = np.where(np.arange(count * 2) % 2, 1.0, -1.0)
    base = np.stack([np.interp(place * 99, np.arange(100), spine[:, i]) for i in (0, 1)], 1)
    across = np.stack([np.interp(place * 99, np.arange(100), normals(spine)[:, i]) for i in (0, 1)], 1)
    along = np.stack([across[:, 1], -across[:, 0]], 1)
    # Barbs between two splits of the vane cling together.
    splits = np.sort(rng.uniform(0, 1, style["splits"]))
    group = np.searchsorted(splits, place) + (hand > 0) * (style["splits"] + 1)
    part = rng.normal(0, style["parting"], 2 * style["splits"] + 2)[group]
    down = 1 - smoothstep(style["bare"], style["bare"] + style["down"], place)
    profile = np.clip(np.sin(np.pi * np.clip(0.12 + 0.86 * place, 0, 1)) ** style["fullness"], 0.08, 1)
    reach = length * style["breadth"] * profile * np.exp(rng.normal(0, 0.04 + 0.2 * down)) * np.where(hand > 0, style["lopsided"], 1)
    angle = style["angle"] + part + rng.normal(0, 0.03 + 0.5 * down)
    t = np.linspace(0, 1, 14)[None, :, None]
    way = along * np.cos(angle)[:, None] + across * (hand * np.sin(angle))[:, None]
    paths = base[:, None] + way[:, None] * reach[:, None, None] * t + along[:, None] * (style["sweep"] * reach)[:, None, None] * t**2
    wild = (down + style["loose"])[:, None, None]
    paths = paths + rng.normal(0, 1, paths.shape).cumsum(1) * wild * length * 0.005
    band = 0.5 + 0.5 * np.sin((place[:, None] + 0.15 * t[..., 0]) * style["bands"] * 2 * np.pi)
    tint = style["colour"] + (style["second"] - style["colour"]) * (np.clip(band * 3 - 1, 0, 1) * style["banded"])[..., None]
    tint = tint * np.exp(rng.normal(0, 0.09, (len(place), 1, 1))) * (0.75 + 0.35 * t)
    tint = tint + (np.minimum(tint * 0.3 + 0.65, 1) - tint) * (down * 0.7)[:, None, None]
    if style["eye"]:
        away = np.hypot((paths - spine[84])[..., 0], (paths - spine[84])[..., 1]) / (length * 0.13)
        for radius, colour in ((1.0, hsv(0.1, 0.7, 0.6)), (0.75, hsv(0.5, 0.8, 0.7)), (0.45, hsv(0.65, 0.9, 0.25))):
            tint = np.where((away < radius)[..., None], colour, tint)
    half = style["spacing"] * style["solid"] * (1 - 0.8 * t[..., 0] ** 3) * (1 - 0.5 * down)[:, None]
    opacity = np.where(down[:, None] > 0.5, 0.7, 0.95) * np.clip((1 - t[..., 0]) * 4, 0.2, 1)
    order = rng.permutation(len(place))
    canvas.strokes(paths[order], half[order], tint[order], opacity[order])
    if style["solid"] < 0.35:  # barbules of a plume
        pick = rng.integers(0, len(place), 9 * len(place))
        step = rng.integers(2, 13, len(pick))
        start = paths[pick, step]
        hair = rng.normal(0, 1, (len(pick), 2)) * length * 0.018
        s = np.linspace(0, 1, 4)[None, :, None]
        canvas.strokes(start[:, None] + hair[:, None] * s, 0.35 * (1 - 0.7 * s[..., 0]), tint[pick, step], 0.7)
    stem = np.linspace(1, 0.15, 100)[None] * style["shaft"]
    canvas.strokes(spine[None], stem, np.clip(style["shaft colour"], 0, 1), 1.0, 0.5)


def style_of(draw: Draw, kind: str) -> dict:
    plume = kind in ("plume", "boa", "ostrich", "peacock")
    colour = draw.colour()
    return {
        "bend": draw.uniform(0.02, 0.2),
        "spacing": draw.uniform(1.2, 2.6),
        "bare": draw.uniform(0.04, 0.25),
        "splits": int(draw.rng.integers(2, 16)),
        "parting": 0.12 if plume else draw.uniform(0.02, 0.14),
        "down": draw.uniform(0.05, 0.35),
        "fullness": draw.uniform(0.35, 0.9),
        "breadth": {"quill": 0.12, "peacock": 0.12, "ostrich": 0.3, "body": 0.25, "scatter": 0.22}.get(kind, 0.2) * draw.uniform(0.7, 1.3),
        "lopsided": draw.uniform(0.5, 1) if kind == "quill" else draw.uniform(0.85, 1.15),
        "angle": draw.uniform(0.4, 1.0),
        "sweep": draw.uniform(0.1, 0.7) if kind != "ostrich" else -draw.uniform(0.3, 0.9),
        "loose": draw.uniform(0.2, 1.2) if plume else draw.uniform(0, 0.12),
        "bands": draw.uniform(2, 12),
        "banded": draw.uniform(0.3, 1) * draw.chance(0.4),
        "colour": colour,
        "second": np.clip(1 - colour + draw.rng.normal(0, 0.1, 3), 0, 1) if draw.chance(0.5) else draw.colour(),
        "solid": draw.uniform(0.18, 0.32) if plume else draw.uniform(0.45, 0.75),
        "shaft": draw.uniform(1.0, 3.5),
        "shaft colour": colour * 0.5 + 0.4 if draw.chance(0.6) else colour * 0.5,
        "eye": kind == "peacock",
    }


def feathers(draw: Draw, width: int, height: int) -> Canvas:
    canvas, rng, kind = Canvas(width, height), draw.rng, draw.one(FEATHERS)
    style, side = style_of(draw, kind), min(width, height)
    middle = np.array([width, height]) * rng.uniform(0.45, 0.55, 2)
    if kind in ("fan", "peacock"):
        root = np.array([width * draw.uniform(0.4, 0.6), height * draw.uniform(0.75, 1.0)])
        spread, many = draw.uniform(0.5, 1.5), int(rng.integers(5, 14))
        for angle in rng.permutation(np.linspace(-spread, spread, many)):
            reach = side * draw.uniform(0.6, 0.85)
            feather(draw, canvas, root, root + reach * np.array([np.sin(angle), -np.cos(angle)]), dict(style, spacing=2.4))
    elif kind in ("boa", "ostrich") and draw.chance(0.7):
        line = smooth(np.array([[width * x, height * draw.uniform(0.25, 0.75)] for x in (0.1, 0.35, 0.65, 0.9)]), 20)
        for p in line:
            for _ in range(2):
                angle = draw.uniform(0, 2 * np.pi)
                feather(
                    draw,
                    canvas,
                    p,
                    p + side * draw.uniform(0.12, 0.22) * np.array([np.sin(angle), np.cos(angle)]),
                    dict(style, spacing=3.0, shaft=0.5, breadth=0.4),
                )
    elif kind == "scatter":
        for _ in range(int(rng.integers(3, 9))):
            angle, reach = draw.uniform(0, 2 * np.pi), side * draw.uniform(0.15, 0.35)
            where = middle + rng.uniform(-0.33, 0.33, 2) * side
            toward = reach * np.array([np.sin(angle), np.cos(angle)])
            feather(draw, canvas, where - toward / 2, where + toward / 2, dict(style, spacing=1.6))
    else:
        angle, reach = draw.uniform(0, 2 * np.pi), side * draw.uniform(0.7, 1.3)
        toward = reach * np.array([np.sin(angle), np.cos(angle)])
        feather(draw, canvas, middle - toward / 2, middle + toward / 2, style)
    return canvas
