"""Starts the service for tests and speaks HTTP to it, with nothing but Python's own library."""

import base64
import http.client
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCENES = HERE.parent.parent / "Scenes"


class Answer:
    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def code(self) -> str:
        """The code of the first error."""
        error = json.loads(self.body)["errors"][0]
        assert error["title"] and error["code"], error
        return error["code"]

    def number(self, name: str) -> int:
        return int(self.headers[name])


class Service:
    """A running service; ends with the block it is made for."""

    def __init__(self, program: str, **environment: str | int) -> None:
        variables = {k: v for k, v in os.environ.items() if not k.startswith("MATTING_")}
        variables |= {"MATTING_PORT": "0"} | {f"MATTING_{k.upper()}": str(v) for k, v in environment.items()}
        variables["SWIFT_BACKTRACE"] = "enable=no"
        self.process = subprocess.Popen([program], env=variables, stderr=subprocess.PIPE, text=True)
        self.lines: list[dict] = []
        self.listening = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        assert self.listening.wait(30), f"the service does not listen: {self.lines}"

    def read(self) -> None:
        for line in self.process.stderr:
            # Every line is JSON: what collectors cannot read is a fault.
            entry = json.loads(line)
            self.lines.append(entry)
            if entry["message"] == "listening":
                self.port = int(entry["address"].rsplit(":", 1)[1])
                self.listening.set()

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.end()

    def end(self, seconds: float = 40) -> int:
        status = self.process.wait(seconds)
        self.reader.join(5)
        assert status == 0, (status, self.lines[-5:])
        return status

    def connection(self, timeout: float = 120) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method: str, path: str, body=None, headers: dict | None = None, connection=None) -> Answer:
        own = connection or self.connection()
        own.request(method, path, body=body, headers=headers or {}, encode_chunked=False)
        response = own.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        if connection is None:
            own.close()
        return answer

    def remove(self, fields: dict | None = None, headers: dict | None = None, connection=None, **files: bytes) -> Answer:
        """A form of parts."""
        body, kind = form(fields or {}, files)
        return self.ask(
            "POST", "/v1.0/removebg", body, {"Content-Type": kind} | (headers or {}), connection=connection
        )

    def metrics(self) -> dict[str, float]:
        text = self.ask("GET", "/metrics").body.decode()
        values = {}
        for line in text.splitlines():
            if not line.startswith("#"):
                assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]+"\})? [0-9.e+-]+', line), line
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        return values

    def wait_for(self, name: str, value: float, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while self.metrics().get(name) != value:
            assert time.monotonic() < until, (name, self.metrics().get(name))
            time.sleep(0.02)


BOUNDARY = "----boundary'()+_,-./:=?7"


def form(fields: dict, files: dict[str, bytes], boundary: str = BOUNDARY) -> tuple[bytes, str]:
    parts = b""
    for name, value in fields.items():
        parts += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, content in files.items():
        parts += (
            f'--{boundary}\r\ncontent-disposition: form-data; filename="a \\"b\\".jpg"; name="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        parts += content + b"\r\n"
    return parts + f"--{boundary}--\r\n".encode(), f'multipart/form-data; boundary="{boundary}"'


def picture(name: str) -> bytes:
    return (SCENES / name).read_bytes()


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


class PNG:
    """An 8-bit PNG that is not interlaced, with its samples."""

    def __init__(self, file: bytes) -> None:
        assert file[:8] == b"\x89PNG\r\n\x1a\n", file[:16]
        position, data = 8, b""
        while position < len(file):
            length, kind = struct.unpack(">I4s", file[position : position + 8])
            content = file[position + 8 : position + 8 + length]
            if kind == b"IHDR":
                self.width, self.height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", content)
                assert depth == 8 and not interlaced
                self.channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
            elif kind == b"IDAT":
                data += content
            position += 12 + length
        self.rows = self.unfiltered(zlib.decompress(data))

    def unfiltered(self, data: bytes) -> list[bytearray]:
        count, step, rows = self.width * self.channels, self.channels, []
        above = bytearray(count)
        for y in range(self.height):
            kind, row = data[y * (count + 1)], bytearray(data[y * (count + 1) + 1 : (y + 1) * (count + 1)])
            if kind == 1:
                for i in range(step, count):
                    row[i] = (row[i] + row[i - step]) & 255
            elif kind == 2:
                for i in range(count):
                    row[i] = (row[i] + above[i]) & 255
            elif kind == 3:
                for i in range(count):
                    row[i] = (row[i] + ((row[i - step] if i >= step else 0) + above[i]) // 2) & 255
            elif kind == 4:
                for i in range(count):
                    a, b, c = (row[i - step], above[i], above[i - step]) if i >= step else (0, above[i], 0)
                    p = a + b - c
                    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
                    row[i] = (row[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c)) & 255
            rows.append(row)
            above = row
        return rows

    def pixel(self, x: int, y: int) -> tuple[int, ...]:
        return tuple(self.rows[y][x * self.channels : (x + 1) * self.channels])

    def box(self, least: int = 10) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what has alpha."""
        alphas = [row[self.channels - 1 :: self.channels] for row in self.rows]
        ys = [y for y, row in enumerate(alphas) if max(row) >= least]
        xs = [x for x in range(self.width) if any(alphas[y][x] >= least for y in ys)]
        return xs[0], ys[0], xs[-1] + 1, ys[-1] + 1


def gray_png(width: int, height: int) -> bytes:
    """A grey picture in few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    data = zlib.compress((b"\0" + b"\x80" * width) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def size_of(file: bytes) -> tuple[str, int, int]:
    """Format, width and height by a file's head."""
    if file[:4] == b"\x89PNG":
        return ("png", *struct.unpack(">II", file[16:24]))
    if file[:2] == b"\xff\xd8":
        position = 2
        while True:
            marker, length = struct.unpack(">HH", file[position : position + 4])
            if marker in (0xFFC0, 0xFFC1, 0xFFC2):
                height, width = struct.unpack(">HH", file[position + 5 : position + 9])
                return "jpeg", width, height
            position += 2 + length
    if file[:4] == b"RIFF" and file[8:12] == b"WEBP":
        if file[12:16] == b"VP8L":
            bits = struct.unpack("<I", file[21:25])[0]
            return "webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        if file[12:16] == b"VP8X":
            width, height = (int.from_bytes(file[i : i + 3], "little") + 1 for i in (24, 27))
            return "webp", width, height
        return "webp", *(n & 0x3FFF for n in struct.unpack("<HH", file[26:30]))
    raise AssertionError(file[:16])


def program() -> str:
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM")
    return sys.argv[1]
