"""Things with hard edges: vessels, boxes, tools, shoes, furniture, devices, garments; with holes, handles and labels."""

import numpy as np

from .canvas import Canvas
from .curves import band, blob, box, ellipse, mirrored, resample, smooth, turned
from .fields import grid
from .materials import surface, texture
from .variety import Draw, Variety

THINGS = Variety(
    (
        "bottle",
        "mug",
        "package",
        "shoe",
        "polygon",
        "blob",
        "device",
        "chair",
        "ring",
        "tool",
        "garment",
        "bag",
        "gear",
        "star",
        "stack",
        "lamp",
        "plate",
        "letter",
        "closeup",
        "vehicle",
    ),
    ("teapot", "headphones", "key", "guitar", "table"),
)


class Bench:
    """The canvas and the frame that a thing is made in: coordinates from -1 to 1, turned and scaled into the picture."""

    def __init__(self, draw: Draw, canvas: Canvas, closeup: bool = False):
        self.draw, self.canvas = draw, canvas
        side = min(canvas.width, canvas.height) / 2
        self.scale = side * (draw.uniform(1.4, 3) if closeup else draw.uniform(0.72, 1.0))
        self.angle = draw.rng.normal(0, 0.12) if draw.chance(0.7) else draw.uniform(-np.pi, np.pi)
        self.centre = np.array([canvas.width, canvas.height]) / 2 + draw.rng.uniform(-0.08, 0.08, 2) * side
        if closeup:
            direction = draw.uniform(0, 2 * np.pi)
            self.centre = self.centre + self.scale * 0.75 * np.array([np.cos(direction), np.sin(direction)])
        self.wide = draw.uniform(0.75, 1.2)

    def place(self, points: np.ndarray) -> np.ndarray:
        return turned(np.asarray(points, np.float64) * [self.wide, 1] * self.scale, self.angle) + self.centre

    def part(self, *outlines: np.ndarray, colour: np.ndarray | None = None, rounding: float | None = None, kind: str | None = None, holes: bool = True) -> None:
        """A solid part; outlines within it are holes."""
        rounding = None if rounding is None else rounding * self.scale

        def look(mask: np.ndarray) -> np.ndarray:
            return surface(self.draw, mask, colour, rounding, kind)

        self.canvas.fill([self.place(o) for o in outlines], look, 1.0, holes)

    def wire(self, points: np.ndarray, half: float, colour: np.ndarray) -> None:
        self.canvas.strokes(self.place(points)[None], half * self.scale, colour, 1.0, 0.7)

    def turned_part(self, profile: np.ndarray, colour: np.ndarray | None = None, gloss: float | None = None) -> None:
        """A solid of revolution: lit as a cylinder of varying width."""
        draw = self.draw
        outline = self.place(mirrored(profile, 0))
        axis = np.array([np.cos(self.angle), np.sin(self.angle)])
        bright = draw.uniform(-0.7, 0.7)

        def look(mask: np.ndarray) -> np.ndarray:
            plane = texture(draw, mask.shape[1], mask.shape[0], colour)
            low = np.clip(np.floor(outline.min(0)) - 2, 0, None)
            x, y = grid(mask.shape[1], mask.shape[0])
            dx, dy = x + low[0] - self.centre[0], y + low[1] - self.centre[1]
            s = (dx * axis[0] + dy * axis[1]) / self.scale / self.wide
            v = (-dx * axis[1] + dy * axis[0]) / self.scale
            order = np.argsort(profile[:, 1])
            s = s / np.maximum(np.interp(v, profile[order, 1], profile[order, 0]), 1e-3)
            shade = draw.uniform(0.3, 0.6) + 0.75 * np.sqrt(np.clip(1 - np.clip(s - bright * 0.5, -1, 1) ** 2, 0, 1))
            shine = (draw.uniform(0, 0.8) if gloss is None else gloss) * np.exp(-(((s - bright) / draw.uniform(0.04, 0.2)) ** 2))
            return np.clip(plane * shade[..., None] + shine[..., None] * (1 - plane), 0, 1)

        self.canvas.fill([outline], look)


def profile(*rows: tuple[float, float], sharp: bool = False) -> np.ndarray:
    rows_ = np.array(rows, np.float64)
    return rows_ if sharp else np.maximum(smooth(rows_, 12), [[0.001, -9]])


def label(bench: Bench, x: float, y: float, w: float, h: float) -> None:
    draw = bench.draw
    bench.part(box([x, y], [w, h], draw.uniform(0, 0.05)), rounding=0.01)
    for k in range(int(draw.rng.integers(1, 5))):
        bench.part(box([x, y + h * (-0.3 + 0.18 * k)], [w * draw.uniform(0.3, 0.8), h * draw.uniform(0.03, 0.1)]), rounding=0.005)


def bottle(bench: Bench) -> None:
    u = bench.draw.uniform
    w, neck, shoulder = u(0.2, 0.45), u(0.06, 0.16), u(-0.45, 0.0)
    bench.turned_part(profile((neck, -0.95), (neck, shoulder - 0.25), (w, shoulder), (w * u(0.85, 1.1), 0.3), (w, 0.9), (w * 0.85, 0.97)))
    bench.turned_part(profile((neck * 1.2, -1), (neck * 1.2, -0.85), sharp=True))
    if bench.draw.chance(0.7):
        label(bench, 0, u(0.2, 0.5), w * u(1, 1.9), u(0.3, 0.6))


def handle(bench: Bench, x: float, y0: float, y1: float, out: float, thick: float) -> None:
    spine = smooth(np.array([[x, y0], [x + out * 0.8, y0], [x + out, (y0 + y1) / 2], [x + out * 0.8, y1], [x, y1]]), 10)
    bench.part(band(spine, thick), rounding=thick)


def mug(bench: Bench) -> None:
    u = bench.draw.uniform
    w, top = u(0.4, 0.6), u(-0.6, -0.3)
    handle(bench, w * 0.9, top + 0.15, u(0.2, 0.45), u(0.2, 0.45), u(0.03, 0.08))
    bench.turned_part(profile((w, top), (w * u(0.8, 1.1), 0.1), (w * u(0.6, 1), 0.6), (w * u(0.4, 0.8), 0.65)))
    bench.part(ellipse([0, top], [w, w * u(0.1, 0.3)]), rounding=0.02)
    bench.part(ellipse([0, top], [w * 0.92, w * 0.12]), rounding=0.3)


def package(bench: Bench) -> None:
    u = bench.draw.uniform
    a, b, h, d = u(0.3, 0.7), u(0.15, 0.5), u(0.3, 0.7), u(0.05, 0.3)
    front = np.array([[-a, -h], [b * 0.2, -h + d], [b * 0.2, h + d * 0.5], [-a, h]])
    flank = np.array([[b * 0.2, -h + d], [b * 0.2 + b, -h], [b * 0.2 + b, h - d * 0.2], [b * 0.2, h + d * 0.5]])
    lid = np.array([[-a, -h], [b * 0.2, -h + d], [b * 0.2 + b, -h], [-a + b, -h - d * 0.8]])
    colour = bench.draw.colour()
    for face, dim in ((front, 1.0), (flank, u(0.5, 0.8)), (lid, u(0.9, 1.3))):
        bench.part(face, colour=np.clip(colour * dim, 0, 1) if bench.draw.chance(0.7) else None, rounding=0.008)
    if bench.draw.chance(0.6):
        label(bench, (-a + b * 0.2) / 2, 0.1, a * u(0.5, 0.9), h * u(0.4, 1))


def shoe(bench: Bench) -> None:
    u, n = bench.draw.uniform, bench.draw.rng.normal
    heel = u(0, 0.35)
    top = np.array(
        [
            [-0.9, 0.25 - heel],
            [-0.95, -0.2 - heel],
            [-0.75, -0.45 - u(0, 0.4)],
            [-0.35, -0.4 - u(0, 0.3)],
            [-0.1, -0.15],
            [0.4, 0.0 + n(0, 0.05)],
            [0.85, 0.15],
            [0.95, 0.32],
            [0.7, 0.4],
            [0, 0.38 - heel * 0.4],
        ]
    )
    sole = np.array(
        [[-0.95, 0.2 - heel], [-0.92, 0.45], [-0.6, 0.45], [-0.45, 0.4 - heel * 0.5], [0.1, 0.45], [0.9, 0.45], [1.0, 0.34], [0.4, 0.32], [0, 0.3 - heel * 0.5]]
    )
    bench.part(smooth(top, 12, True), rounding=0.2)
    bench.part(smooth(sole, 6, True), rounding=0.05)
    for k in range(int(bench.draw.rng.integers(2, 6))):
        x = -0.25 + 0.1 * k
        bench.wire(np.array([[x - 0.05, -0.3 + 0.12 * k], [x + 0.08, -0.15 + 0.05 * k], [x + 0.1, -0.02]]), 0.015, bench.draw.colour())


def polygon(bench: Bench) -> None:
    rng = bench.draw.rng
    angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 10)))
    shape = np.stack([np.cos(angle), np.sin(angle)], 1) * rng.uniform(0.5, 1, (len(angle), 1))
    inner = [shape * rng.uniform(0.2, 0.6) + rng.normal(0, 0.05, 2)] if bench.draw.chance(0.3) else []
    bench.part(shape, *inner)


def blobs(bench: Bench) -> None:
    rng = bench.draw.rng
    holes = [blob(rng, rng.uniform(-0.35, 0.35, 2), rng.uniform(0.05, 0.2)) for _ in range(rng.integers(0, 4))]
    bench.part(blob(rng, [0, 0], 0.75, rng.uniform(0.1, 0.8), 8), *holes)


def device(bench: Bench) -> None:
    u = bench.draw.uniform
    w, h, r = u(0.35, 0.9), u(0.4, 0.9), u(0.01, 0.2)
    bench.part(box([0, 0], [2 * w, 2 * h], r), rounding=u(0.01, 0.1))
    bench.part(box([0, -u(0, 0.1)], [2 * w * u(0.8, 0.95), 2 * h * u(0.6, 0.93)], r * 0.6), rounding=0.01)
    for _ in range(int(bench.draw.rng.integers(0, 7))):
        bench.part(ellipse([u(-w, w) * 0.8, u(0.6, 0.95) * h], [u(0.02, 0.07)] * 2), rounding=0.02)
    if bench.draw.chance(0.4):
        x = u(-w, w)
        bench.wire(
            smooth(np.array([[x, h], [x + u(-0.3, 0.3), h + 0.3], [x + u(-0.8, 0.8), h + 0.5], [x + u(-1, 1), h + 1.2]]), 12),
            u(0.01, 0.03),
            bench.draw.colour(),
        )


def chair(bench: Bench) -> None:
    u, wood = bench.draw.uniform, bench.draw.colour()
    leg, seat = u(0.015, 0.05), u(-0.05, 0.15)
    for x, foot in ((-0.4, -0.5), (-0.25, -0.2), (0.25, 0.3), (0.42, 0.52)):
        bench.part(band(np.array([[x, seat], [foot * u(0.8, 1.2), u(0.8, 0.98)]]), leg), colour=wood, rounding=leg)
    for k in range(int(bench.draw.rng.integers(2, 8)) + 2):
        x = -0.4 + 0.8 * k / 7
        if x < 0.42:
            bench.part(band(np.array([[x, seat], [x * 1.05, -0.85]]), leg * 0.7), colour=wood, rounding=leg)
    bench.part(box([0, -0.85], [1.0, u(0.08, 0.35)], 0.05), rounding=0.03)
    bench.part(box([0, seat], [u(0.95, 1.15), u(0.08, 0.25)], u(0.02, 0.1)), rounding=0.06)


def ring(bench: Bench) -> None:
    u, r = bench.draw.uniform, bench.draw.uniform(0.5, 0.85)
    inner = ellipse([u(-0.03, 0.03), u(-0.03, 0.03)], [r * u(0.4, 0.93)] * 2, 160, 0, bench.draw.among(2, 2, 4))
    bench.part(ellipse([0, 0], [r, r], 160, 0, bench.draw.among(2, 2, 3, 5)), inner, rounding=u(0.03, 0.2))


def tool(bench: Bench) -> None:
    u = bench.draw.uniform
    bench.part(band(smooth(np.array([[0, -0.6], [u(-0.1, 0.1), 0], [u(-0.15, 0.15), 0.95]]), 12), u(0.03, 0.1)), rounding=0.05)
    head = blob(bench.draw.rng, [0, -0.65], 0.3, 0.6) if bench.draw.chance(0.5) else box([u(-0.1, 0.1), -0.7], [u(0.3, 0.9), u(0.15, 0.35)], u(0, 0.1))
    bench.part(head, ellipse([0, -0.65], [u(0.03, 0.12)] * 2), rounding=0.08)


def garment(bench: Bench) -> None:
    u = bench.draw.uniform
    w, sleeve, drop = u(0.38, 0.5), u(0.3, 0.55), u(-0.1, 0.5)
    half = np.array(
        [
            [0.0, -0.66],
            [0.14, -0.78],
            [w, -0.68],
            [w + sleeve * 0.7, drop - 0.15],
            [w + sleeve * 0.5 - 0.12, drop + 0.05],
            [w * 0.98, -0.28],
            [w * 0.95, 0.2],
            [w * u(0.9, 1.25), u(0.7, 0.95)],
            [0.0, u(0.82, 0.95)],
        ]
    )
    outline = np.concatenate([half, half[-2:0:-1] * [-1, 1]])
    bench.part(smooth(outline, 6, True) if bench.draw.chance(0.5) else resample(np.vstack([outline, outline[:1]]), 120), rounding=u(0.03, 0.3))


def bag(bench: Bench) -> None:
    u = bench.draw.uniform
    for x in (0.0, u(0.02, 0.1)):
        spine = smooth(np.array([[-0.35 + x, -0.1], [-0.3 + x, -0.6], [x, u(-0.98, -0.7)], [0.3 + x, -0.6], [0.35 + x, -0.1]]), 12)
        bench.part(band(spine, u(0.015, 0.06)), rounding=0.03)
    bench.part(
        smooth(np.array([[-0.6, -0.2], [0, -0.25], [0.6, -0.2], [u(0.55, 0.8), 0.7], [0.5, 0.85], [0, 0.88], [-0.5, 0.85], [-u(0.55, 0.8), 0.7]]), 10, True),
        rounding=u(0.05, 0.25),
    )


def gear(bench: Bench) -> None:
    teeth = int(bench.draw.rng.integers(6, 40))
    t = np.linspace(0, 2 * np.pi, teeth * 16, endpoint=False)
    r = 0.8 + bench.draw.uniform(0.02, 0.12) * np.clip(np.sin(t * teeth) * bench.draw.uniform(1, 5), -1, 1)
    holes = [ellipse([0.5 * np.cos(a), 0.5 * np.sin(a)], [0.13, 0.13]) for a in np.linspace(0, 2 * np.pi, bench.draw.among(3, 5, 6), endpoint=False)]
    bench.part(np.stack([np.cos(t), np.sin(t)], 1) * r[:, None], ellipse([0, 0], [0.2, 0.2]), *(holes if bench.draw.chance(0.6) else []), rounding=0.03)


def star(bench: Bench) -> None:
    points = int(bench.draw.rng.integers(4, 14))
    t = np.linspace(0, 2 * np.pi, points * 2, endpoint=False)
    r = np.where(np.arange(points * 2) % 2, bench.draw.uniform(0.3, 0.7), 0.95)
    shape = np.stack([np.sin(t), -np.cos(t)], 1) * r[:, None]
    bench.part(smooth(shape, 8, True) if bench.draw.chance(0.4) else shape)


def stack(bench: Bench) -> None:
    rng = bench.draw.rng
    for _ in range(rng.integers(3, 9)):
        centre, size = rng.uniform(-0.55, 0.55, 2), rng.uniform(0.15, 0.6, 2)
        bench.part(box(centre, size, rng.uniform(0, 0.1), rng.uniform(-1, 1)) if rng.random() < 0.6 else ellipse(centre, size * 0.6, angle=rng.uniform(0, 3)))


def lamp(bench: Bench) -> None:
    u = bench.draw.uniform
    bench.part(band(smooth(np.array([[0, -0.4], [u(-0.2, 0.2), 0.2], [0, 0.85]]), 12), u(0.01, 0.05)), rounding=0.04)
    bench.turned_part(profile((u(0.1, 0.3), -0.95), (u(0.4, 0.6), -0.3), sharp=True))
    bench.part(ellipse([0, 0.88], [u(0.2, 0.45), u(0.04, 0.12)]), rounding=0.05)


def plate(bench: Bench) -> None:
    flat = bench.draw.uniform(0.3, 1)
    for r in (0.9, bench.draw.uniform(0.5, 0.8)):
        bench.part(ellipse([0, 0], [r, r * flat], 120), rounding=0.08)
    rng = bench.draw.rng
    for _ in range(rng.integers(0, 12)):
        bench.part(blob(rng, rng.uniform(-0.35, 0.35, 2) * [1, flat], rng.uniform(0.08, 0.2), 0.4), rounding=0.1)


def letter(bench: Bench) -> None:
    """A thick bent bar, as signs and hooks are."""
    rng = bench.draw.rng
    spine = rng.uniform(-0.75, 0.75, (rng.integers(3, 6), 2))
    spine = smooth(spine, 8) if bench.draw.chance(0.6) else spine
    half = bench.draw.uniform(0.04, 0.16)
    links = [band(spine[i : i + 2], half) for i in range(len(spine) - 1)] + [ellipse(p, [half, half], 32) for p in spine]
    bench.part(*links, rounding=0.06, holes=False)


def closeup(bench: Bench) -> None:
    bench.draw.among(blobs, polygon, gear, garment, ring)(bench)


def vehicle(bench: Bench) -> None:
    u = bench.draw.uniform
    bench.part(
        smooth(
            np.array(
                [
                    [-0.95, 0.2],
                    [-0.9, -0.05],
                    [-0.5, -0.12],
                    [-0.25, -0.42 - u(0, 0.2)],
                    [0.3, -0.42],
                    [0.55, -0.1],
                    [0.92, 0.0],
                    [0.97, 0.2],
                    [0.9, 0.28],
                    [-0.9, 0.28],
                ]
            ),
            10,
            True,
        ),
        rounding=0.12,
    )
    bench.part(np.array([[-0.38, -0.12], [-0.2, -0.36], [0.02, -0.36], [0.02, -0.12]]), rounding=0.02)
    bench.part(np.array([[0.07, -0.12], [0.07, -0.36], [0.27, -0.36], [0.42, -0.12]]), rounding=0.02)
    for x in (-0.55, 0.55):
        r = u(0.16, 0.24)
        bench.part(ellipse([x, 0.28], [r, r]), colour=np.array([0.07, 0.07, 0.08]), rounding=0.05)
        bench.part(ellipse([x, 0.28], [r * 0.6, r * 0.6]), rounding=0.03)


def teapot(bench: Bench) -> None:
    u = bench.draw.uniform
    spout = smooth(np.array([[0.35, 0.2], [0.6, 0.1], [0.7, -0.15], [0.95, -0.35]]), 10)
    bench.part(band(spout, np.linspace(0.16, 0.04, len(spout))), rounding=0.06)
    handle(bench, -0.4, -0.2, 0.3, -u(0.3, 0.5), 0.05)
    bench.turned_part(profile((0.2, -0.42), (0.48, -0.15), (0.58, 0.2), (0.4, 0.5), (0.3, 0.55)))
    bench.turned_part(profile((0.03, -0.6), (0.08, -0.55), (0.06, -0.5), (0.25, -0.38)))


def headphones(bench: Bench) -> None:
    u = bench.draw.uniform
    arc = ellipse([0, 0], [0.7, 0.8], 160)
    bench.part(band(arc[(arc[:, 1] < 0.2)][np.argsort(np.arctan2(*(arc[arc[:, 1] < 0.2] * [1, -1]).T))], u(0.03, 0.08)), rounding=0.04)
    for side in (-1, 1):
        bench.part(box([side * 0.66, 0.35], [u(0.2, 0.35), u(0.5, 0.7)], 0.12, side * 0.15), rounding=0.1)


def key(bench: Bench) -> None:
    u = bench.draw.uniform
    bench.part(ellipse([0, -0.6], [0.33, 0.33], power=bench.draw.among(2, 3, 5)), ellipse([0, -0.65], [u(0.08, 0.22)] * 2), rounding=0.05)
    teeth = [[0.07, 0.9]] + [[0.07 + (k % 2) * u(0.05, 0.2), 0.9 - 0.06 * k] for k in range(1, 9)] + [[0.07, -0.35], [-0.07, -0.35], [-0.07, 0.85]]
    bench.part(np.array(teeth), rounding=0.02)


def guitar(bench: Bench) -> None:
    u = bench.draw.uniform
    bench.part(box([0, -0.5], [0.1, 0.9], 0.01), rounding=0.02)
    bench.part(box([0, -0.93], [0.18, 0.2], 0.03), rounding=0.02)
    bench.part(mirrored(profile((0.1, -0.1), (0.3, 0.0), (0.22, 0.25), (0.42, 0.6), (0.3, 0.9), (0.02, 0.95)), 0), rounding=u(0.02, 0.1))
    bench.part(ellipse([0, 0.3], [0.1, 0.1]), colour=np.array([0.04, 0.03, 0.03]), rounding=0.01)
    for k in range(6):
        bench.wire(np.array([[-0.03 + 0.012 * k, -0.9], [-0.04 + 0.016 * k, 0.65]]), 0.002, np.array([0.8, 0.78, 0.7]))


def table(bench: Bench) -> None:
    u, wood = bench.draw.uniform, bench.draw.colour()
    for x in (-0.8, -0.55, 0.55, 0.8):
        bench.part(band(np.array([[x, -0.1], [x * u(0.9, 1.1), 0.7 + 0.2 * (abs(x) > 0.6)]]), u(0.02, 0.05)), colour=wood, rounding=0.03)
    bench.part(np.array([[-0.95, 0.0], [-0.6, -0.25], [0.6, -0.25], [0.95, 0.0]]), rounding=0.01)
    bench.part(box([0, 0.03], [1.9, 0.08], 0.01), colour=wood * 0.8, rounding=0.01)


MAKERS = {
    "blob": blobs,
    **{
        f.__name__: f
        for f in (
            bottle,
            mug,
            package,
            shoe,
            polygon,
            device,
            chair,
            ring,
            tool,
            garment,
            bag,
            gear,
            star,
            stack,
            lamp,
            plate,
            letter,
            closeup,
            vehicle,
            teapot,
            headphones,
            key,
            guitar,
            table,
        )
    },
}


def products(draw: Draw, width: int, height: int) -> Canvas:
    canvas = Canvas(width, height)
    name = draw.one(THINGS)
    MAKERS[name](Bench(draw, canvas, name == "closeup" or draw.chance(0.12)))
    if name in ("tool", "letter", "ring", "star") and draw.chance(0.3):
        MAKERS[draw.one(THINGS)](Bench(draw, canvas))
    return canvas
