"""MODNet (Ke, Sun, Li, Yan and Lau, AAAI 2022): semantics at 1/8, detail at 1/2, both fused to the matte.

    backbone (MobileNetV2): 1/2 (16), 1/4 (24), 1/8 (32), 1/16 (96), 1/32 (1280)
    lr_branch: 1/32 ─ squeeze and excitation ─ x2 ─ conv_lr16x ─ x2 ─ conv_lr8x ─ (conv_lr: semantic, for training)
    hr_branch: picture, 1/2, 1/4, semantics ─ conv_hr4x ─ x2 ─ conv_hr2x ─ (x2 ─ conv_hr: detail, for training)
    f_branch:  semantics ─ x2 ─ conv_lr4x ─ x2, beside detail ─ conv_f2x ─ x2, beside the picture ─ conv_f ─ matte

Outputs are the logits of matte, semantic and detail. Names are those of the authors' implementation, but the backbone,
which it registers a second time as `lr_branch.backbone`, is here once.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Expansion, output channels, repeats, stride of the first repeat.
INVERTED_RESIDUALS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
TAPS = {1: 16, 3: 24, 6: 32, 13: 96, 18: 1280}
DETAIL = 32


def scaled(x: Tensor, factor: float) -> Tensor:
    return F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


def conv_norm(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int):
        super().__init__()
        hidden = inputs * expansion
        expand = [*conv_norm(inputs, hidden, 1), nn.ReLU6()] if expansion > 1 else []
        self.conv = nn.Sequential(*expand, *conv_norm(hidden, hidden, 3, stride, hidden), nn.ReLU6(), *conv_norm(hidden, outputs, 1))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Sequential(*conv_norm(3, 32, 3, 2), nn.ReLU6())]
        inputs = 32
        for expansion, outputs, repeats, stride in INVERTED_RESIDUALS:
            for index in range(repeats):
                layers.append(InvertedResidual(inputs, outputs, stride if index == 0 else 1, expansion))
                inputs = outputs
        layers.append(nn.Sequential(*conv_norm(inputs, 1280, 1), nn.ReLU6()))
        self.features = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> list[Tensor]:
        taps = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in TAPS:
                taps.append(x)
        return taps


class Backbone(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.model = MobileNetV2()

    def forward(self, x: Tensor) -> list[Tensor]:
        return self.model(x)


class IBNorm(nn.Module):
    """Batch norm for the first half of the channels, instance norm for the rest."""

    def __init__(self, channels: int):
        super().__init__()
        self.half = channels // 2
        self.bnorm = nn.BatchNorm2d(self.half)
        self.inorm = nn.InstanceNorm2d(channels - self.half)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.bnorm(x[:, : self.half]), self.inorm(x[:, self.half :])], 1)


class Conv(nn.Module):
    """Convolution, IBNorm, ReLU; or the convolution alone."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, plain: bool = False):
        super().__init__()
        norm = [] if plain else [IBNorm(outputs), nn.ReLU()]
        self.layers = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2), *norm)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(channels, channels // 4, bias=False), nn.ReLU(), nn.Linear(channels // 4, channels, bias=False), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(x.mean((2, 3)))[:, :, None, None]


class LowResolution(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        *_, eighth, sixteenth, deepest = TAPS.values()
        self.se_block = SqueezeExcitation(deepest)
        self.conv_lr16x = Conv(deepest, sixteenth, 5)
        self.conv_lr8x = Conv(sixteenth, eighth, 5)
        self.conv_lr = Conv(eighth, 1, 3, stride=2, plain=True)

    def forward(self, deepest: Tensor) -> tuple[Tensor, Tensor]:
        x = self.conv_lr16x(scaled(self.se_block(deepest), 2))
        x = self.conv_lr8x(scaled(x, 2))
        return x, self.conv_lr(x)


class HighResolution(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        half, quarter, *_ = TAPS.values()
        self.tohr_enc2x, self.tohr_enc4x = Conv(half, DETAIL, 1), Conv(quarter, DETAIL, 1)
        self.conv_enc2x, self.conv_enc4x = Conv(DETAIL + 3, DETAIL, 3, stride=2), Conv(2 * DETAIL, 2 * DETAIL, 3)
        wide = 2 * DETAIL
        self.conv_hr4x = nn.Sequential(Conv(3 * DETAIL + 3, wide, 3), Conv(wide, wide, 3), Conv(wide, DETAIL, 3))
        self.conv_hr2x = nn.Sequential(Conv(wide, wide, 3), Conv(wide, DETAIL, 3), Conv(DETAIL, DETAIL, 3), Conv(DETAIL, DETAIL, 3))
        self.conv_hr = nn.Sequential(Conv(DETAIL + 3, DETAIL, 3), Conv(DETAIL, 1, 1, plain=True))

    def forward(self, picture: Tensor, half: Tensor, quarter: Tensor, semantics: Tensor) -> tuple[Tensor, Tensor]:
        half = self.tohr_enc2x(half)
        x = self.conv_enc2x(torch.cat([scaled(picture, 1 / 2), half], 1))
        x = self.conv_enc4x(torch.cat([x, self.tohr_enc4x(quarter)], 1))
        x = self.conv_hr4x(torch.cat([x, scaled(semantics, 2), scaled(picture, 1 / 4)], 1))
        x = self.conv_hr2x(torch.cat([scaled(x, 2), half], 1))
        return x, self.conv_hr(torch.cat([scaled(x, 2), picture], 1))


class Fusion(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv_lr4x = Conv(TAPS[6], DETAIL, 5)
        self.conv_f2x = Conv(2 * DETAIL, DETAIL, 3)
        self.conv_f = nn.Sequential(Conv(DETAIL + 3, DETAIL // 2, 3), Conv(DETAIL // 2, 1, 1, plain=True))

    def forward(self, picture: Tensor, semantics: Tensor, detail: Tensor) -> Tensor:
        x = scaled(self.conv_lr4x(scaled(semantics, 2)), 2)
        x = self.conv_f2x(torch.cat([x, detail], 1))
        return self.conv_f(torch.cat([scaled(x, 2), picture], 1))


class MODNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.lr_branch, self.hr_branch, self.f_branch = LowResolution(), HighResolution(), Fusion()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        half, quarter, _, _, deepest = self.backbone(x)
        semantics, semantic = self.lr_branch(deepest)
        features, detail = self.hr_branch(x, half, quarter, semantics)
        return self.f_branch(x, semantics, features), semantic, detail
