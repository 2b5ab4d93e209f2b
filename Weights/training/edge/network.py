"""The edge network: alpha of a crop at the picture's own resolution, from the crop and a coarse matte.

    input 1/1 (14) ─ stem (16) ──────────────────────────────────────────────┐
                      └ down2 1/2 (24) ── residual ──── merge2 (24) ─────────┤  a 1x1 convolution each: 16 features
                          └ down4 1/4 (32) ── residual ──── merge4 (32) ─────┤  and one attention logit, doubled
                              └ down8 1/8 (48) ── 3 residuals ── merge8 (48) ┘  to 1/1
                                  └ down16 1/16 (128) ── 3 residuals ┘       │
        RGB 1/2 ── MobileNetV2 to its 1/16 ─┴ (added, 1x1 convolutions)      │
                                                                             │
                               softmax over the four scales, weighted sum (16) ── x detail ── fuse (16) ── head (4)
                                                                                                            │
                                   softmax over three, weighted sum: own alpha, coarse matte, place between colours ── alpha

`merge` adds the next coarser scale (1x1 convolution, doubled) and convolves: what hair is, and which side of an edge is the
subject, is decided at 1/16 and 1/8, where each hair is, at 1/1. What things are is told by the first part of the coarse
network's encoder (`semantics`), which sees the crop at half the size and is not trained any further: its maps are added at
1/8 and 1/16. The sum over scales is multiplied by features of the stem (`detail`), as a guided filter multiplies the picture
by coefficients found over windows. The network has three answers to choose from at every pixel: its own, the coarse matte,
and how far the pixel's colour is on the way from the background's to the subject's (`edge.colours`), which is right along
hair before a plain wall and wrong before a busy one; to learn which is easier than to learn to compare colours.
Attention over scales: Chen et al., Attention to Scale, 2016. Channels of the input, as 2v - 1: RGB; the coarse matte; the
colours of subject and background around the pixel; its place between them, how near their line it is, and how well they can
be told apart; and, as it is, where the coarse matte is unknown (0 certain ... 1 unknown). Sides are multiples of 32.
15.3 thousand multiplications a pixel.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from coarse.network import TAPS, Conv, Encoder, Residual

INPUTS, RGB, STEM = 14, 3, 16
COARSE, PLACE = 3, 10  # channels of the input that are answers
ANSWERS = 3
SCALES = {"down2": 24, "down4": 32, "down8": 48, "down16": 128}
DILATIONS = (1, 2, 4)
# MobileNetV2's blocks to stride 16.
SEMANTIC_KINDS = 5


def doubled(x: Tensor, size: torch.Size) -> Tensor:
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


class EdgeNetwork(nn.Module):
    """`norm=True` is the network in training; `norm=False` is the one in the weight file, batch norms folded."""

    def __init__(self, norm: bool = False):
        super().__init__()
        half, quarter, eighth, sixteenth = SCALES.values()
        self.stem = Conv(INPUTS, STEM, 3, norm=norm)
        steps = zip((STEM, half, quarter, eighth), SCALES.values())
        self.down2, self.down4, self.down8, self.down16 = (Conv(i, o, 3, 2, norm=norm) for i, o in steps)
        self.residual2, self.residual4 = Residual(half, norm), Residual(quarter, norm)
        self.residual8 = nn.Sequential(*(Residual(eighth, norm, dilation) for dilation in DILATIONS))
        self.residual16 = nn.Sequential(*(Residual(sixteenth, norm, dilation) for dilation in DILATIONS))
        self.lateral8, self.lateral4, self.lateral2 = Conv(sixteenth, eighth, 1), Conv(eighth, quarter, 1), Conv(quarter, half, 1)
        self.semantics = Encoder(SEMANTIC_KINDS)
        _, fine, middle, deep, _ = TAPS.values()
        self.semantic8, self.semantic16 = Conv(fine, eighth, 1), Conv(middle + deep, sixteenth, 1)
        self.merge8 = Residual(eighth, norm)
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
        _, seen8, seen16, seen32 = self.semantics(F.avg_pool2d(x[:, :RGB], 2).contiguous(memory_format=torch.channels_last))
        seen16 = torch.cat([seen16, doubled(seen32, seen16.shape[2:])], 1)
        eighth = self.residual8(F.relu(self.down8(quarter)) + self.semantic8(seen8))
        sixteenth = self.residual16(F.relu(self.down16(eighth)) + self.semantic16(seen16))
        eighth = self.merge8(eighth + doubled(self.lateral8(sixteenth), eighth.shape[2:]))
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


def load_semantics(network: EdgeNetwork, path: Path) -> None:
    """Fills `semantics` from the encoder of a coarse network's weight file."""
    coarse = load_file(path)
    network.semantics.load_state_dict({name: coarse[f"encoder.{name}"].float() for name in network.semantics.state_dict()})
