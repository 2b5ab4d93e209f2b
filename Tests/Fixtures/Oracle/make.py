"""The matte that onnxruntime makes of a rendered photograph with the published U²-Net-p.

    python make.py U2NETP.onnx ../../Scenes/shoe.jpg u2netp-shoe.png

Preprocessing as the weight file's recipe has it: exact area average to 320x320, divided by the picture's maximum,
ImageNet mean and deviation. The output d0 is written as a 16-bit grey PNG, not stretched.
Needs numpy, pillow and onnxruntime.
"""

import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

SIDE = 320


def coverage(source: int, target: int) -> np.ndarray:
    """Row i: the share of each source pixel in output pixel i."""
    edges = np.arange(target + 1) * source / target
    pixels = np.arange(source)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.clip(overlap, 0, 1) * target / source


def main(model: str, photograph: str, output: str) -> None:
    image = np.asarray(ImageOps.exif_transpose(Image.open(photograph)).convert("RGB"), np.float64) / 255
    rows, columns = coverage(image.shape[0], SIDE), coverage(image.shape[1], SIDE)
    small = np.einsum("yh,hwc,xw->yxc", rows, image, columns, optimize=True)
    small = (small / small.max() - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    tensor = small.transpose(2, 0, 1)[None].astype(np.float32)
    matte = session.run(None, {session.get_inputs()[0].name: tensor})[0][0, 0]
    Image.fromarray((matte * 65535).round().astype(np.uint16)).save(output, optimize=True)
    print(f"{matte.shape}, mean {matte.mean():.4f}, maximum {matte.max():.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
