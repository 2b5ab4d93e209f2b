"""Animals and plush toys: blobs whose whole outline is fur."""

import cv2
import numpy as np

from .canvas import Canvas, coverage
from .curves import blob, box, ellipse, smooth
from .fields import at, blur, cells, noise
from .hair import shortened
from .materials import dome, light, lit, texture
from .variety import Draw, Variety, hsv

COATS = Variety(("short", "dense", "long", "wet", "plush", "wire"), ("woolly", "shaggy"))
BODIES = Variety(("sitting", "head", "ball", "standing", "close-up", "close-up"), ("bird", "bear", "close-up"))
PATTERNS = Variety(("mottled", "gradient", "patches", "stripes", "speckle"), ("rings", "terrazzo", "mottled"))
TONES = Variety(
    (
        ((0.05, 0.1), (0.2, 0.7), (0.15, 0.8)),
        ((0, 1), (0, 0.08), (0.75, 0.97)),
        ((0, 1), (0, 0.1), (0.03, 0.2)),
        ((0, 1), (0, 0.15), (0.25, 0.7)),
        ((0.08, 0.12), (0.3, 0.5), (0.5, 0.95)),
    ),
    (((0.02, 0.05), (0.55, 0.85), (0.4, 0.8)), ((0.46, 0.53), (0.2, 0.6), (0.4, 0.9)), ((0.75, 0.82), (0.2, 0.6), (0.4, 0.9))),
)


def outlines(draw: Draw, body: str, width: int, height: int) -> tuple[list[np.ndarray], np.ndarray, float]:
    """The parts of an animal's body, the middle of its face and its size."""
    w, h, rng = width, height, draw.rng
    x, y = w * draw.uniform(0.42, 0.58), h * draw.uniform(0.3, 0.42)
    r = min(w, h) * draw.uniform(0.14, 0.21)
    face = np.array([x, y])
    parts: list[np.ndarray] = []
    tilt = rng.normal(0, 0.15)
    head = ellipse(face, [r * draw.uniform(0.95, 1.2), r], angle=tilt)
    round_ears = body == "bear" or draw.chance(0.3)
    for side in (-1, 1):
        base = face + np.array([side * r * draw.uniform(0.55, 0.75), -r * 0.65])
        tall = r * draw.uniform(0.4, 1.2)
        if round_ears:
            parts.append(ellipse(base, [r * 0.38, r * 0.38]))
        elif body != "bird":
            tip = base + np.array([side * r * draw.uniform(0, 0.5), -tall])
            parts.append(
                smooth(
                    np.stack(
                        [base + [-r * 0.36, r * 0.2], (base + tip) / 2 + [-r * 0.25, 0], tip, (base + tip) / 2 + [r * 0.25, 0], base + [r * 0.36, r * 0.2]]
                    ),
                    8,
                    True,
                )
            )
    if body == "ball":
        return [blob(rng, [w / 2, h / 2], min(w, h) * draw.uniform(0.26, 0.38), 0.2)], np.array([w / 2, h / 2]), r
    if body == "close-up":
        edge = [
            [-w, h * draw.uniform(0.3, 0.7)],
            [w * 0.1, h * draw.uniform(0.3, 0.7)],
            [w * 0.5, h * draw.uniform(0.25, 0.7)],
            [w * 0.9, h * draw.uniform(0.3, 0.7)],
            [2 * w, h * draw.uniform(0.3, 0.7)],
        ]
        shape = np.concatenate([smooth(np.array(edge), 20), [[2 * w, 3 * h], [-w, 3 * h]]]) - [w / 2, h / 2]
        angle = draw.uniform(0, 2 * np.pi)
        c, s = np.cos(angle), np.sin(angle)
        return [shape @ np.array([[c, s], [-s, c]]) + [w / 2, h / 2]], np.array([-9999.0, -9999.0]), r
    parts.append(head)
    if body == "head":
        parts.append(blob(rng, [x, y + r * 1.9], r * 1.5, 0.15))
        parts.append(box([x, h], [r * 2.8, h - y], r))
    elif body == "bird":
        parts.append(ellipse([x + r * 0.3, y + r * 1.6], [r * 1.2, r * 1.7], angle=draw.uniform(-0.5, 0.5)))
    else:
        long = draw.uniform(1.4, 2.2) if body == "standing" else draw.uniform(0.9, 1.2)
        trunk = np.array([x + r * draw.uniform(-0.3, 0.3) + (r * 1.3 if body == "standing" else 0), y + r * 1.7])
        parts.append(blob(rng, trunk, r * 1.2, 0.12) * [long, 1] + [trunk[0] * (1 - long), 0])
        for k in range(4):
            foot = trunk + [r * long * (-0.9 + 0.6 * k) * 0.9, r * draw.uniform(0.9, 1.5)]
            parts.append(box(foot, [r * draw.uniform(0.4, 0.6), r * 1.5], r * 0.25, rng.normal(0, 0.1)))
        tail = trunk + [r * long * 0.9, 0]
        curve = smooth(np.stack([tail, tail + [r * 0.9, -r * draw.uniform(-0.5, 1)], tail + [r * draw.uniform(0.5, 1.6), -r * draw.uniform(0.5, 2)]]), 10)
        thick = r * draw.uniform(0.12, 0.3)
        parts.extend(ellipse(p, [thick, thick], 24) for p in curve[::2])
    return parts, face, r


def fur(draw: Draw, width: int, height: int) -> Canvas:
    canvas = Canvas(width, height)
    coat, body = draw.one(COATS), draw.one(BODIES)
    parts, face, r = outlines(draw, body, width, height)
    mask = coverage(parts, width, height, holes=False)
    hue, saturation, value = (draw.uniform(*span) for span in draw.one(TONES))
    base = hsv(hue, saturation, value)
    toy = coat == "plush" and draw.chance(0.6)
    pattern = texture(draw, width, height, draw.colour() if toy else base, draw.one(PATTERNS))
    pattern = np.clip(base + (pattern - base) * draw.uniform(0.3, 1), 0, 1) if not toy else pattern
    long = (
        {"short": 9, "dense": 16, "long": 42, "wet": 30, "plush": 7, "wire": 26, "woolly": 14, "shaggy": 60}[coat]
        * draw.uniform(0.6, 1.5)
        * min(width, height)
        / 700
    )
    if body == "close-up":
        long *= draw.uniform(1, 2.2)
    source = light(draw)
    albedo = lit(draw, pattern, dome(mask, r * draw.uniform(0.6, 1.2)), source, 0.0)
    under = blur(coverage(parts, width, height, holes=False), 2)
    inner = cv2.distanceTransform(np.uint8(mask > 0.5), cv2.DIST_L2, 5)
    canvas.paint(albedo * draw.uniform(0.45, 0.8), np.clip(inner / 2 - 1, 0, 1) * under)
    coat_strands(draw, canvas, mask, inner, albedo, coat, long, r)
    if face[0] > 0 and body not in ("ball",):
        features(draw, canvas, face, r, body)
    return canvas


def coat_strands(draw: Draw, canvas: Canvas, mask: np.ndarray, inner: np.ndarray, albedo: np.ndarray, coat: str, long: float, r: float) -> None:
    """Hairs rooted all over the body, leaning outwards at its edge and along the way the coat is combed within."""
    rng, (height, width) = draw.rng, mask.shape
    width_of_hair = draw.log(0.5, 1.6) * {"plush": 0.8, "wet": 1.2, "shaggy": 1.3, "wire": 1.2}.get(coat, 1.0)
    ys, xs = np.nonzero(mask > 0.5)
    wanted = int(min(len(xs) * 2.2 / (np.sqrt(long) * width_of_hair), 26000) * draw.uniform(0.6, 1.1))
    pick = rng.integers(0, len(xs), wanted)
    root = np.stack([xs[pick], ys[pick]], 1) + rng.uniform(-0.5, 0.5, (wanted, 2))
    # Twice as many at the edge, where each is seen.
    edge = np.nonzero((inner > 0) & (inner < 5))
    if len(edge[0]):
        more = rng.integers(0, len(edge[0]), int(min(len(edge[0]) * draw.uniform(0.3, 1.0), 9000)))
        root = np.concatenate([root, np.stack([edge[1][more], edge[0][more]], 1) + rng.uniform(-0.5, 0.5, (len(more), 2))])
    count = len(root)
    slope = blur(np.minimum(inner, 60), 4)
    out = -np.stack([np.gradient(slope, axis=1), np.gradient(slope, axis=0)], -1)
    normal = at(out, root)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-3
    turn = noise(rng, width, height, draw.log(100, 400), 3) * draw.uniform(0.2, 1.0) + draw.uniform(0.3, 2.8)
    comb = np.stack([np.cos(at(turn, root)), np.sin(at(turn, root))], 1)
    near = np.clip(1 - at(inner, root) / (long * 1.2 + 4), 0, 1)[:, None]
    lean = draw.uniform(0.4, 1.1)
    way = comb * (1 - 0.6 * near) + normal * near * 1.6 * lean + rng.normal(0, draw.uniform(0.1, 0.35), (count, 2))
    way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-3
    uneven = at(1 + 0.25 * noise(rng, width, height, long * 3 + 10, 2), root)
    length = long * np.clip(uneven, 0.4, 1.8) * rng.beta(4, 2, count) * 1.3
    length = np.where(rng.random(count) < 0.02, length * 1.7, length)
    vertices = 22 if coat in ("woolly", "plush") else 9
    t = np.linspace(0, 1, vertices)[None, :, None]
    bend = rng.normal(0, 0.25, (count, 1, 1)) * np.stack([-way[:, 1], way[:, 0]], 1)[:, None] + [0.0, draw.uniform(0, 0.35)]
    paths = root[:, None] + length[:, None, None] * (way[:, None] * t + bend * t**2)
    clump = {"wet": draw.uniform(0.7, 0.95), "shaggy": draw.uniform(0.3, 0.7), "long": draw.uniform(0.1, 0.6), "dense": draw.uniform(0.2, 0.6)}.get(
        coat, draw.uniform(0, 0.4)
    )
    label, _ = cells(rng, width, height, max(6, long * draw.uniform(0.3, 0.7)))
    number = at(label, root)
    total = np.bincount(number, minlength=label.max() + 1)[:, None] + 1e-3
    middle = np.stack([np.bincount(number, paths[:, -1, i], label.max() + 1) for i in (0, 1)], 1) / total
    paths = paths + clump * t**1.5 * (middle[number][:, None] - paths[:, -1:])
    if coat in ("woolly", "plush", "wire"):
        curl = long * {"woolly": 0.22, "plush": 0.25, "wire": 0.05}[coat]
        turns = rng.uniform(1, 2.5, (count, 1)) * t[..., 0] * 2 * np.pi + rng.uniform(0, 6.3, (count, 1))
        paths = paths + curl * np.minimum(t * 3, 1) * np.stack([np.cos(turns), np.sin(turns)], -1)
    shade = np.exp(rng.normal(0, draw.uniform(0.08, 0.25), (count, 1))) * np.exp(rng.normal(0, draw.uniform(0.02, 0.15), label.max() + 1))[number][:, None]
    ramp = draw.uniform(0.5, 0.9) + draw.uniform(0.2, 0.7) * t[..., 0]
    colour = at(albedo, root)[:, None] * (shade * ramp)[..., None]
    if draw.chance(0.3):  # light from behind
        colour = colour + draw.uniform(0.1, 0.4) * near[:, None] * t * (0.4 + 0.6 * colour)
    half = width_of_hair / 2 * np.exp(rng.normal(0, 0.25, (count, 1))) * (1 - t[..., 0] ** 1.5 * 0.92)
    order = np.argsort(root[:, 1] * draw.among(-1, 1) + rng.normal(0, 12, count) - 1000 * near[:, 0] * draw.among(0, 1))
    canvas.strokes(paths[order], half[order], colour[order], np.clip((1 - t[..., 0]) * 5, 0.25, 1))


def features(draw: Draw, canvas: Canvas, face: np.ndarray, r: float, body: str) -> None:
    """Eyes, nose and sometimes whiskers."""
    rng = draw.rng
    for side in (-1, 1):
        eye = face + [side * r * draw.uniform(0.36, 0.42), -r * 0.1]
        canvas.fill([ellipse(eye, [r * 0.14, r * 0.13])], (0.03, 0.02, 0.02))
        canvas.fill([ellipse(eye - [r * 0.04, r * 0.04], [r * 0.035, r * 0.035])], (1, 1, 1))
    if body == "bird":
        canvas.fill(
            [smooth(np.stack([face + [-r * 0.15, r * 0.1], face + [0, r * 0.6], face + [r * 0.15, r * 0.1]]), 5, True)], hsv(draw.uniform(0.05, 0.14), 0.8, 0.8)
        )
        return
    canvas.fill([ellipse(face + [0, r * 0.35], [r * 0.16, r * 0.11])], (0.08, 0.05, 0.05))
    if draw.chance(0.6):
        count = int(rng.integers(6, 20))
        side = rng.choice([-1.0, 1.0], count)
        start = face + np.stack([side * r * rng.uniform(0.15, 0.35, count), r * rng.uniform(0.35, 0.55, count)], 1)
        reach = np.stack([side * r * rng.uniform(0.8, 1.8, count), r * rng.normal(0, 0.35, count)], 1)
        t = np.linspace(0, 1, 16)[None, :, None]
        paths = start[:, None] + reach[:, None] * t + np.array([0, r * draw.uniform(-0.2, 0.5)]) * t**2
        pale = draw.uniform(0.75, 1) if draw.chance(0.75) else 0.08
        canvas.strokes(shortened(paths, rng.uniform(0.6, 1, count)), draw.uniform(0.4, 1.2) * (1 - 0.85 * t[..., 0]), np.full(3, pale), 0.95)
