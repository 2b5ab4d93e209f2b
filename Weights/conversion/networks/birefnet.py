"""BiRefNet (Zheng, Gao, Fan, Liu, Laaksonen, Ouyang and Sebe, CAAI AIR 2024) on Swin transformers (Liu et al., ICCV 2021).

    picture ─ bb: maps at 1/4 … 1/32, joined with those of the half-size picture ─ squeeze_module (1/32)
              decoder_block4 ─ x2 ─ decoder_block3 ─ x2 ─ decoder_block2 ─ x2 ─ decoder_block1 ─ x4 ─ conv_out1: logits
              Each block also gets the picture itself, cut into as many cells as its map is smaller (ipt_blk5 … ipt_blk1);
              all but the last are weighed by a gate (gdt_convs) and joined with the encoder's next map (lateral_block).

The input is normalised; sides are multiples of 32. Names are those of the authors' implementation. What only training uses
is defined and not run.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

# Depths of the four stages and the side of a window, by the width of the first stage.
VARIANTS = {96: ((2, 2, 6, 2), 7), 192: ((2, 2, 18, 2), 12)}
HEAD = 32  # channels of a head of attention
INNER, BRANCH, GATE = 64, 256, 16


def like(x: Tensor, target: Tensor) -> Tensor:
    return F.interpolate(x, size=target.shape[2:], mode="bilinear", align_corners=True)


def cells(x: Tensor, side: int) -> Tensor:
    """The picture cut into side x side cells, whose order is that of channels: colour, row of cells, column of cells."""
    batch, channels, height, width = x.shape
    x = x.reshape(batch, channels, side, height // side, side, width // side)
    return x.permute(0, 1, 2, 4, 3, 5).reshape(batch, channels * side * side, height // side, width // side)


# MARK: Windows. Functions of sizes, which tracing takes as a whole.


@fx.wrap
def windowed(x: Tensor, side: int, shift: int) -> Tensor:
    """[N, H, W, C] padded by zeros to whole windows, rolled by the shift, and cut: [N * windows, side * side, C]."""
    batch, height, width, channels = x.shape
    x = F.pad(x, (0, 0, 0, (side - width % side) % side, 0, (side - height % side) % side))
    x = torch.roll(x, (-shift, -shift), (1, 2)) if shift else x
    _, height, width, _ = x.shape
    x = x.view(batch, height // side, side, width // side, side, channels)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, side * side, channels)


@fx.wrap
def unwindowed(windows: Tensor, x: Tensor, side: int, shift: int) -> Tensor:
    """The windows put back to the size of `x`."""
    batch, height, width, channels = x.shape
    rows, columns = (height + side - 1) // side, (width + side - 1) // side
    y = windows.view(batch, rows, columns, side, side, channels).permute(0, 1, 3, 2, 4, 5)
    y = y.reshape(batch, rows * side, columns * side, channels)
    y = torch.roll(y, (shift, shift), (1, 2)) if shift else y
    return y[:, :height, :width]


@fx.wrap
def unseen(x: Tensor, side: int, shift: int) -> Tensor:
    """What is added to the attention of each window of a rolled map: pixels from opposite borders do not see each other."""
    _, height, width, _ = x.shape
    regions = torch.zeros(1, height + (side - height % side) % side, width + (side - width % side) % side, 1, device=x.device)
    bands = (slice(0, -side), slice(-side, -shift), slice(-shift, None))
    for row, band in enumerate(bands):
        for column, other in enumerate(bands):
            regions[:, band, other] = 3 * row + column
    regions = windowed(regions, side, 0).flatten(1)
    return (regions[:, None, :] != regions[:, :, None]).to(x.dtype) * -100


@fx.wrap
def attention(qkv: Tensor, bias: Tensor, mask: Tensor | None) -> Tensor:
    """Softmax attention of each head within each window."""
    windows, pixels, channels = qkv.shape
    heads = bias.shape[0]
    query, key, value = qkv.reshape(windows, pixels, 3, heads, HEAD).permute(2, 0, 3, 1, 4).unbind(0)
    scores = (query * HEAD**-0.5) @ key.transpose(-2, -1) + bias.unsqueeze(0)
    if mask is not None:
        count = mask.shape[0]
        scores = scores.view(windows // count, count, heads, pixels, pixels) + mask.unsqueeze(1).unsqueeze(0)
        scores = scores.view(-1, heads, pixels, pixels)
    return (scores.softmax(-1) @ value).transpose(1, 2).reshape(windows, pixels, channels // 3)


def relative_positions(side: int) -> Tensor:
    """The row of the table for each pair of a window's pixels."""
    places = torch.arange(side)
    y, x = (axis.flatten() for axis in torch.meshgrid(places, places, indexing="ij"))
    return (y[:, None] - y[None] + side - 1) * (2 * side - 1) + (x[:, None] - x[None] + side - 1)


class WindowAttention(nn.Module):
    def __init__(self, channels: int, side: int):
        super().__init__()
        self.pixels = side * side
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * side - 1) ** 2, channels // HEAD))
        with torch.device("cpu"):  # has values where a network is made without
            self.register_buffer("relative_position_index", relative_positions(side), persistent=False)
        self.qkv, self.proj = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        bias = self.relative_position_bias_table[self.relative_position_index.view(-1)]
        bias = bias.view(self.pixels, self.pixels, -1).permute(2, 0, 1).contiguous()
        return self.proj(attention(self.qkv(x), bias, mask))


class MLP(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(channels, 4 * channels), nn.GELU(), nn.Linear(4 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(self.act(self.fc1(x)))


class Block(nn.Module):
    """Attention within windows, then two linear layers, each behind a norm and added to what it got. Maps are [N, H, W, C]."""

    def __init__(self, channels: int, side: int, shift: int):
        super().__init__()
        self.side, self.shift = side, shift
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.attn, self.mlp = WindowAttention(channels, side), MLP(channels)

    def forward(self, x: Tensor) -> Tensor:
        mask = unseen(x, self.side, self.shift) if self.shift else None
        windows = self.attn(windowed(self.norm1(x), self.side, self.shift), mask)
        x = x + unwindowed(windows, x, self.side, self.shift)
        return x + self.mlp(self.norm2(x))


@fx.wrap
def quartered(x: Tensor) -> Tensor:
    """Two by two pixels as channels of one, left before right within each column; odd sides get zeros."""
    x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
    return torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)


class PatchMerging(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.reduction, self.norm = nn.Linear(4 * channels, 2 * channels, bias=False), nn.LayerNorm(4 * channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.reduction(self.norm(quartered(x)))


class Stage(nn.Module):
    def __init__(self, channels: int, depth: int, side: int, merges: bool):
        super().__init__()
        self.blocks = nn.ModuleList(Block(channels, side, index % 2 * (side // 2)) for index in range(depth))
        self.downsample = PatchMerging(channels) if merges else None

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The map that leaves the encoder, and what the next stage gets."""
        for block in self.blocks:
            x = block(x)
        return x, self.downsample(x) if self.downsample else x


class PatchEmbedding(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.proj, self.norm = nn.Conv2d(3, channels, 4, 4), nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.proj(x).permute(0, 2, 3, 1))


class SwinTransformer(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        depths, side = VARIANTS[width]
        self.patch_embed = PatchEmbedding(width)
        self.layers = nn.ModuleList(Stage(width << index, depth, side, index < 3) for index, depth in enumerate(depths))
        for index in range(4):
            self.add_module(f"norm{index}", nn.LayerNorm(width << index))

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.patch_embed(x)
        maps = []
        for index, stage in enumerate(self.layers):
            y, x = stage(x)
            maps.append(self.get_submodule(f"norm{index}")(y).permute(0, 3, 1, 2))
        return maps


# MARK: Decoder


@fx.wrap
def deformable(x: Tensor, weight: Tensor, bias: Tensor | None, offset: Tensor, modulation: Tensor) -> Tensor:
    """A modulated deformable convolution (Zhu et al., CVPR 2019) at stride 1: tap t of pixel (y, x) looks channels 2t and
    2t + 1 of `offset` farther down and right, between four pixels of which those outside are zeros."""
    batch, _, height, width = x.shape
    side = weight.shape[-1]
    y, z = torch.meshgrid(torch.arange(height).to(x), torch.arange(width).to(x), indexing="ij")
    result = torch.zeros(batch, weight.shape[0], height, width, dtype=x.dtype, device=x.device)
    for tap in range(side * side):
        row = y + (tap // side - side // 2) + offset[:, 2 * tap]
        column = z + (tap % side - side // 2) + offset[:, 2 * tap + 1]
        # Grids count from -1 to 1 between the middles of the outermost pixels.
        grid = torch.stack([2 * column / max(width - 1, 1) - 1, 2 * row / max(height - 1, 1) - 1], -1)
        seen = F.grid_sample(x, grid, "bilinear", "zeros", align_corners=True) * modulation[:, tap, None]
        result = result + F.conv2d(seen, weight[:, :, tap // side, tap % side, None, None])
    return result if bias is None else result + bias[:, None, None]


class Deformable(nn.Conv2d):
    """The weights of a deformable convolution, with a bias once a norm is folded; where it looks comes from outside."""

    def forward(self, x: Tensor, offset: Tensor, modulation: Tensor) -> Tensor:
        return deformable(x, self.weight, self.bias, offset, modulation)


class DeformableConv(nn.Module):
    def __init__(self, kernel: int):
        super().__init__()
        self.offset_conv = nn.Conv2d(INNER, 2 * kernel * kernel, kernel, padding=kernel // 2)
        self.modulator_conv = nn.Conv2d(INNER, kernel * kernel, kernel, padding=kernel // 2)
        self.regular_conv = Deformable(INNER, BRANCH, kernel, padding=kernel // 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.regular_conv(x, self.offset_conv(x), 2 * torch.sigmoid(self.modulator_conv(x)))


class DeformableBranch(nn.Module):
    def __init__(self, kernel: int):
        super().__init__()
        self.atrous_conv, self.bn = DeformableConv(kernel), nn.BatchNorm2d(BRANCH)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.atrous_conv(x)))


class ASPPDeformable(nn.Module):
    """Deformable convolutions of several sizes and the mean of the map, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.aspp1 = DeformableBranch(1)
        self.aspp_deforms = nn.ModuleList(DeformableBranch(kernel) for kernel in (1, 3, 7))
        mean = nn.Conv2d(INNER, BRANCH, 1, bias=False)
        self.global_avg_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), mean, nn.BatchNorm2d(BRANCH), nn.ReLU())
        self.conv1, self.bn1 = nn.Conv2d(5 * BRANCH, INNER, 1, bias=False), nn.BatchNorm2d(INNER)

    def forward(self, x: Tensor) -> Tensor:
        branches = [self.aspp1(x), *(branch(x) for branch in self.aspp_deforms)]
        return F.relu(self.bn1(self.conv1(torch.cat([*branches, like(self.global_avg_pool(x), x)], 1))))


class DecoderBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv_in, self.bn_in = nn.Conv2d(inputs, INNER, 3, padding=1), nn.BatchNorm2d(INNER)
        self.dec_att = ASPPDeformable()
        self.conv_out, self.bn_out = nn.Conv2d(INNER, outputs, 3, padding=1), nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn_out(self.conv_out(self.dec_att(F.relu(self.bn_in(self.conv_in(x))))))


class PictureInjection(nn.Module):
    def __init__(self, side: int, outputs: int):
        super().__init__()
        self.side = side
        self.conv1, self.conv_out = nn.Conv2d(3 * side * side, INNER, 3, padding=1), nn.Conv2d(INNER, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv_out(self.conv1(cells(x, self.side)))


class Lateral(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class Decoder(nn.Module):
    """`widths` are the channels of the encoder's maps, the finest first."""

    def __init__(self, widths: list[int]):
        super().__init__()
        finest = widths[0] // 2
        outputs = [finest, *widths[:3]]  # of blocks 1 to 4
        injected = [width // 8 for width in (widths[0], widths[1], widths[2], widths[3], widths[3])]  # by ipt_blk1 to 5
        for level in range(5, 0, -1):
            # Beside the deepest map, whose block is the fourth, the cells are those of a thirty-second of the size.
            self.add_module(f"ipt_blk{level}", PictureInjection((1, 4, 8, 16, 32)[level - 1], injected[level - 1]))
        for level in range(4, 0, -1):
            self.add_module(f"decoder_block{level}", DecoderBlock(widths[level - 1] + injected[level], outputs[level - 1]))
        self.conv_out1 = nn.Sequential(nn.Conv2d(finest + injected[0], 1, 1))
        for level in (4, 3, 2):
            channels = outputs[level - 1]
            self.add_module(f"lateral_block{level}", Lateral(channels))
            self.add_module(f"conv_ms_spvn_{level}", nn.Conv2d(channels, 1, 1))
            gate = nn.Sequential(nn.Conv2d(channels, GATE, 3, padding=1), nn.BatchNorm2d(GATE), nn.ReLU())
            self.add_module(f"gdt_convs_{level}", gate)
            for purpose in ("pred", "attn"):
                self.add_module(f"gdt_convs_{purpose}_{level}", nn.Sequential(nn.Conv2d(GATE, 1, 1)))

    def forward(self, image: Tensor, maps: list[Tensor]) -> Tensor:
        x = maps[3]
        for level in (4, 3, 2):
            x = self.block(level, x, image)
            x = x * torch.sigmoid(self.get_submodule(f"gdt_convs_attn_{level}")(self.get_submodule(f"gdt_convs_{level}")(x)))
            skip = maps[level - 2]
            x = like(x, skip) + self.get_submodule(f"lateral_block{level}")(skip)
        x = like(self.block(1, x, image), image)
        return self.conv_out1(torch.cat([x, self.get_submodule("ipt_blk1")(image)], 1))

    def block(self, level: int, x: Tensor, image: Tensor) -> Tensor:
        injected = self.get_submodule(f"ipt_blk{level + 1}")(image)
        return self.get_submodule(f"decoder_block{level}")(torch.cat([x, injected], 1))


class BiRefNet(nn.Module):
    """`width` is that of the encoder's first stage: 96 for Swin-T, which the authors call lite, 192 for Swin-L."""

    def __init__(self, width: int = 192):
        super().__init__()
        self.bb = SwinTransformer(width)
        widths = [2 * width << index for index in range(4)]
        self.squeeze_module = nn.Sequential(DecoderBlock(sum(widths), widths[3]))
        self.decoder = Decoder(widths)

    def forward(self, image: Tensor) -> tuple[Tensor]:
        half = F.interpolate(image, size=halved(image), mode="bilinear", align_corners=True)
        maps = [torch.cat([x, like(y, x)], 1) for x, y in zip(self.bb(image), self.bb(half))]
        maps[3] = self.squeeze_module(torch.cat([*(like(x, maps[3]) for x in maps[:3]), maps[3]], 1))
        return (self.decoder(image, maps),)


@fx.wrap
def halved(x: Tensor) -> tuple[int, int]:
    return x.shape[2] // 2, x.shape[3] // 2
