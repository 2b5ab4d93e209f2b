"""U²-Net (Qin et al., Pattern Recognition 2020) and IS-Net (Qin et al., ECCV 2022): U-Nets whose stages are small U-Nets.

    stage1 ─────────────────────────── stage1d ─ side1     Every stage is a residual U-block (RSU); maps are halved
       stage2 ───────────────────── stage2d ─ side2        between stages on the way down and doubled on the way up.
          …                       …                        U²-Net fuses the six side outputs by a 1x1 convolution;
             stage5 ── stage6 ── stage5d                   IS-Net puts a stride-2 convolution before stage1 instead.

Outputs are logits, the matte first. Names are those of the authors' implementations.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Channels inside and at the output of stages 1 to 6, then of stages 5d to 1d.
FULL = [(32, 64), (32, 128), (64, 256), (128, 512), (256, 512), (256, 512)], [(256, 512), (128, 256), (64, 128), (32, 64), (16, 64)]
SMALL = [(16, 64)] * 6, [(16, 64)] * 5


def like(x: Tensor, target: Tensor) -> Tensor:
    return F.interpolate(x, size=target.shape[2:], mode="bilinear", align_corners=False)


def halved(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, 2, ceil_mode=True)


class REBNCONV(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, dilation: int = 1):
        super().__init__()
        self.conv_s1 = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn_s1(self.conv_s1(x)))


class RSU(nn.Module):
    """The residual U-block: a small U-Net of `levels` levels, the last one dilated, added to its first map.

    With four `dilations` it is RSU-4F, whose levels all have one size.
    """

    def __init__(self, levels: int, inputs: int, middle: int, outputs: int, dilations: tuple[int, ...] = ()):
        super().__init__()
        self.levels, self.halves = levels, not dilations
        dilations = dilations or (1,) * (levels - 1) + (2,)
        self.rebnconvin = REBNCONV(inputs, outputs)
        for level in range(1, levels + 1):
            self.add_module(f"rebnconv{level}", REBNCONV(outputs if level == 1 else middle, middle, dilations[level - 1]))
        for level in range(levels - 1, 0, -1):
            self.add_module(f"rebnconv{level}d", REBNCONV(2 * middle, outputs if level == 1 else middle, dilations[level - 1]))

    def forward(self, x: Tensor) -> Tensor:
        first = x = self.rebnconvin(x)
        skips = []
        for level in range(1, self.levels):
            x = self.get_submodule(f"rebnconv{level}")(halved(x) if self.halves and level > 1 else x)
            skips.append(x)
        x = self.get_submodule(f"rebnconv{self.levels}")(x)
        for level in range(self.levels - 1, 0, -1):
            skip = skips.pop()
            # The dilated level has the size of the one above it.
            x = like(x, skip) if self.halves and level < self.levels - 1 else x
            x = self.get_submodule(f"rebnconv{level}d")(torch.cat([x, skip], 1))
        return x + first


def stage(number: int, inputs: int, middle: int, outputs: int) -> RSU:
    return RSU(4, inputs, middle, outputs, (1, 2, 4, 8)) if number >= 5 else RSU(8 - number, inputs, middle, outputs)


class NestedUNet(nn.Module):
    """Six stages down, five up, a map of one channel from each of the last six."""

    def __init__(self, widths: tuple[list[tuple[int, int]], list[tuple[int, int]]], inputs: int = 3):
        super().__init__()
        down, up = widths
        for number, (middle, outputs) in enumerate(down, 1):
            self.add_module(f"stage{number}", stage(number, inputs, middle, outputs))
            inputs = outputs
        for number, (middle, outputs) in zip(range(5, 0, -1), up):
            self.add_module(f"stage{number}d", stage(number, inputs + down[number - 1][1], middle, outputs))
            inputs = outputs
        for number, (_, outputs) in enumerate([*reversed(up), down[5]], 1):
            self.add_module(f"side{number}", nn.Conv2d(outputs, 1, 3, padding=1))

    def sides(self, x: Tensor) -> list[Tensor]:
        skips = []
        for number in range(1, 7):
            x = self.get_submodule(f"stage{number}")(x if number == 1 else halved(x))
            skips.append(x)
        maps = [skips.pop()]
        for number in range(5, 0, -1):
            skip = skips.pop()
            maps.append(self.get_submodule(f"stage{number}d")(torch.cat([like(maps[-1], skip), skip], 1)))
        return [self.get_submodule(f"side{number}")(x) for number, x in enumerate(reversed(maps), 1)]


class U2Net(NestedUNet):
    def __init__(self, widths: tuple[list[tuple[int, int]], list[tuple[int, int]]] = FULL):
        super().__init__(widths)
        self.outconv = nn.Conv2d(6, 1, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        finest, *others = self.sides(x)
        sides = [finest, *(like(side, x) for side in others)]
        return self.outconv(torch.cat(sides, 1)), *sides


class ISNet(NestedUNet):
    def __init__(self) -> None:
        super().__init__(FULL, inputs=64)
        self.conv_in = nn.Conv2d(3, 64, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return tuple(like(side, x) for side in self.sides(self.conv_in(x)))
