"""The plain U-Net (Ronneberger, Fischer, Brox 2015) as PyTorch users publish it: padded 3×3 convolutions with batch
norm, so that the output has the size of the input. Not trained here; it makes the golden of the Swift network.

Names of tensors are those of the widely used implementation `milesial/Pytorch-UNet`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class DoubleConvolution(nn.Module):
    def __init__(self, inputs: int, outputs: int, middle: int | None = None) -> None:
        super().__init__()
        middle = middle or outputs
        layers: list[nn.Module] = []
        for a, b in ((inputs, middle), (middle, outputs)):
            layers += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        self.double_conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConvolution(inputs, outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.maxpool_conv(x)


class Up(nn.Module):
    """Doubles, pads to the encoder's map where that has an odd side, and convolves both."""

    def __init__(self, inputs: int, outputs: int, bilinear: bool) -> None:
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConvolution(inputs, outputs, inputs // 2)
        else:
            self.up = nn.ConvTranspose2d(inputs, inputs // 2, 2, stride=2)
            self.conv = DoubleConvolution(inputs, outputs)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)
        missing_y, missing_x = skip.shape[2] - x.shape[2], skip.shape[3] - x.shape[3]
        x = F.pad(x, (missing_x // 2, missing_x - missing_x // 2, missing_y // 2, missing_y - missing_y // 2))
        return self.conv(torch.cat((skip, x), 1))


class Head(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, width: int, bilinear: bool) -> None:
        super().__init__()
        # Without weights to double with, the deepest maps are as wide as the ones above them.
        halved = 2 if bilinear else 1
        self.inc = DoubleConvolution(3, width)
        self.down1 = Down(width, 2 * width)
        self.down2 = Down(2 * width, 4 * width)
        self.down3 = Down(4 * width, 8 * width)
        self.down4 = Down(8 * width, 16 * width // halved)
        self.up1 = Up(16 * width, 8 * width // halved, bilinear)
        self.up2 = Up(8 * width, 4 * width // halved, bilinear)
        self.up3 = Up(4 * width, 2 * width // halved, bilinear)
        self.up4 = Up(2 * width, width, bilinear)
        self.outc = Head(width)

    def forward(self, x: Tensor) -> Tensor:
        skips = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3, self.down4):
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up in (self.up1, self.up2, self.up3, self.up4):
            x = up(x, skips.pop())
        return self.outc(x)
