"""U-Net (Ronneberger, Fischer and Brox, MICCAI 2015) in the naming of milesial/Pytorch-UNet.

    inc ──────────────────────── up4 ─ outc     Each step is two 3x3 convolutions with batch norms and ReLUs. Doubling is
      down1 ───────────────── up3               bilinear with aligned corners, or a transposed 2x2 convolution.
        down2 ────────────── up2
          down3 ── down4 ── up1

The output is one logit, or one a class.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DoubleConv(nn.Module):
    def __init__(self, inputs: int, outputs: int, middle: int, bias: bool):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(inputs, middle, 3, padding=1, bias=bias),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Conv2d(middle, outputs, 3, padding=1, bias=bias),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs: int, outputs: int, bias: bool):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs, outputs, bias))

    def forward(self, x: Tensor) -> Tensor:
        return self.maxpool_conv(x)


class Up(nn.Module):
    """Doubles `x`, pads it to the size of `skip` and puts it behind it."""

    def __init__(self, inputs: int, outputs: int, bilinear: bool, bias: bool):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(inputs, outputs, inputs // 2, bias)
        else:
            self.up = nn.ConvTranspose2d(inputs, inputs // 2, 2, 2)
            self.conv = DoubleConv(inputs, outputs, outputs, bias)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)
        rows, columns = skip.shape[2] - x.shape[2], skip.shape[3] - x.shape[3]
        x = F.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return self.conv(torch.cat([skip, x], 1))


class OutConv(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class UNet(nn.Module):
    """`width` is that of the first maps; older files have biases before batch norms."""

    def __init__(self, width: int = 64, classes: int = 1, bilinear: bool = False, bias: bool = False):
        super().__init__()
        widths = [width << level for level in range(5)]
        narrowed = [channels // 2 if bilinear else channels for channels in widths]
        self.inc = DoubleConv(3, width, width, bias)
        self.down1, self.down2, self.down3 = (Down(widths[level], widths[level + 1], bias) for level in range(3))
        self.down4 = Down(widths[3], narrowed[4], bias)
        self.up1, self.up2, self.up3 = (Up(widths[level], narrowed[level - 1], bilinear, bias) for level in (4, 3, 2))
        self.up4 = Up(widths[1], width, bilinear, bias)
        self.outc = OutConv(width, classes)

    def forward(self, x: Tensor) -> tuple[Tensor]:
        skips = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3):
            skips.append(down(skips[-1]))
        x = self.down4(skips[-1])
        for up in (self.up1, self.up2, self.up3, self.up4):
            x = up(x, skips.pop())
        return (self.outc(x),)
