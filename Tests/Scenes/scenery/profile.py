"""A Display P3 profile made by hand, and the way from sRGB pixels into it.

ICC.1:2001-04 (version 2): a matrix of three primaries adapted to D50, and one tone curve.
"""

import struct

import numpy as np

D50 = np.array([0.9642, 1.0, 0.8249])
D65 = np.array([0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
SRGB = [(0.640, 0.330), (0.300, 0.600), (0.150, 0.060)]
P3 = [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)]


def primaries(corners):
    """RGB to XYZ, both relative to D65."""
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in corners]).T
    return columns * np.linalg.solve(columns, D65)


def to_d50():
    scale = np.diag((BRADFORD @ D50) / (BRADFORD @ D65))
    return np.linalg.inv(BRADFORD) @ scale @ BRADFORD


def linear(value):
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def encoded(value):
    value = np.clip(value, 0, 1)
    return np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)


def srgb_to_p3(pixels):
    """The same colours, named in the wider space. Both share the tone curve and the white."""
    matrix = np.linalg.inv(primaries(P3)) @ primaries(SRGB)
    return encoded(linear(pixels.astype(np.float64)) @ matrix.T).astype(np.float32)


def display_p3():
    """The profile's bytes."""

    def fixed(value):
        return struct.pack(">i", round(float(value) * 65536))

    def xyz(vector):
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, vector))

    name = b"Display P3\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    text = b"text\0\0\0\0No copyright, use freely\0"
    table = np.round(linear(np.linspace(0, 1, 1024)) * 65535).astype(">u2").tobytes()
    curve = b"curv\0\0\0\0" + struct.pack(">I", 1024) + table
    columns = (to_d50() @ primaries(P3)).T
    data = [
        ("desc", description),
        ("cprt", text),
        ("wtpt", xyz(D50)),
        ("rXYZ", xyz(columns[0])),
        ("gXYZ", xyz(columns[1])),
        ("bXYZ", xyz(columns[2])),
        ("rTRC", curve),
        ("gTRC", None),
        ("bTRC", None),
    ]
    start = 128 + 4 + 12 * len(data)
    tags, body = b"", b""
    for tag, content in data:
        if content is not None:  # the three channels share one curve
            body += bytes(-len(body) % 4)
            place, size = start + len(body), len(content)
            body += content
        tags += tag.encode() + struct.pack(">II", place, size)
    body += bytes(-len(body) % 4)
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sIIIIII",
        start + len(body),
        b"\0\0\0\0",
        0x02400000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        2026,
        1,
        1,
        0,
        0,
        0,
        b"acsp",
        b"\0\0\0\0",
        0,
        0,
        0,
        0,
        0,
        0,
    )
    header += b"".join(map(fixed, D50))
    header += bytes(128 - len(header))
    return header + struct.pack(">I", len(data)) + tags + body
