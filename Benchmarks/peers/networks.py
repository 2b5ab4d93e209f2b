"""The networks in PyTorch, under the reference implementations' own tensor names, as their papers' figures show them.

U2-Net: Qin et al., Pattern Recognition 2020, figures 2 and 5. IS-Net: Qin et al., ECCV 2022, figure 4.
The default network is the one it was trained as, `Weights/training/coarse/network.py`; Robust Video Matting is the one
that recorded goldens, `Weights/training/rvm.py`.

Each returns the matte's logits only: what an engine is not asked for, no engine computes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .catalogue import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "Weights" / "training"))
from coarse.network import Conv, MobileNetV2UNet  # noqa: E402
from rvm import RobustVideoMatting  # noqa: E402


def upsample_like(x: Tensor, target: Tensor) -> Tensor:
    if x.shape[2:] == target.shape[2:]:
        return x  # some engines would copy the map
    return F.interpolate(x, size=target.shape[2:], mode="bilinear", align_corners=False)


def halve(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, stride=2, ceil_mode=True)


class Layer(nn.Module):
    """3x3 convolution, batch norm, ReLU; `fold` puts the batch norm into the convolution."""

    def __init__(self, inputs: int, outputs: int, dilation: int = 1):
        super().__init__()
        self.conv_s1 = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn_s1(self.conv_s1(x)))

    def fold(self) -> None:
        self.conv_s1 = fuse_conv_bn_eval(self.conv_s1, self.bn_s1)
        self.bn_s1 = nn.Identity()


class RSU(nn.Module):
    """The residual U-block: a small U-Net of as many levels as there are dilations, added to its first map.

    RSU-L halves between its levels, and its last level is dilated instead; RSU-4F keeps its size and only dilates.
    """

    def __init__(self, dilations: list[int], inputs: int, middle: int, outputs: int):
        super().__init__()
        levels = len(dilations)
        self.halves = dilations[1] == 1
        self.rebnconvin = Layer(inputs, outputs)
        for level, dilation in enumerate(dilations, 1):
            setattr(self, f"rebnconv{level}", Layer(outputs if level == 1 else middle, middle, dilation))
        for level in range(levels - 1, 0, -1):
            layer = Layer(2 * middle, outputs if level == 1 else middle, dilations[level - 1])
            setattr(self, f"rebnconv{level}d", layer)
        self.levels = levels

    def forward(self, x: Tensor) -> Tensor:
        first = self.rebnconvin(x)
        skips, x = [], first
        for level in range(1, self.levels):
            x = getattr(self, f"rebnconv{level}")(halve(x) if self.halves and level > 1 else x)
            skips.append(x)
        x = getattr(self, f"rebnconv{self.levels}")(x)
        for level in range(self.levels - 1, 0, -1):
            skip = skips.pop()
            x = getattr(self, f"rebnconv{level}d")(torch.cat([upsample_like(x, skip), skip], 1))
        return x + first


RSU_7, RSU_6, RSU_5, RSU_4 = ([1] * (levels - 1) + [2] for levels in (7, 6, 5, 4))
RSU_4F = [1, 2, 4, 8]
STAGES = [RSU_7, RSU_6, RSU_5, RSU_4, RSU_4F, RSU_4F]

# Channels inside and at the output: stages 1 to 6 down, stages 5d to 1d up.
FULL = (
    [(32, 64), (32, 128), (64, 256), (128, 512), (256, 512), (256, 512)],
    [(256, 512), (128, 256), (64, 128), (32, 64), (16, 64)],
)
SMALL = ([(16, 64)] * 6, [(16, 64)] * 5)


class NestedUNet(nn.Module):
    """The body that U2-Net and IS-Net share: six blocks down, five up, a side output at each size."""

    def __init__(self, widths: tuple[list[tuple[int, int]], list[tuple[int, int]]], inputs: int = 3):
        super().__init__()
        down, up = widths
        below = inputs
        for number, (middle, outputs) in enumerate(down, 1):
            setattr(self, f"stage{number}", RSU(STAGES[number - 1], below, middle, outputs))
            below = outputs
        sides = [below]
        for number, (middle, outputs) in zip(range(5, 0, -1), up):
            setattr(self, f"stage{number}d", RSU(STAGES[number - 1], below + down[number - 1][1], middle, outputs))
            below = outputs
            sides.append(below)
        for number, channels in enumerate(reversed(sides), 1):
            setattr(self, f"side{number}", nn.Conv2d(channels, 1, 3, padding=1))

    def maps(self, x: Tensor) -> list[Tensor]:
        """The outputs of stages 1d, 2d, 3d, 4d, 5d and 6, finest first."""
        skips = []
        for number in range(1, 7):
            x = getattr(self, f"stage{number}")(halve(x) if number > 1 else x)
            skips.append(x)
        maps = [skips.pop()]
        for number in range(5, 0, -1):
            skip = skips.pop()
            x = getattr(self, f"stage{number}d")(torch.cat([upsample_like(x, skip), skip], 1))
            maps.append(x)
        return maps[::-1]


class U2Net(NestedUNet):
    """The six side outputs at the picture's size, fused by a 1x1 convolution into d0."""

    def __init__(self, widths: tuple[list[tuple[int, int]], list[tuple[int, int]]]):
        super().__init__(widths)
        self.outconv = nn.Conv2d(6, 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        sides = [getattr(self, f"side{number}")(x) for number, x in enumerate(self.maps(image), 1)]
        return self.outconv(torch.cat([upsample_like(side, image) for side in sides], 1))


class ISNet(NestedUNet):
    """The same body behind a convolution of stride 2; the finest side output is the matte."""

    def __init__(self) -> None:
        super().__init__(FULL, inputs=64)
        self.conv_in = nn.Conv2d(3, 64, 3, stride=2, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        return upsample_like(self.side1(self.maps(self.conv_in(image))[0]), image)


class StridedDepthwise(Conv):
    """The training code computes every sum of a strided depthwise convolution and keeps one in four, which learns
    faster on a CPU. No engine should be charged for that, so here it is the strided convolution that it stands for."""

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), self.weight, self.bias, self.stride, groups=self.groups)


class MobileNetV2Matte(MobileNetV2UNet):
    """The matte alone: the doubt is not asked for."""

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(x)[-1])


def mobilenetv2_unet() -> nn.Module:
    network = MobileNetV2Matte()
    for module in network.modules():
        if isinstance(module, Conv) and module.groups > 1 and module.stride != (1, 1):
            module.__class__ = StridedDepthwise
    return network


BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "u2net": lambda: U2Net(FULL),
    "u2netp": lambda: U2Net(SMALL),
    "isnet": ISNet,
    "mobilenetv2-unet": mobilenetv2_unet,
    "rvm-mobilenetv3": RobustVideoMatting,
}


class Matte(nn.Module):
    """A network and the sigmoid that makes its logits a matte: what all engines are timed on."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.network(image))


class Frame(nn.Module):
    """A recurrent network on one frame: the matte, which needs no sigmoid, then the state that the next frame begins with."""

    def __init__(self, network: RobustVideoMatting, ratio: float):
        super().__init__()
        self.network = network
        self.ratio = ratio

    def forward(self, image: Tensor, r1: Tensor, r2: Tensor, r3: Tensor, r4: Tensor) -> tuple[Tensor, ...]:
        alpha, state = self.network.alpha(image, (r1, r2, r3, r4), self.ratio)
        return alpha, *state

    def first_state(self, image: Tensor) -> tuple[Tensor, ...]:
        return self.network.first_state(self.network.base(image, self.ratio))


def fold_batch_norms(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, Layer):
            module.fold()
        if isinstance(module, nn.Sequential):
            for index, (first, second) in enumerate(zip(module, list(module)[1:])):
                if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                    module[index], module[index + 1] = fuse_conv_bn_eval(first, second), nn.Identity()


def multiply_accumulates(network: nn.Module, *inputs: Tensor) -> int:
    """Multiply-accumulates of all convolutions by their plain definition, whatever algorithm an engine chooses."""
    counts = []

    def count(module: nn.Conv2d, _: object, output: Tensor) -> None:
        counts.append(output.numel() * module.weight[0].numel())

    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        network(*inputs)
    for hook in hooks:
        hook.remove()
    return sum(counts)
