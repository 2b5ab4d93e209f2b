"""Text and thin graphics: wires, chains, spokes, frames, nets, bare branches."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .canvas import FINE, Canvas
from .curves import box, ellipse, resample, smooth, turned
from .materials import surface
from .variety import Draw, Variety, hsv

THINGS = Variety(
    ("text", "text", "text", "wires", "chain", "wheel", "glasses", "net", "tree", "scribble", "coil", "pendant"), ("text", "web", "hanger", "parasol")
)
WORDS = [
    "swift",
    "matting",
    "sale",
    "50%",
    "Hello",
    "OPEN",
    "coffee",
    "&",
    "tea",
    "new",
    "love",
    "No.",
    "42",
    "made",
    "by",
    "hand",
    "Fresh",
    "since",
    "1987",
    "ABCDEFG",
    "quick",
    "brown",
    "fox",
    "@home",
    "3.99",
    "Thank",
    "you",
]

FONTS = Path("/usr/share/fonts")
# One font in this many is used for held-out subjects only.
RESERVED_FONT = 6


@cache
def fonts(split: str) -> list[Path]:
    files = sorted(f for f in FONTS.rglob("*") if f.suffix in (".ttf", ".otf"))
    return [f for i, f in enumerate(files) if (i % RESERVED_FONT == 0) == (split == "held-out")]


def text(draw: Draw, canvas: Canvas) -> None:
    """Lines of words, sometimes outlined or with a part of their own behind them."""
    rng, files = draw.rng, fonts(draw.split)
    if not files:
        return scribble(draw, canvas)
    width, height = canvas.width, canvas.height
    lines = [" ".join(rng.choice(WORDS, rng.integers(1, 4))) for _ in range(rng.integers(1, 5))]
    plane = Image.new("L", (width * FINE, height * FINE), 0)
    pen = ImageDraw.Draw(plane)
    for _ in range(4):
        font = ImageFont.truetype(str(files[rng.integers(len(files))]), 200)
        box_ = pen.multiline_textbbox((0, 0), "\n".join(lines), font)
        if box_[2] - box_[0] > 100:
            break
    size = 200 * min(width * FINE * draw.uniform(0.7, 0.98) / max(box_[2] - box_[0], 1), height * FINE * 0.95 / max(box_[3] - box_[1], 1))
    font = font.font_variant(size=max(8, int(size)))
    stroke = int(draw.uniform(1, 14)) if draw.chance(0.2) else 0
    pen.multiline_text((width * FINE / 2, height * FINE / 2), "\n".join(lines), 255, font, "mm", align="center", stroke_width=stroke)
    fine = np.asarray(plane)
    if draw.chance(0.5):
        turn = cv2.getRotationMatrix2D((width * FINE / 2, height * FINE / 2), draw.rng.normal(0, 12), 0.9)
        turn[0, 1] += draw.rng.normal(0, 0.15)
        fine = cv2.warpAffine(fine, turn, (width * FINE, height * FINE), flags=cv2.INTER_LINEAR)
    mask = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    if draw.chance(0.25):
        spread = cv2.dilate(fine, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, [int(draw.uniform(6, 40))] * 2))
        rim = cv2.resize(spread, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        canvas.paint(surface(draw, rim, None, 3), rim)
    canvas.paint(surface(draw, mask, None, draw.log(2, 20)), mask * (1 if draw.chance(0.9) else draw.uniform(0.4, 0.9)))


def line(draw: Draw, canvas: Canvas, points: np.ndarray, half: float, colour: np.ndarray, roundness: float = 0.7) -> None:
    """A wire, its colour uneven along it."""
    count = max(2, int(np.hypot(*np.diff(points, axis=0).T).sum() / 4))
    points = resample(points, min(count, 1500))
    tone = 1 + 0.18 * np.convolve(draw.rng.standard_normal(len(points) + 8), np.ones(9) / 3, "valid")
    canvas.strokes(points[None], half, np.clip(colour * tone[:, None], 0, 1)[None], 1.0, roundness)


def scribble(draw: Draw, canvas: Canvas) -> None:
    size, half = np.array([canvas.width, canvas.height]), draw.log(0.3, 5)
    for _ in range(draw.rng.integers(1, 5)):
        points = draw.rng.uniform(0.06, 0.94, (draw.rng.integers(4, 14), 2)) * size
        line(draw, canvas, smooth(points, 20) if draw.chance(0.8) else points, half, draw.colour())


def wires(draw: Draw, canvas: Canvas) -> None:
    size, rng = np.array([canvas.width, canvas.height]), draw.rng
    ends = rng.uniform(0.05, 0.95, (2, 2)) * size
    for _ in range(rng.integers(3, 22)):
        middle = rng.uniform(0.1, 0.9, (rng.integers(1, 4), 2)) * size
        points = np.concatenate([ends[:1] + rng.normal(0, 12, (1, 2)), middle, ends[1:] + rng.normal(0, 12, (1, 2))])
        line(draw, canvas, smooth(points, 24), draw.log(0.4, 6), draw.colour())


def links(draw: Draw, canvas: Canvas, spine: np.ndarray, length: float, half: float, colour: np.ndarray) -> None:
    """A chain along a curve: links seen flat and on edge by turns."""
    count = max(2, int(np.hypot(*np.diff(spine, axis=0).T).sum() / (length * 0.72)))
    places = resample(spine, count)
    for flat in (True, False):
        for i in range(0 if flat else 1, count - 1, 2):
            step = places[i + 1] - places[i]
            ring = ellipse(places[i], [length / 2, length * (0.3 if flat else 0.06)], 28, np.arctan2(step[1], step[0]))
            line(draw, canvas, np.vstack([ring, ring[:1]]), half, colour, 0.9)


def metal(draw: Draw) -> np.ndarray:
    return draw.among(hsv(0.12, 0.55, 0.85), hsv(0.6, 0.04, 0.8), hsv(0.06, 0.45, 0.7), hsv(0.6, 0.1, 0.35))


def chain(draw: Draw, canvas: Canvas) -> None:
    size = np.array([canvas.width, canvas.height])
    for _ in range(draw.rng.integers(1, 4)):
        points = draw.rng.uniform(0.05, 0.95, (draw.rng.integers(3, 6), 2)) * size
        length = draw.log(8, 60)
        links(draw, canvas, smooth(points, 40), length, max(0.5, length * draw.uniform(0.05, 0.11)), metal(draw))


def pendant(draw: Draw, canvas: Canvas) -> None:
    w, h, colour = canvas.width, canvas.height, metal(draw)
    low = h * draw.uniform(0.55, 0.8)
    length = draw.log(6, 16)
    links(
        draw,
        canvas,
        smooth(np.array([[w * 0.15, -10], [w * 0.3, low * 0.6], [w * 0.5, low], [w * 0.7, low * 0.6], [w * 0.85, -10]]), 40),
        length,
        length * 0.09,
        colour,
    )
    shape = ellipse([w / 2, low + h * 0.08], np.array([0.06, 0.09]) * h * draw.uniform(0.6, 1.2), power=draw.among(1.2, 2, 4))
    canvas.fill([shape], lambda mask: surface(draw, mask, None, 20))
    line(draw, canvas, np.vstack([shape, shape[:1]]), 2.5, colour, 0.9)


def wheel(draw: Draw, canvas: Canvas) -> None:
    centre, r = np.array([canvas.width, canvas.height]) / 2, min(canvas.width, canvas.height) * draw.uniform(0.38, 0.49)
    tilt = draw.uniform(0.5, 1) if draw.chance(0.4) else 1.0
    spokes, cross = int(draw.rng.integers(10, 48)), draw.uniform(0, 0.6)
    colour = metal(draw)
    for k in range(spokes):
        a = 2 * np.pi * k / spokes
        hub = a + cross * (1 if k % 2 else -1)
        ends = np.array([[np.cos(hub) * r * 0.08, np.sin(hub) * r * 0.08], [np.cos(a) * r * 0.9, np.sin(a) * r * 0.9]]) * [tilt, 1]
        line(draw, canvas, ends + centre, draw.uniform(0.4, 1.6), colour)
    for radius, half, tone in ((0.9, 0.025, colour), (0.97, draw.uniform(0.02, 0.05), np.array([0.06, 0.06, 0.07])), (0.06, 0.04, colour * 0.6)):
        ring = ellipse(centre, [r * radius * tilt, r * radius], 200)
        line(draw, canvas, np.vstack([ring, ring[:1]]), r * half, tone, 0.8)


def glasses(draw: Draw, canvas: Canvas) -> None:
    w, centre = canvas.width, np.array([canvas.width, canvas.height]) / 2
    r, half, colour = w * draw.uniform(0.15, 0.2), draw.log(1.5, 12), draw.colour()
    power, tall, turn = draw.uniform(2, 4.5), draw.uniform(0.65, 1.0), draw.rng.normal(0, 0.2)
    tint, strength = draw.colour(), draw.uniform(0.03, 0.2) if draw.chance(0.6) else draw.uniform(0.4, 0.95)

    def place(points: np.ndarray) -> np.ndarray:
        return turned(np.asarray(points, float), turn) + centre

    for side in (-1, 1):
        temple = np.array([[side * r * 2.15, -r * 0.4], [side * r * 2.3, -r * 0.5], [side * r * 1.7, -r * 1.2], [side * r * 1.5, -r * 1.0]])
        line(draw, canvas, place(smooth(temple, 12)), half * 0.8, colour * 0.8)
        rim = place(ellipse([side * r * 1.15, 0], [r, r * tall], 90, 0, power))
        canvas.fill([rim], tint, strength)
        glare = place(
            np.array(
                [
                    [side * r * 1.15 - r * 0.5, -r * 0.3],
                    [side * r * 1.15 - r * 0.2, -r * 0.5],
                    [side * r * 1.15 - r * 0.3, r * 0.4],
                    [side * r * 1.15 - r * 0.6, r * 0.4],
                ]
            )
        )
        canvas.fill([glare], (1, 1, 1), draw.uniform(0, 0.4))
        line(draw, canvas, np.vstack([rim, rim[:1]]), half, colour)
    line(draw, canvas, place(smooth(np.array([[-r * 0.2, -r * 0.15], [0, -r * 0.3], [r * 0.2, -r * 0.15]]), 8)), half, colour)


def net(draw: Draw, canvas: Canvas) -> None:
    """A fence, a cage or a grid, bent a little."""
    w, h, rng = canvas.width, canvas.height, draw.rng
    period, half, colour = draw.log(16, 110), draw.log(0.4, 4), draw.colour()
    slant, bend, phase = draw.uniform(0, np.pi / 2), draw.uniform(0, 14), draw.uniform(0, 6)
    reach = min(w, h) * draw.uniform(0.35, 0.5)
    t = np.linspace(-1, 1, 60)
    for direction in (slant, slant + np.pi / 2 + rng.normal(0, 0.2)):
        for offset in np.arange(-reach, reach + 1, period):
            along = np.stack([t * reach, np.full(60, offset)], 1)
            along[:, 1] += bend * np.sin(t * 3 + phase + offset / 90)
            line(draw, canvas, turned(along, direction) + [w / 2, h / 2], half, colour)


def tree(draw: Draw, canvas: Canvas) -> None:
    """Bare branches, ever thinner."""
    rng, colour = draw.rng, hsv(draw.uniform(0.04, 0.1), draw.uniform(0.1, 0.5), draw.uniform(0.1, 0.45))
    thick = draw.uniform(5, 16)
    tips = [(np.array([canvas.width * draw.uniform(0.4, 0.6), canvas.height * 1.02]), -np.pi / 2, canvas.height * draw.uniform(0.2, 0.28), thick)]
    spread = draw.uniform(0.3, 0.7)
    drawn = 0
    while tips and drawn < 900:
        root, angle, length, half = tips.pop(0)
        bend = rng.normal(0, 0.2)
        end = root + length * np.array([np.cos(angle), np.sin(angle)])
        middle = (root + end) / 2 + bend * length * 0.3 * np.array([-np.sin(angle), np.cos(angle)])
        spine = smooth(np.stack([root, middle, end]), 8)
        canvas.strokes(spine[None], np.linspace(half, half * 0.7, len(spine))[None], np.clip(colour * np.exp(rng.normal(0, 0.12)), 0, 1), 1.0, 0.7)
        drawn += 1
        if half > 0.25:
            for _ in range(rng.integers(2, 4)):
                tips.append(
                    (
                        spine[rng.integers(10, len(spine))] if rng.random() < 0.5 else end,
                        angle + rng.normal(0, spread),
                        length * rng.uniform(0.6, 0.88),
                        half * rng.uniform(0.5, 0.72),
                    )
                )


def coil(draw: Draw, canvas: Canvas) -> None:
    t = np.linspace(0, 1, 1200)
    turns, r = draw.uniform(6, 30), min(canvas.width, canvas.height) * draw.uniform(0.1, 0.3)
    spine = np.stack([canvas.width * (0.1 + 0.8 * t), np.full(1200, canvas.height * 0.5)], 1)
    points = spine + np.stack([np.cos(t * turns * 6.28) * r * draw.uniform(0.2, 0.6), np.sin(t * turns * 6.28) * r], 1)
    centre = np.array([canvas.width, canvas.height]) / 2
    line(draw, canvas, turned(points - centre, draw.uniform(0, 3)) + centre, draw.log(0.6, 6), metal(draw), 0.9)


def web(draw: Draw, canvas: Canvas) -> None:
    centre, r, rng = np.array([canvas.width, canvas.height]) * draw.rng.uniform(0.4, 0.6, 2), min(canvas.width, canvas.height) * 0.48, draw.rng
    angles = np.sort(rng.uniform(0, 6.28, rng.integers(12, 26)))
    out = r * rng.uniform(0.8, 1.1, len(angles))
    way = np.stack([np.cos(angles), np.sin(angles)], 1)
    half, pale = draw.uniform(0.2, 0.6), np.full(3, draw.uniform(0.8, 1))
    for direction, reach in zip(way, out):
        line(draw, canvas, np.stack([centre, centre + direction * reach]), half, pale, 0)
    for share in np.linspace(0.08, 0.9, rng.integers(12, 30)):
        corners = centre + way * (out * (share + rng.normal(0, 0.008, len(out))))[:, None]
        for a, b in zip(corners, np.roll(corners, -1, 0)):
            line(draw, canvas, smooth(np.stack([a, (a + b) / 2 * 0.96 + centre * 0.04, b]), 6), half, pale, 0)


def hanger(draw: Draw, canvas: Canvas) -> None:
    w, h = canvas.width, canvas.height
    colour, half = metal(draw), draw.log(1, 6)
    hook = smooth(np.array([[0.44, 0.2], [0.43, 0.12], [0.5, 0.07], [0.57, 0.13], [0.5, 0.24], [0.5, 0.34]]), 14)
    line(draw, canvas, hook * [w, h], half, colour)
    line(draw, canvas, np.array([[0.5, 0.34], [0.94, 0.62], [0.9, 0.68], [0.1, 0.68], [0.06, 0.62], [0.5, 0.34]]) * [w, h], half, colour)


def parasol(draw: Draw, canvas: Canvas) -> None:
    w, h, colour = canvas.width, canvas.height, metal(draw)
    for x in np.linspace(-0.45, 0.45, int(draw.rng.integers(6, 14))):
        line(draw, canvas, smooth(np.array([[0.5, 0.12], [0.5 + x * 0.6, 0.2], [0.5 + x, 0.45]]), 12) * [w, h], draw.log(0.6, 3), colour)
        line(draw, canvas, np.array([[0.5, 0.42], [0.5 + x * 0.6, 0.2]]) * [w, h], 0.8, colour)
    line(draw, canvas, smooth(np.array([[0.5, 0.08], [0.5, 0.85], [0.46, 0.93], [0.42, 0.87]]), 12) * [w, h], draw.uniform(2, 6), draw.colour())
    canvas.fill([box([w * 0.5, h * 0.42], [14, 22], 4)], lambda mask: surface(draw, mask, None, 5))


MAKERS = {f.__name__: f for f in (text, wires, chain, wheel, glasses, net, tree, scribble, coil, pendant, web, hanger, parasol)}


def thin(draw: Draw, width: int, height: int) -> Canvas:
    canvas = Canvas(width, height)
    MAKERS[draw.one(THINGS)](draw, canvas)
    return canvas
