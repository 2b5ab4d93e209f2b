"""Alpha of a picture by the default network, and by U²-Net-p as its authors run it."""

import math
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors import safe_open

from coarse.network import MobileNetV2UNet


def input_size(size: tuple[int, int], rule: str, side: int, multiple: int) -> tuple[int, int]:
    """Width and height of the network's input: the long side scaled to `side` (`fit`), or as many pixels as its square has (`area`)."""
    scale = side / (max(size) if rule == "fit" else math.sqrt(size[0] * size[1]))
    if rule == "area" and min(size) * scale < multiple:
        long = multiple * round(side * side / multiple / multiple)
        return (long, multiple) if size[0] >= size[1] else (multiple, long)
    width, height = (max(multiple, multiple * round(length * scale / multiple)) for length in size)
    return width, height


def expected_overlap(raw: np.ndarray, scale: float = 1) -> float:
    """The intersection over union at one half that the doubt leads to expect, as the library computes it."""
    error = np.minimum(raw[..., 1].astype(np.float64) * scale, 1)
    subject = raw[..., 0] > 0.5
    return float((1 - error)[subject].sum() / (subject.sum() + error[~subject].sum())) if subject.any() else 0.0


def at_size(alpha: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(Image.fromarray(alpha).resize(size, Image.Resampling.BILINEAR))


class DefaultNetwork:
    def __init__(self, weights: Path, side: int | None = None):
        with safe_open(weights, "pt") as file:
            metadata = file.metadata()
            state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        self.rule, self.side, self.multiple = metadata["input.rule"], side or int(metadata["input.size"]), int(metadata["input.multiple"])
        self.network = MobileNetV2UNet().eval().to(memory_format=torch.channels_last)
        self.network.load_state_dict(state)

    @torch.inference_mode()
    def raw(self, image: Image.Image) -> np.ndarray:
        """Matte and doubt of an RGB picture at the network's size, (height, width, 2), 0 to 1."""
        width, height = input_size(image.size, self.rule, self.side, self.multiple)
        # As the library does: areas are averaged, what is smaller is interpolated. Pillow's box takes whole pixels, which is sharper. Not
        # in bytes: of an almost even ground their steps make a texture, and the network sees a subject there, or none.
        size = min(width, image.width), min(height, image.height)
        shrunk = cv2.resize(np.asarray(image, np.float32) / 255, size, interpolation=cv2.INTER_AREA)
        x = torch.from_numpy(shrunk).permute(2, 0, 1)[None]
        x = F.interpolate(x, size=(height, width), mode="bilinear", align_corners=False)
        x = ((x - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)
        return torch.sigmoid(torch.cat(self.network(x), 1))[0].permute(1, 2, 0).numpy()

    def alpha(self, image: Image.Image) -> np.ndarray:
        """Alpha of an RGB picture at its own size, 0 to 1."""
        return at_size(np.ascontiguousarray(self.raw(image)[..., 0]), image.size)


class U2NetP:
    SIZE = 320
    MEAN, STD = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)

    def __init__(self, model: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def alpha(self, image: Image.Image) -> np.ndarray:
        x = np.asarray(image.resize((self.SIZE, self.SIZE), Image.Resampling.BILINEAR), np.float32)
        x = (x / max(x.max(), 1) - self.MEAN) / self.STD
        map = self.session.run(None, {self.session.get_inputs()[0].name: x.transpose(2, 0, 1)[None]})[0][0, 0]
        return at_size((map - map.min()) / (map.max() - map.min()), image.size)
