"""Uses review pages as a person does: `browser.py SET SCREENSHOTS`, see `run`."""

import json
import re
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

SET, SHOTS = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
CHROMIUM = "/usr/bin/chromium"


class Opened:
    """A page with everything that went wrong on it."""

    def __init__(self, browser: Browser, name: str, width: int = 1360, height: int = 860, **options) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **options)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.requests = 0
        self.folder = SET / name
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("console", lambda message: self.problems.append(f"console: {message.text}"))
        self.page.on("dialog", lambda dialog: (self.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self.requested)
        self.load()

    def requested(self, request) -> None:
        self.requests += 1
        if not request.url.startswith((self.folder.as_uri() + "/", "blob:")):
            self.problems.append(f"asks for {request.url}")

    def load(self) -> None:
        start = time.monotonic()
        self.page.goto((self.folder / "index.html").as_uri())
        self.wait("document.documentElement.dataset.ready === 'yes'")
        self.seconds = time.monotonic() - start

    def wait(self, expression: str, seconds: float = 20) -> None:
        """Waits until an expression is true; asked from outside, for the page's policy forbids what evaluates text inside."""
        until = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < until, (expression, self.problems)
            time.sleep(0.02)

    def shown(self) -> None:
        """Waits until the current picture is on the screen."""
        self.wait(
            "document.querySelector('#original').complete && document.querySelector('#cutout').complete"
            " && document.querySelector('#frame').style.visibility === 'visible'"
        )

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def split(self) -> int:
        return int(self.page.get_attribute("#handle", "aria-valuenow") or -1)

    def done(self) -> None:
        assert not self.problems, self.problems
        assert self.page.evaluate("document.body.dataset.ran") is None, "a name was run"
        self.context.close()


def data(name: str) -> dict:
    """What the page's script reads, as an HTML parser finds it."""
    html = (SET / name / "index.html").read_text()
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.S).group(1))


def check_order_and_names(browser: Browser) -> None:
    opened = Opened(browser, "small")
    items = data("small")["items"]
    assert items == sorted(items, key=lambda item: (-item[4], -item[5], item[0].encode())), "most urgent first"
    opened.shown()
    opened.page.select_option("#order", "name")
    opened.page.focus("#list")
    opened.page.keyboard.press("Home")
    seen = set()
    for _ in range(len(items)):
        seen.add(opened.page.locator("#name bdi").text_content())
        opened.page.keyboard.press("n")
    assert len(seen) == len(items), len(seen)
    joined = "\n".join(seen)
    assert "</script><script>document.body.dataset.ran = 1</script>.jpg" in seen, joined
    assert "line␊break␉and tab.jpg" in seen, joined
    assert "⟨U+202E⟩gpj.eliforp.jpg" in seen, joined
    assert "bad\\xE9\\xFF.jpg" in seen, joined
    assert opened.page.title() == "Autumn shoes & bags <2026>"
    assert opened.page.locator("img").count() < 30 and opened.page.locator("script").count() == 2
    opened.done()


def check_keyboard_and_file(browser: Browser) -> int:
    opened = Opened(browser, "small")
    page, items = opened.page, data("small")["items"]
    opened.shown()

    def name() -> str:
        return page.locator("#name bdi").text_content() or ""

    first = name()
    page.keyboard.press("j")
    second = name()
    page.keyboard.press("k")
    assert name() == first and second != first
    page.keyboard.press("a")
    assert name() == second and "1 accepted" in opened.text("#count")
    page.keyboard.press("r")
    page.keyboard.press("a")
    assert "3 of 60 decided · 2 accepted · 1 rejected" == opened.text("#count")
    page.keyboard.press("u")
    assert "2 of 60" in opened.text("#count") and "undone" in opened.text("#live").lower()
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert name() == first and page.get_attribute("#accept", "aria-pressed") == "true"

    # Letters that are typed into a field decide nothing.
    page.keyboard.press("m")
    page.keyboard.type('hair </script> "é" 😀')
    page.keyboard.press("Enter")
    assert "2 of 60" in opened.text("#count")
    page.fill("#search", "arr")
    assert "2 of 60" in opened.text("#count")
    page.fill("#search", "")
    page.locator("#stage").click(position={"x": 5, "y": 5})

    # The slider, backgrounds, doubt, zoom.
    assert opened.split() == 50
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert opened.split() == 35, opened.split()
    page.keyboard.press("End")
    assert opened.split() == 100
    page.keyboard.press("Space")
    assert opened.split() == 0
    for key, ground in [("2", "white"), ("3", "black"), ("4", "green"), ("1", "checker"), ("b", "white")]:
        page.keyboard.press(key)
        assert page.get_attribute("#ground", "class") == f"ground {ground}"
    width = page.evaluate("document.querySelector('#frame').offsetWidth")
    page.keyboard.press("z")
    natural = page.evaluate("document.querySelector('#original').naturalWidth")
    assert page.evaluate("document.querySelector('#frame').offsetWidth") == 2 * natural > width
    page.keyboard.press("z")
    while page.locator("#map").is_disabled():
        page.keyboard.press("n")
    page.keyboard.press("d")
    assert page.locator("#doubt").is_visible()
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("a")
    assert "2 of 60" in opened.text("#count"), "keys rest while the help is open"
    page.keyboard.press("Escape")
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', repeat: true, bubbles: true }))")
    assert "2 of 60" in opened.text("#count"), "a key that is held decides nothing"

    # Kept over a reload, saved as a file, and loaded elsewhere.
    page.wait_for_timeout(200)
    opened.load()
    opened.shown()
    assert "2 of 60" in opened.text("#count")
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    saved = SET / "decisions.json"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "decisions.json"
    read = json.loads(saved.read_text())
    ids = [item[0] for item in items]
    assert read["batch"] == data("small")["batch"]
    assert [d["id"] for d in read["decisions"]] == ids[:2] and [d["action"] for d in read["decisions"]] == ["accept", "reject"]
    assert read["decisions"][0]["note"] == 'hair </script> "é" 😀'
    assert [d["seen"] for d in read["decisions"]] == [item[10] for item in items[:2]]

    # What was decided about another picture, or another matte of it, is open again.
    page.evaluate(
        """(() => { const key = Object.keys(localStorage).find(key => key.startsWith('matting-review:'));
        const kept = JSON.parse(localStorage.getItem(key)); Object.values(kept.decisions)[0][2] = 'other';
        localStorage.setItem(key, JSON.stringify(kept)); })()"""
    )
    opened.load()
    opened.wait("document.querySelector('#notice').textContent.includes('1 of the decided pictures have changed since')")
    assert "1 of 60" in opened.text("#count")
    opened.done()

    other = Opened(browser, "small")
    assert "0 of 60" in other.text("#count"), "another browser knows nothing yet"
    other.page.set_input_files("#file", saved)
    other.wait("document.querySelector('#count').textContent.startsWith('2 of')")
    for content, part in [("{", "no file of decisions"), ('{"batch":"x","decisions":[]}', "about the batch")]:
        (SET / "other.json").write_text(content)
        other.page.set_input_files("#file", SET / "other.json")
        other.wait(f"document.querySelector('#notice').textContent.includes({json.dumps(part)})")
    (SET / "other.json").write_text(
        json.dumps({"batch": read["batch"], "decisions": [{"id": "<i>none", "action": "accept"}]})
    )
    other.page.set_input_files("#file", SET / "other.json")
    other.wait("document.querySelector('#notice').textContent.includes('<i>none')")
    assert "2 of 60" in other.text("#count")
    (SET / "other.json").write_text(
        json.dumps({"batch": read["batch"], "decisions": [dict(read["decisions"][0], action="reject", seen="other")]})
    )
    other.page.set_input_files("#file", SET / "other.json")
    other.wait("document.querySelector('#notice').textContent.includes('1 are about pictures that have changed since')")
    assert "2 of 60" in other.text("#count") and "1 rejected" in other.text("#count")
    other.done()
    return len(read["decisions"])


def check_filters(browser: Browser) -> None:
    opened = Opened(browser, "small")
    page, items = opened.page, data("small")["items"]
    reason = "<b>bold</b> & </script>"
    for selector, value, expected in [
        ("#lane", "=manual", sum(item[2] == "manual" for item in items)),
        ("#reason", "=" + reason, sum(reason in item[6] for item in items)),
        ("#state", "accept", 0),
        ("#state", "open", len(items)),
    ]:
        page.select_option(selector, value)
        assert opened.text("#shown") == f"{expected} of {len(items)}", (selector, opened.text("#shown"))
        page.select_option(selector, "")
    page.select_option("#state", "open")
    page.locator("#stage").click(position={"x": 5, "y": 5})
    for _ in range(len(items)):
        page.keyboard.press("a")
    assert "60 of 60" in opened.text("#count") and opened.text("#shown") == "0 of 60"
    page.keyboard.press("u")
    assert opened.text("#shown") == "1 of 60"
    opened.done()


def check_pointer(browser: Browser) -> None:
    opened = Opened(browser, "small")
    page = opened.page
    opened.shown()
    box = page.locator("#frame").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert abs(opened.split() - 25) <= 1, opened.split()
    clip = page.evaluate("document.querySelector('#over').style.clipPath")
    assert clip.startswith("inset(0") and "25" in clip or "24." in clip, clip
    page.keyboard.press("z")
    before = page.evaluate("[document.querySelector('#stage').scrollLeft, document.querySelector('#stage').scrollTop]")
    stage = page.locator("#stage").bounding_box()
    page.mouse.move(stage["x"] + stage["width"] * 0.8, stage["y"] + stage["height"] * 0.8)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.7, stage["y"] + stage["height"] * 0.6, steps=4)
    page.mouse.up()
    after = page.evaluate("[document.querySelector('#stage').scrollLeft, document.querySelector('#stage').scrollTop]")
    assert after[1] > before[1] and abs(opened.split() - 25) <= 1, (before, after)
    opened.done()

    touched = Opened(browser, "small", 400, 860, has_touch=True, is_mobile=True)
    touched.shown()
    box = touched.page.locator("#frame").bounding_box()
    client = touched.context.new_cdp_session(touched.page)
    y = box["y"] + box["height"] / 2

    def touch(kind: str, share: float | None) -> None:
        points = [] if share is None else [{"x": box["x"] + box["width"] * share, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # As slowly as a finger: what is faster is a flick, behind which browsers drop a tap.
    touch("touchStart", 0.5)
    for step in range(20):
        touch("touchMove", 0.5 + 0.3 * step / 19)
        time.sleep(0.016)
    touch("touchEnd", None)
    assert abs(touched.split() - 80) <= 2, touched.split()
    touched.page.wait_for_timeout(400)
    touched.page.locator("#accept").tap()
    touched.wait("document.querySelector('#count').textContent.includes('1 accepted')")
    assert touched.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the side"
    touched.done()


def luminance(color: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_access(browser: Browser) -> None:
    """Names of controls, contrast of texts (WCAG 2, 4.5 to 1), and focus that can be seen and reaches everything."""
    for scheme in ("light", "dark"):
        opened = Opened(browser, "small", color_scheme=scheme)
        page = opened.page
        opened.shown()
        page.keyboard.press("a")
        page.keyboard.press("r")
        nameless = page.evaluate(
            """[...document.querySelectorAll('button, input, select, [role=slider], [role=listbox]')].filter(e =>
            !e.hidden && !e.textContent.trim() && !e.getAttribute('aria-label') && !e.labels?.length).map(e => e.outerHTML)"""
        )
        assert not nameless, nameless
        assert page.evaluate("[...document.querySelectorAll('img')].every(image => image.hasAttribute('alt'))")
        pairs = page.evaluate(
            """[...document.querySelectorAll('body *')].filter(e => e.offsetParent && !e.closest(':disabled, option, .silent') &&
              [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
              let ground = e;
              while (ground && getComputedStyle(ground).backgroundColor.endsWith(', 0)')) ground = ground.parentElement;
              return [e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30), getComputedStyle(e).color,
                ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)']; })"""
        )
        assert len(pairs) > 40
        for what, text, ground in pairs:
            one, other = sorted([luminance(text), luminance(ground)])
            ratio = (other + 0.05) / (one + 0.05)
            assert ratio >= 4.5, (scheme, what, text, ground, round(ratio, 2))
        reached = set()
        page.evaluate("document.activeElement.blur()")
        for _ in range(40):
            page.keyboard.press("Tab")
            focus = page.evaluate(
                """(() => { const e = document.activeElement, h = e.querySelector(':scope > span');
                const s = getComputedStyle(e), t = e.id === 'handle' ? getComputedStyle(h) : s;
                return [e.id || e.dataset.ground || e.tagName, t.outlineStyle, parseFloat(t.outlineWidth)]; })()"""
            )
            if focus[0] == "BODY":
                continue
            reached.add(focus[0])
            assert focus[1] != "none" and focus[2] >= 2, focus
        wanted = {"save", "load", "theme", "keys", "lane", "state", "reason", "order", "search", "list", "handle", "checker"}
        wanted |= {"flip", "zoom", "accept", "reject", "next", "previous", "undo", "note"}
        assert wanted <= reached, wanted - reached
        page.focus("#list")
        page.keyboard.press("End")
        chosen = page.get_attribute("#list", "aria-activedescendant")
        assert page.locator(f"#{chosen}").get_attribute("aria-posinset") == "60"
        opened.done()


def check_thousands(browser: Browser) -> None:
    opened = Opened(browser, "large")
    page = opened.page
    opened.shown()
    rows = page.locator("#rows .item").count()
    assert 5 < rows < 40, rows
    start = time.monotonic()
    for _ in range(100):
        page.keyboard.press("a")
    each = (time.monotonic() - start) / 100
    assert "100 of 2000" in opened.text("#count")
    page.evaluate("document.querySelector('#list').scrollTop = 1e9")
    opened.wait("document.querySelector('#rows [aria-posinset=\"2000\"]') !== null")
    assert page.locator("#rows .item").count() < 40
    print(
        f"2,000 pictures: ready in {opened.seconds:.2f} s, {each * 1000:.0f} ms a decision, {rows} rows, "
        f"{opened.requests} files asked for"
    )
    assert opened.requests < 800, "a decision asks for what it shows and for two pictures ahead, no more"
    assert opened.seconds < 5 and each < 0.25
    opened.done()


def check_empty_and_broken(browser: Browser) -> None:
    empty = Opened(browser, "empty")
    assert "nothing to review" in empty.text("#none") and empty.page.locator("main").is_hidden()
    empty.done()
    for file in (SET / "empty").glob("index.html"):
        # A page without its previews says so, and goes on.
        broken = SET / "broken"
        broken.mkdir(exist_ok=True)
        (broken / "index.html").write_bytes((SET / "small" / "index.html").read_bytes())
    opened = Opened(browser, "broken")
    opened.page.wait_for_selector("#failed:visible")
    opened.page.locator("#accept").click()
    assert "1 accepted" in opened.text("#count")
    opened.problems = [problem for problem in opened.problems if "ERR_FILE_NOT_FOUND" not in problem]
    opened.done()


def screenshots(browser: Browser) -> None:
    for name, folder, width, height, options in [
        ("light", "small", 1360, 860, {"color_scheme": "light"}),
        ("dark", "small", 1360, 860, {"color_scheme": "dark"}),
        ("narrow", "small", 400, 860, {"is_mobile": True, "has_touch": True}),
        ("large", "large", 1360, 860, {"color_scheme": "light"}),
    ]:
        opened = Opened(browser, folder, width, height, **options)
        opened.shown()
        if name == "dark":
            for key in "aar":
                opened.page.keyboard.press(key)
            while opened.page.locator("#map").is_disabled():
                opened.page.keyboard.press("n")
            opened.page.keyboard.press("d")
            opened.shown()
        opened.page.wait_for_timeout(300)
        opened.page.screenshot(path=SHOTS / f"{name}.png")
        opened.done()


with sync_playwright() as playwright:
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    check_order_and_names(chromium)
    count = check_keyboard_and_file(chromium)
    (SET / "count").write_text(str(count))
    check_filters(chromium)
    check_pointer(chromium)
    check_access(chromium)
    check_thousands(chromium)
    check_empty_and_broken(chromium)
    screenshots(chromium)
    chromium.close()
print("review pages: all checks hold")
