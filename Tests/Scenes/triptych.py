"""README's picture: photograph, alpha and composite side by side, made by the command itself.

    python triptych.py ../../.build/release/matte plush.jpg ../../Sources/Matting/Documentation.docc/Resources/plush.jpg

Needs pillow.
"""

import subprocess
import sys
import tempfile

from PIL import Image

HEIGHT = 640


def main(matte: str, photograph: str, output: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        alpha, composite = f"{folder}/alpha.png", f"{folder}/composite.png"
        subprocess.run([matte, photograph, "-o", alpha, "--mask"], check=True)
        subprocess.run([matte, photograph, "-o", composite, "--background", "#2f6f73"], check=True)
        panels = [Image.open(path).convert("RGB") for path in (photograph, alpha, composite)]
    panels = [panel.resize((panel.width * HEIGHT // panel.height, HEIGHT), Image.Resampling.LANCZOS) for panel in panels]
    sheet = Image.new("RGB", (sum(panel.width for panel in panels), HEIGHT))
    x = 0
    for panel in panels:
        sheet.paste(panel, (x, 0))
        x += panel.width
    sheet.save(output, quality=88, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
