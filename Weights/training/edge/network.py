"""The edge network: alpha of a crop at the picture's own resolution, from the crop and a coarse matte.

    input 1/1 (14) ─ stem (16) ─────────────────────────────────────┐
                      └ down2 1/2 (24) ── residual ── merge2 (24) ──┤  a 1x1 convolution each: 16 features
                          └ down4 1/4 (32) ── residual ── merge4 (32) ┤  and one attention logit, doubled
                              └ down8 1/8 (48) ── 3 residuals ──────┘  to 1/1
                                                                    │
                               softmax over the four scales, weighted sum (16) ── x detail ── fuse (16) ── head (4)
                                                                                                            │
                                   softmax over three, weighted sum: own alpha, coarse matte, place between colours ── alpha

`merge` adds the next coarser scale (1x1 convolution, doubled) and convolves: what hair is, is decided at 1/8, where each
hair is, at 1/1. The sum is multiplied by features of the stem (`detail`), as a guided filter multiplies the picture by
coefficients found over windows. The network has three answers to choose from at every pixel: its own, the coarse matte, and
how far the pixel's colour is on the way from the background's to the subject's (`edge.colours`), which is right along hair
before a plain wall and wrong before a busy one; to learn which is easier than to learn to compare colours.
Attention over scales: Chen et al., Attention to Scale, 2016. Channels of the input, as 2v - 1: RGB; the coarse matte; the
colours of subject and background around the pixel; its place between them, how near their line it is, and how well they can
be told apart; and, as it is, where the coarse matte is unknown (0 certain ... 1 unknown). Sides are multiples of 8.
11.8 thousand multiplications a pixel.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coarse.network import Conv, Residual

INPUTS, STEM = 14, 16
COARSE, PLACE = 3, 10  # channels of the input that are answers
ANSWERS = 3
SCALES = {"down2": 24, "down4": 32, "down8": 48}
DILATIONS = (1, 2, 4)


def doubled(x: Tensor, size: torch.Size) -> Tensor:
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class EdgeNetwork(nn.Module):
    """`norm=True` is the network in training; `norm=False` is the one in the weight file, batch norms folded."""

    def __init__(self, norm: bool = False):
        super().__init__()
        half, quarter, eighth = SCALES.values()
        self.stem = Conv(INPUTS, STEM, 3, norm=norm)
        self.down2, self.down4, self.down8 = (Conv(i, o, 3, 2, norm=norm) for i, o in ((STEM, half), (half, quarter), (quarter, eighth)))
        self.residual2, self.residual4 = Residual(half, norm), Residual(quarter, norm)
        self.residual8 = nn.Sequential(*(Residual(eighth, norm, dilation) for dilation in DILATIONS))
        self.lateral4, self.lateral2 = Conv(eighth, quarter, 1), Conv(quarter, half, 1)
        self.merge4, self.merge2 = Conv(quarter, quarter, 3, norm=norm), Conv(half, half, 3, norm=norm)
        widths = (STEM, half, quarter, eighth)
        self.features = nn.ModuleList(Conv(width, STEM, 1) for width in widths)
        self.attention = nn.ModuleList(Conv(width, 1, 1) for width in widths)
        self.detail = Conv(STEM, STEM, 1)
        nn.init.ones_(self.detail.bias)
        self.fuse = Conv(STEM, STEM, 3, norm=norm)
        self.head = Conv(STEM, 1 + ANSWERS, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Alpha at the input's size, 0 to 1."""
        full = F.relu(self.stem(x))
        half = self.residual2(F.relu(self.down2(full)))
        quarter = self.residual4(F.relu(self.down4(half)))
        eighth = self.residual8(F.relu(self.down8(quarter)))
        quarter = F.relu(self.merge4(quarter + doubled(self.lateral4(eighth), quarter.shape[2:])))
        half = F.relu(self.merge2(half + doubled(self.lateral2(quarter), half.shape[2:])))
        scales = (full, half, quarter, eighth)
        features = [doubled(conv(y), full.shape[2:]) for conv, y in zip(self.features, scales)]
        weights = torch.softmax(torch.cat([doubled(conv(y), full.shape[2:]) for conv, y in zip(self.attention, scales)], 1), 1).split(1, 1)
        # Written out in full: multiplying by one channel that is broadcast takes three times as long.
        fused = sum(y * weights[k].expand_as(y).contiguous(memory_format=torch.channels_last) for k, y in enumerate(features))
        own, choice = self.head(F.relu(self.fuse(fused * self.detail(full)))).float().split((1, ANSWERS), 1)
        coarse, place = (x[:, channel : channel + 1].float() / 2 + 0.5 for channel in (COARSE, PLACE))
        own_share, coarse_share, place_share = torch.softmax(choice, 1).split(1, 1)
        return torch.sigmoid(own) * own_share + coarse * coarse_share + place * place_share

    def fold(self) -> "EdgeNetwork":
        for module in list(self.modules()):
            if isinstance(module, Conv):
                module.fold()
        return self
