"""Every parameter, every refusal, and what happens when too much is asked: `test.py PROGRAM`, see `run`."""

import json
import signal
import socket
import subprocess
import threading
import time

from service import PNG, SCENES, Service, b64, form, gray_png, picture, program, size_of

PROGRAM = program()
PLUSH = picture("plush.jpg")
PATH = "/v1.0/removebg"


def check_ways_in(service: Service) -> bytes:
    """The same picture in every way gives the same bytes; the answer is a small JPEG for what follows."""
    expected = service.remove({"size": "preview"}, image_file=PLUSH)
    assert expected.status == 200, expected.body
    assert expected.headers["Content-Type"] == "image/png" and size_of(expected.body)[0] == "png"
    ways = {
        "b64 in a form of parts": service.remove({"size": "preview", "image_file_b64": b64(PLUSH)}),
        "an empty file field beside it": service.remove({"size": "preview", "image_file_b64": b64(PLUSH)}, image_file=b""),
        "json": service.ask(
            "POST", PATH, json.dumps({"image_file_b64": b64(PLUSH), "size": "preview", "crop": False, "format": None}),
            {"Content-Type": "application/json; charset=utf-8"},
        ),
        "a data URL in json": service.ask(
            "POST", PATH, json.dumps({"image_file_b64": "data:image/jpeg;base64," + b64(PLUSH), "size": "preview"}),
            {"Content-Type": "application/json"},
        ),
        "a URL-encoded form": service.ask(
            "POST", PATH, "size=preview&image_file_b64=" + b64(PLUSH).replace("+", "%2B"),
            {"Content-Type": "application/x-www-form-urlencoded"},
        ),
        "the body": service.ask("POST", PATH + "?size=preview", PLUSH, {"Content-Type": "image/jpeg"}),
        "a body of no kind": service.ask("POST", PATH + "?size=preview", PLUSH, {"Content-Type": "application/octet-stream"}),
    }
    body, kind = form({"size": "preview"}, {"image_file": PLUSH})
    pieces = [b"preamble, ignored\r\n" + body[:1]] + [body[i : i + 1777] for i in range(1, len(body), 1777)]
    pieces.append(b"epilogue --x--")
    connection = service.connection()
    connection.request("POST", PATH, body=iter(pieces), headers={"Content-Type": kind}, encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, expected.body), "in chunks"
    for way, answer in ways.items():
        assert answer.status == 200, (way, answer.body[:300])
        assert answer.body == expected.body, way
    # Two on one connection.
    for _ in range(2):
        assert service.remove({"size": "preview"}, image_file=PLUSH, connection=connection).body == expected.body
    connection.close()
    small = service.remove({"size": "preview", "bg_color": "white"}, image_file=PLUSH)
    assert size_of(small.body)[0] == "jpeg" and small.headers["Content-Type"] == "image/jpeg"
    return service.remove({"size": "preview", "format": "png"}, image_file=PLUSH, bg_image_file=PLUSH).body


def check_expect(service: Service) -> None:
    """Who asks before sending a large body is told at once; who would send too much, that too."""
    body, kind = form({"size": "preview"}, {"image_file": PLUSH})
    for length, first in [(len(body), b"HTTP/1.1 100 "), (10**9, b"HTTP/1.1 413 ")]:
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
            connection.sendall(
                f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
                "Expect: 100-continue\r\n\r\n".encode()
            )
            assert connection.recv(4096).startswith(first)
            if length == len(body):
                connection.sendall(body)
                answer = connection.recv(4096)
                assert answer.startswith(b"HTTP/1.1 200 "), answer


def check_parameters(service: Service, small: bytes) -> None:
    _, width, height = size_of(small)
    whole = service.remove(image_file=small)
    left, top = whole.number("X-Foreground-Left"), whole.number("X-Foreground-Top")
    across, down = whole.number("X-Foreground-Width"), whole.number("X-Foreground-Height")
    assert (whole.number("X-Width"), whole.number("X-Height")) == (width, height)
    box = PNG(whole.body).box()
    assert box == (left, top, left + across, top + down), (box, left, top, across, down)
    assert 0 <= float(whole.headers["X-Confidence"]) <= 1 and 0 <= float(whole.headers["X-Expected-Error"]) <= 1
    assert whole.headers["Cache-Control"] == "no-store"

    def made(**fields: str) -> tuple:
        answer = service.remove(fields, image_file=small)
        assert answer.status == 200, (fields, answer.body[:300])
        assert size_of(answer.body)[1:] == (answer.number("X-Width"), answer.number("X-Height"))
        return answer, *size_of(answer.body)

    # size: at most so many pixels, in the picture's proportions; what is reported of the subject stays the picture's.
    _, full_width, full_height = size_of(PLUSH)
    for size, pixels in [("preview", 250_000), ("small", 250_000), ("regular", 250_000), ("medium", 1_500_000),
                         ("hd", 4_000_000), ("4k", 10_000_000), ("full", 25_000_000), ("50MP", 50_000_000), ("auto", 10**9)]:
        answer = service.remove({"size": size, "format": "jpg", "bg_color": "fff"}, image_file=PLUSH)
        _, w, h = size_of(answer.body)
        assert w * h <= pixels and abs(w / h - full_width / full_height) < 0.01, (size, w, h)
        assert w * h > 0.98 * min(pixels, full_width * full_height), (size, w, h)
        assert answer.number("X-Foreground-Width") > across, "of the picture as it came"
    # format
    assert made()[1] == "png" and made(format="auto", bg_color="red")[1] == "jpeg"
    for name, kind in [("png", "png"), ("webp", "webp")]:
        assert made(format=name)[1] == kind
    for name in ("jpg", "jpeg", "JPG"):
        assert made(format=name, bg_color="white")[1] == "jpeg"
    # channels
    answer, kind, w, h = made(channels="alpha")
    mask = PNG(answer.body)
    assert (kind, mask.channels, w, h) == ("png", 1, width, height)
    cut = PNG(made(channels="rgba")[0].body)
    assert all(cut.rows[y][x * 4 + 3] == mask.rows[y][x] for y in range(0, h, 7) for x in range(0, w, 5))
    # bg_color: digits without #, names, translucent ones
    for color, pixel in [("81d4fa", (0x81, 0xD4, 0xFA)), ("fff", (255, 255, 255)), ("#ff000080", (255, 0, 0, 128)),
                         ("rebeccapurple", (102, 51, 153))]:
        assert PNG(made(bg_color=color, format="png")[0].body).pixel(0, 0) == pixel, color
    # bg_image_file
    answer = service.remove({"format": "png"}, image_file=small, bg_image_file=gray_png(3, 3))
    assert PNG(answer.body).pixel(0, 0) == (128, 128, 128), PNG(answer.body).pixel(0, 0)
    # crop and its margins: one, two, four; pixels, percent of the subject
    assert made(crop="true")[2:] == (across, down)
    assert made(crop="1", crop_margin="10px")[2:] == (across + 20, down + 20)
    assert made(crop="true", crop_margin="10px 5")[2:] == (across + 10, down + 20)
    assert made(crop="true", crop_margin="1px 2px 3px 4px")[2:] == (across + 6, down + 4)
    _, _, w, h = made(crop="true", crop_margin="10%")
    assert abs(w - 1.2 * across) <= 1.5 and abs(h - 1.2 * down) <= 1.5, (w, h, across, down)
    assert made(crop="false", crop_margin="10px")[2:] == (width, height)
    # scale and position, on a canvas of the picture's size
    answer, _, w, h = made(scale="50%")
    assert (w, h) == (width, height)
    l, t, r, b = PNG(answer.body).box()
    assert abs(max((r - l) / width, (b - t) / height) - 0.5) < 0.02
    assert abs((l + r) / 2 - width / 2) <= 2 and abs((t + b) / 2 - height / 2) <= 2
    l, t, r, b = PNG(made(scale="50%", position="0% 100%")[0].body).box()
    assert l <= 1 and b >= height - 1, (l, t, r, b)
    l, t, r, b = PNG(made(position="100%")[0].body).box()
    assert r >= width - 1 and b >= height - 1 and abs((r - l) - across) <= 2 and abs((b - t) - down) <= 2
    assert PNG(made(scale="original", position="original")[0].body).box() == box
    # roi: nothing outside
    answer, *_ = made(roi=f"0% 0% 100% {top + down // 2}px")
    bottom = PNG(answer.body).box()[3]
    assert bottom <= top + down // 2 and bottom > top, bottom
    # shadows: something below the subject that was clear before
    for fields in [{"shadow_type": "drop"}, {"shadow_type": "3D"}, {"shadow_type": "contact", "shadow_opacity": "80"},
                   {"add_shadow": "true"}]:
        assert made(**fields)[0].body != whole.body, fields
    for fields in [{"shadow_type": "none"}, {"add_shadow": "false"}, {"shadow_type": "drop", "shadow_opacity": "0"}]:
        assert PNG(made(**fields)[0].body).box() == box, fields
    # clean colours leave alpha alone
    clean = PNG(made(decontaminate="true")[0].body)
    assert clean.box() == box and clean.rows != PNG(whole.body).rows
    # what changes nothing says so
    answer, *_ = made(type="product", type_level="2", semitransparency="true")
    assert answer.body == whole.body and answer.headers["X-Ignored-Parameters"] == "semitransparency, type, type_level"
    # a form's empty fields are what was left out
    assert made(size="", format="", bg_color="", image_url="", crop="")[0].body == whole.body
    # JSON for those who accept nothing else
    answer = service.remove({}, {"Accept": "application/json"}, image_file=small)
    data = json.loads(answer.body)["data"]
    assert data["result_b64"] == b64(whole.body) and data["foreground_width"] == across
    assert service.remove({}, {"Accept": "image/*, application/json"}, image_file=small).body == whole.body


def check_refusals(service: Service, small: bytes) -> None:
    def refused(status: int, code: str, fields: dict | None = None, file: bytes | None = small, **others: bytes) -> None:
        files = others | ({} if file is None else {"image_file": file})
        answer = service.remove(fields or {}, **files)
        assert (answer.status, answer.code) == (status, code), (fields, answer.status, answer.body)

    refused(400, "missing_source", file=None)
    refused(400, "missing_source", file=b"")
    refused(400, "multiple_sources", {"image_file_b64": b64(small)})
    refused(400, "image_url_not_supported", {"image_url": "http://169.254.169.254/"}, file=None)
    refused(400, "bg_image_url_not_supported", {"bg_image_url": "http://localhost/"})
    refused(400, "invalid_image_file_b64", {"image_file_b64": "===="}, file=None)
    refused(400, "invalid_file_type", file=b"GIF89a" + bytes(100))
    refused(400, "invalid_file_type", file=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    refused(400, "invalid_file_type", bg_image_file=b"no picture")
    refused(400, "invalid_image", file=PLUSH[:20_000])
    refused(400, "invalid_image_dimensions", file=gray_png(20_000, 3_000))
    refused(400, "unknown_foreground", file=(SCENES / "room.jpg").read_bytes())
    refused(400, "unknown_parameter", {"colour": "red"})
    refused(400, "invalid_format", {"format": "jpg"})
    for name, values in {
        "size": ["huge", "0", "../x"], "format": ["zip", "gif", "psd"], "channels": ["rgb"], "shadow_type": ["long"],
        "bg_color": ["nocolor", "12345", "rgb(300,0,0)"], "crop": ["maybe"], "decontaminate": ["2"],
        "crop_margin": ["a", "-1px", "60%", "501px", "1 2 3", "1e3px", "nan%"], "scale": ["5%", "101%", "0.5", "inf%"],
        "position": ["101%", "left", "1% 2% 3%"], "roi": ["1 2 3", "a b c d", "-1 0 5 5"],
        "shadow_opacity": ["101", "-1", "x"], "add_shadow": ["x"],
    }.items():
        for value in values:
            refused(400, f"invalid_{name}", {name: value, "crop": "true"} if name == "crop_margin" else {name: value})
    refused(400, "invalid_roi", {"roi": "50% 50% 50% 100%"})
    refused(400, "invalid_crop", {"crop": "true", "scale": "50%"})
    refused(400, "invalid_bg_image_file", {"bg_color": "red"}, bg_image_file=small)
    refused(400, "invalid_size", {"size": "x" * 2000})

    for method, path, status in [("GET", "/", 404), ("POST", "/v2/removebg", 404), ("GET", PATH, 405)]:
        answer = service.ask(method, path)
        assert answer.status == status and answer.code, (method, path, answer.status, answer.body)
    for kind, status in [("text/plain", 415), ("", 415), ("application/xml", 415)]:
        assert service.ask("POST", PATH, small, {"Content-Type": kind}).status == status, kind
    for text in ["", "[]", "{", '{"size":{}}', '{"image_file_b64":[1]}', '"x"', "\0"]:
        assert service.ask("POST", PATH, text, {"Content-Type": "application/json"}).status == 400, text
    assert service.ask("POST", PATH, "size=%zz", {"Content-Type": "application/x-www-form-urlencoded"}).code


def check_forms(service: Service, small: bytes) -> None:
    """Forms that are none, or that ask for too much."""
    body, kind = form({"size": "preview"}, {"image_file": small})

    def asked(body: bytes, kind: str) -> tuple[int, str]:
        answer = service.ask("POST", PATH, body, {"Content-Type": kind})
        return answer.status, "" if answer.status == 200 else answer.code

    plain = "multipart/form-data; boundary=b"
    part = b'--b\r\nContent-Disposition: form-data; name="size"\r\n\r\n'
    bad = (400, "malformed_request")
    assert asked(body, "multipart/form-data") == bad
    assert asked(body, "multipart/form-data; boundary=") == bad
    assert asked(body, f"multipart/form-data; boundary={'x' * 71}") == bad
    assert asked(b"", plain) == bad and asked(b"x" * 100_000, plain) == bad
    for count in range(0, len(body) - 4, max(len(body) // 40, 1)):
        assert asked(body[:count], kind) == bad, count
    assert asked(part + b"preview\r\n--b", plain) == bad
    assert asked(part + b"preview\r\n--bX\r\n--b--\r\n", plain) == bad
    assert asked(part.replace(b"\r\n", b"\n") + b"preview\n--b--\n", plain) == bad, "lines end in CRLF"
    assert asked(b"--b\r\n\r\n\r\n--b--", plain) == bad, "no head"
    assert asked(b"--b\r\nno colon\r\n\r\n\r\n--b--", plain) == bad
    assert asked(b'--b\r\nContent-Disposition: attachment; name="a"\r\n\r\n\r\n--b--', plain) == bad
    assert asked(b'--b\r\nContent-Disposition: form-data; name="a\r\n\r\n\r\n--b--', plain) == bad
    assert asked(b"--b\r\nX: " + b"y" * 20_000 + b"\r\n\r\n\r\n--b--", plain) == bad
    assert asked((part + b"preview\r\n") * 65 + b"--b--", plain)[0] == 400
    assert asked((part + b"preview\r\n") * 2 + b"--b--", plain) == (400, "invalid_size")
    assert asked(part + b"x" * 2000 + b"\r\n--b--", plain) == (400, "invalid_size")
    assert asked(part + b"\xff\xfe\r\n--b--", plain) == (400, "invalid_size")
    assert asked(part + b"\r\n--b--", plain) == (400, "missing_source")
    # A part of no content, with the delimiter right behind the empty line of its head.
    assert asked(part + b"--b--", plain) == (400, "missing_source")
    # Contents that look like the delimiter until its last byte, and a delimiter with blanks behind it.
    near = (b"\r\n--" + b"b" * 69 + b"c") * 50
    boundary = "b" * 70
    head = f'--{boundary} \t\r\nContent-Disposition: form-data; name="image_file"; filename="x"\r\n\r\n'.encode()
    long = head + near + f"\r\n--{boundary}--".encode()
    assert asked(long, f"multipart/form-data; boundary={boundary}") == (400, "invalid_file_type")
    # Byte by byte it is the same form.
    text = part + b"preview\r\n--b--\r\n"
    connection = service.connection()
    connection.request(
        "POST", PATH, body=(text[i : i + 1] for i in range(len(text))), headers={"Content-Type": plain}, encode_chunked=True
    )
    assert connection.getresponse().status == 400
    connection.close()


def check_body_limit() -> None:
    with Service(PROGRAM, max_body=100_000) as service:
        before = service.metrics()["matting_received_bytes_total"]
        answer = service.remove(image_file=bytes(200_000))
        assert (answer.status, answer.code) == (413, "body_too_large")
        assert service.metrics()["matting_received_bytes_total"] == before, "refused before it was read"
        connection = service.connection()
        try:
            connection.request(
                "POST", PATH, body=(bytes(10_000) for _ in range(100)), headers={"Content-Type": "image/jpeg"},
                encode_chunked=True,
            )
        except (BrokenPipeError, ConnectionResetError):
            pass
        response = connection.getresponse()
        assert response.status == 413, response.status
        assert service.metrics()["matting_received_bytes_total"] < 250_000
        assert service.ask("GET", "/health").status == 200


def stalled(service: Service, length: int = 50_000) -> socket.socket:
    """A request that holds its place by not sending what it said it would."""
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    connection.sendall(
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n".encode()
        + bytes(100)
    )
    return connection


def check_queue(small: bytes) -> None:
    """Who comes when all places are taken is told when to come again; places of those who leave are free again."""
    with Service(PROGRAM, concurrency=1, queue=1) as service:
        holders = [stalled(service), stalled(service)]
        service.wait_for("matting_admitted", 2)
        for _ in range(3):
            answer = service.remove(image_file=small)
            assert (answer.status, answer.code) == (429, "rate_limit_exceeded")
            assert 1 <= answer.number("Retry-After") <= 60
        for path in ("/health", "/ready", "/metrics"):
            assert service.ask("GET", path).status == 200, "those who watch are never refused"
        for holder in holders:
            holder.close()
        service.wait_for("matting_admitted", 0)
        assert service.remove(image_file=small).status == 200
        service.wait_for('matting_requests_total{code="499"}', 2)
        assert service.metrics()['matting_requests_total{code="429"}'] == 3
        # A client that leaves while it is worked for leaves a free place too.
        body, kind = form({}, {"image_file": PLUSH})
        for _ in range(2):
            connection = service.connection()
            connection.request("POST", PATH, body, {"Content-Type": kind})
            connection.close()
        service.wait_for("matting_admitted", 0)
        assert service.remove(image_file=small).status == 200


def check_timeouts(small: bytes) -> None:
    with Service(PROGRAM, concurrency=1, queue=100, timeout=1) as service:
        with stalled(service) as connection:
            answer = connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1 408 ") and b"body_too_slow" in answer, answer
        service.wait_for("matting_admitted", 0)
        # Many at once for one worker: those at the end of the queue wait for longer than a second.
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(service.remove({"decontaminate": "1"}, image_file=PLUSH).status))
            for _ in range(60)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200, 504}, statuses
        service.wait_for("matting_admitted", 0)
        assert service.remove(image_file=small).status == 200


def check_slow_reader() -> None:
    """Who does not read its answers keeps one place for a while, and is cut off then."""
    with Service(PROGRAM, timeout=3) as service, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", service.port))
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: {len(PLUSH)}\r\n\r\n"

        def send() -> None:
            try:
                for _ in range(40):
                    connection.sendall(head.encode() + PLUSH)
            except OSError:
                pass

        sending = threading.Thread(target=send)
        sending.start()
        until = time.monotonic() + 60
        answered, quiet = 0.0, time.monotonic()
        while service.metrics()["matting_admitted"] == 0 or time.monotonic() - quiet < 1.5:
            values = service.metrics()
            if values["matting_request_seconds_count"] != answered or values["matting_working"]:
                answered, quiet = values["matting_request_seconds_count"], time.monotonic()
            assert time.monotonic() < until, values
            time.sleep(0.05)
        assert 0 < answered < 40, answered
        service.wait_for("matting_admitted", 0)
        sending.join()
        assert service.metrics()["matting_request_seconds_count"] < 40


def check_liveness(small: bytes) -> None:
    """While all workers are busy and the queue is full, health is answered without delay: no thread of Swift's is blocked."""
    with Service(PROGRAM, queue=60) as service:
        def work() -> None:
            assert service.remove({"decontaminate": "1"}, image_file=PLUSH).status == 200
        threads = [threading.Thread(target=work) for _ in range(30)]
        for thread in threads:
            thread.start()
        delays = []
        while any(thread.is_alive() for thread in threads):
            start = time.monotonic()
            assert service.ask("GET", "/health").status == 200
            delays.append(time.monotonic() - start)
            time.sleep(0.01)
        delays.sort()
        print(f"  health beside 30 requests: {len(delays)} answers, median {delays[len(delays) // 2] * 1000:.1f} ms, "
              f"latest {delays[-1] * 1000:.0f} ms")
        # Blocked threads would answer when work is done, after seconds; a busy machine may delay one by a tenth.
        assert len(delays) > 20 and delays[len(delays) // 2] < 0.1 and delays[-1] < 1, delays[-3:]


def check_key(small: bytes) -> None:
    with Service(PROGRAM, api_key="secret") as service:
        for key in ("", "wrong", "secreT", "secret2"):
            answer = service.remove({}, {"X-Api-Key": key} if key else {}, image_file=small)
            assert (answer.status, answer.code) == (403, "auth_failed")
        assert service.remove({}, {"X-Api-Key": "secret"}, image_file=small).status == 200
        assert service.ask("GET", "/health").status == 200


def check_stop(small: bytes) -> None:
    """SIGTERM while requests are in flight: all of them are answered, nothing new is taken on, the process ends well."""
    service = Service(PROGRAM, concurrency=2, queue=30)
    answers: list = []

    def work() -> None:
        answer = service.remove({"decontaminate": "1"}, image_file=PLUSH)
        answers.append((answer.status, size_of(answer.body)))

    idle = service.connection()
    assert service.ask("GET", "/health", connection=idle).status == 200
    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    while True:
        values = service.metrics()
        started = values["matting_admitted"] + values.get('matting_requests_total{code="200"}', 0)
        if started == 16:
            break
        assert time.monotonic() < until
    assert values["matting_admitted"] > 2, "some are in flight"
    service.process.send_signal(signal.SIGTERM)
    refused = 0
    for _ in range(50):
        time.sleep(0.02)
        try:
            status = service.remove(image_file=small).status
            assert status in (200, 503), status
            refused += status == 503
        except OSError:
            refused += 1
            break
    assert refused, "nothing new is taken on"
    for thread in threads:
        thread.join()
    service.end()
    assert answers == [(200, ("png", *size_of(PLUSH)[1:]))] * 16, answers
    messages = [line["message"] for line in service.lines]
    assert "stopping" in messages and messages[-1] == "stopped", messages[-3:]
    print(f"  {int(values['matting_admitted'])} in flight at SIGTERM, 16 of 16 answered")


def check_settings() -> None:
    for variable, value in [("PORT", "x"), ("PORT", "65536"), ("CONCURRENCY", "0"), ("QUEUE", "-1"), ("MAX_BODY", "1e9"),
                            ("LOG_LEVEL", "loud"), ("TIMEOUT", "0")]:
        ended = subprocess.run([PROGRAM], env={f"MATTING_{variable}": value}, capture_output=True, text=True, timeout=30)
        assert ended.returncode == 64 and f"MATTING_{variable}" in ended.stderr, (variable, ended)
    ended = subprocess.run([PROGRAM, "--weights", "/nowhere"], capture_output=True, text=True, timeout=30)
    assert ended.returncode != 0 and "/nowhere" in ended.stderr, ended


def main() -> None:
    start = time.monotonic()

    def step(name: str) -> None:
        print(f"{time.monotonic() - start:6.1f} s  {name}", flush=True)

    with Service(PROGRAM) as service:
        for path in ("/health", "/ready"):
            assert service.ask("GET", path).status == 200
        step("ways in")
        small = check_ways_in(service)
        step("expectations")
        check_expect(service)
        step("parameters")
        check_parameters(service, small)
        step("refusals")
        check_refusals(service, small)
        step("forms")
        check_forms(service, small)
        values = service.metrics()
        answered = sum(value for name, value in values.items() if name.startswith("matting_requests_total"))
        assert values["matting_request_seconds_count"] == answered
        assert values['matting_request_seconds_bucket{le="+Inf"}'] == answered
        assert values["matting_admitted"] == values["matting_working"] == values["matting_waiting"] == 0
        until = time.monotonic() + 5
        while len(logged := [line for line in service.lines if line["message"] == "removebg"]) < answered:
            assert time.monotonic() < until, (len(logged), answered)
            time.sleep(0.02)
        assert len(logged) == answered and all({"status", "seconds", "bytes", "time"} <= set(line) for line in logged)
    step("limit of bodies")
    check_body_limit()
    step("queue")
    check_queue(small)
    step("timeouts")
    check_timeouts(small)
    step("slow reader")
    check_slow_reader()
    step("liveness")
    check_liveness(small)
    step("key")
    check_key(small)
    step("stop")
    check_stop(small)
    step("settings")
    check_settings()
    step("all checks hold")


main()
