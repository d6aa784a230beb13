"""The two teachers, in torch: YAMNet, which knows AudioSet's classes, and aiSFX, trained on professional effects libraries.

In: windows at the model's rate. Out: what each hears in them (`Heard`). YAMNet's weights are Google's (Apache-2.0), aiSFX's A. B. Ma's
and A. Lerch's (ISMIR 2022, CC BY 4.0). Both hear the band they were trained on: 16 kHz and 44.1 kHz, resampled here.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import recipe

YAMNET_RATE_HZ, AISFX_RATE_HZ = 16_000, 44_100
YAMNET_DIM, YAMNET_CLASSES = 1024, 521
AISFX_DIM = 512
# YAMNet's frames this far under the loudest of a window are silence, and say "silence" whatever sounds beside them.
SILENT_DB = 45.0
# The Universal Category System's categories, which aiSFX's first three heads tell apart; they are public domain. A head leaves out
# those its library had no sounds of. aiSFX names none of its classes: the order was found by aligning each head with this
# alphabetical list, by the names of the sounds it fires for (README.md). The fourth head has other classes.
UCS = (
    "air", "aircraft", "alarms", "ambience", "animals", "archived", "beeps", "bells", "birds", "boats", "bullets", "cartoon",
    "ceramics", "chains", "chemicals", "clocks", "cloth", "communications", "computers", "creatures", "crowds", "designed",
    "destruction", "dirt & sand", "doors", "drawers", "electricity", "equipment", "explosions", "farts", "fight", "fire",
    "fireworks", "foley", "food & drink", "footsteps", "games", "geothermal", "glass", "gore", "guns", "horns", "human", "ice",
    "lasers", "leather", "liquid & mud", "machines", "magic", "mechanical", "metal", "motors", "movement", "musical",
    "natural disaster", "objects", "paper", "plastic", "rain", "robots", "rocks", "rope", "rubber", "scifi", "snow", "sports",
    "swooshes", "tools", "toys", "trains", "user interface", "vegetation", "vehicles", "voices", "water", "weapons", "weather",
    "whistles", "wind", "windows", "wings", "wood",
)  # fmt: skip
UCS_MISSING = (
    ("archived", "ceramics", "leather", "windows"),
    ("archived", "foley", "geothermal"),
    (
        "beeps", "chemicals", "destruction", "dirt & sand", "foley", "leather", "magic", "natural disaster", "robots", "rocks",
        "rubber", "sports", "wings",
    ),
)  # fmt: skip


@dataclass
class Heard:
    """Of b windows: YAMNet's embedding (b, 1024) and scores (b, 521), aiSFX's embedding (b, 1024: its blocks' mean and maximum),
    its four heads' classes, and the probabilities of UCS's categories (b, 82) from three of them."""

    yamnet: torch.Tensor
    scores: torch.Tensor
    aisfx: torch.Tensor
    heads: list
    ucs: torch.Tensor

    def half(self) -> "Heard":
        return Heard(self.yamnet.half(), self.scores.half(), self.aisfx.half(), [], self.ucs.half())


class YamNet(nn.Module):
    """The published network in float. `path` (npz) holds its convolutions with their batch normalisation folded in."""

    STRIDED = frozenset((0, 3, 7, 11, 23))
    LAYERS = 27

    def __init__(self, path: Path):
        super().__init__()
        stored = np.load(path)
        self.depthwise = [bool(stored[f"{layer}.dw"]) for layer in range(self.LAYERS)]
        for layer in range(self.LAYERS):
            order = (3, 0, 1, 2) if self.depthwise[layer] else (0, 3, 1, 2)
            self._keep(f"weight{layer}", stored[f"{layer}.w"].transpose(order))
            self._keep(f"bias{layer}", stored[f"{layer}.b"])
        for name, key in (("mel", "mel.w"), ("classes", "cls.w"), ("class_bias", "cls.b"), ("window", "win")):
            self._keep(name, stored[key])

    def _keep(self, name: str, value) -> None:
        self.register_buffer(name, torch.from_numpy(np.ascontiguousarray(value)).float())

    def patches(self, waves):
        """(b, samples at 16 kHz) -> (b, frames, 96, 64): log mels of 0.96 s every 0.48 s."""
        spectrum = torch.fft.rfft(waves.unfold(-1, 400, 160) * self.window, 512).abs()
        return torch.log(spectrum @ self.mel.T + 0.001).unfold(1, 96, 48).transpose(-1, -2)

    def forward(self, patches):
        """(k, 96, 64) -> embeddings (k, 1024), logits (k, 521)."""
        x = patches[:, None]
        for layer in range(self.LAYERS):
            weight, stride = getattr(self, f"weight{layer}"), 2 if layer in self.STRIDED else 1
            if weight.shape[-1] == 3:
                even = x.shape[-1] % 2 == 0 and x.shape[-2] % 2 == 0
                x = F.pad(x, (0, 1, 0, 1) if stride == 2 and even else (1, 1, 1, 1))
            groups = weight.shape[0] if self.depthwise[layer] else 1
            x = F.relu(F.conv2d(x, weight, getattr(self, f"bias{layer}"), stride=stride, groups=groups))
        found = x.mean((2, 3))
        return found, found @ self.classes.T + self.class_bias


class AiSfx(nn.Module):
    """aiSFX's embedding network and heads. `path` holds its weights in f16; batch normalisation is folded into the convolutions."""

    def __init__(self, path: Path):
        super().__init__()
        stored, _ = torch.load(path, map_location="cpu", weights_only=False)
        stored = {name: value.float() for name, value in stored.items()}
        for block in range(1, 5):
            for half in (1, 2):
                self._fold(stored, f"embedding_net.conv_block{block}", half, f"{block}{half}")
        self.heads = nn.ModuleList(self._head(stored, head) for head in range(4))
        self.register_buffer("bank", _mel_bank())
        self.register_buffer("window", torch.hann_window(2048))

    def _fold(self, stored: dict, block: str, half: int, name: str) -> None:
        norm = f"{block}.bn{half}"
        scale = stored[f"{norm}.weight"] / (stored[f"{norm}.running_var"] + 1e-5).sqrt()
        weight = stored[f"{block}.conv{half}.weight"] * scale[:, None, None, None]
        self.register_buffer(f"weight{name}", weight.contiguous(memory_format=torch.channels_last))
        self.register_buffer(f"bias{name}", stored[f"{norm}.bias"] - stored[f"{norm}.running_mean"] * scale)

    def _head(self, stored: dict, head: int) -> nn.Module:
        classes = stored[f"fc.{head}.4.weight"].shape[0]
        found = nn.Sequential(nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, classes))
        prefix = f"fc.{head}."
        found.load_state_dict({name.removeprefix(prefix): value for name, value in stored.items() if name.startswith(prefix)})
        return found

    def forward(self, waves):
        """(b, samples at 44.1 kHz) -> (b, blocks of 2.3 s every 1.15 s, 512)."""
        waves = waves / waves.abs().amax(1, keepdim=True).clamp_min(1e-6) * 0.501  # -6 dB, as its authors normalise
        with torch.autocast(waves.device.type, enabled=False):
            power = torch.stft(waves.float(), 2048, 1024, window=self.window, return_complex=True).abs().square()
            mel = torch.log10(1e4 * (self.bank @ power) + 1).transpose(1, 2) / 9.457798957824707
        blocks = F.pad(mel, (0, 0, 0, max(0, 100 - mel.shape[1]))).unfold(1, 100, 50).transpose(-1, -2)
        x = blocks.reshape(-1, 1, 100, 96).contiguous(memory_format=torch.channels_last)
        for block, pool in enumerate((2, 2, 2, 1), 1):
            for half in (1, 2):
                name = f"{block}{half}"
                x = F.relu_(F.conv2d(x, getattr(self, f"weight{name}"), getattr(self, f"bias{name}"), padding=1))
            x = F.max_pool2d(x, pool) if pool > 1 else x
        return x.mean(3).amax(2).view(len(mel), -1, AISFX_DIM)


def _mel_bank():
    """96 triangles of area one on the HTK mel scale from 0 to 22,050 Hz: (96, 1025)."""
    points = 700 * (10 ** (torch.linspace(0, 2595 * math.log10(1 + 22_050 / 700), 98) / 2595) - 1)
    f = torch.linspace(0, 22_050, 1025)
    up = (f[None] - points[:-2, None]) / (points[1:-1] - points[:-2])[:, None]
    down = (points[2:, None] - f[None]) / (points[2:] - points[1:-1])[:, None]
    bank = torch.minimum(up, down).clamp_min(0)
    return bank / bank.sum(1, keepdim=True).clamp_min(1e-9)


def resampled(waves, rate_hz: int):
    """Windows at another rate, by their spectrum."""
    count = waves.shape[1] * rate_hz // recipe.RATE_HZ
    spectrum, bins = torch.fft.rfft(waves), count // 2 + 1
    spectrum = spectrum[:, :bins] if bins <= spectrum.shape[1] else F.pad(spectrum, (0, bins - spectrum.shape[1]))
    return torch.fft.irfft(spectrum, count) * (count / waves.shape[1])


class Teachers(nn.Module):
    def __init__(self, data: Path, half: bool):
        super().__init__()
        self.yamnet = YamNet(data / "teachers/yamnet_float.npz")
        self.aisfx = AiSfx(data / "teachers/aisfx_f16.pth")
        self.half_type = torch.bfloat16 if half else None
        for head, missing in enumerate(UCS_MISSING):
            kept = [place for place, name in enumerate(UCS) if name not in missing]
            self.register_buffer(f"ucs{head}", torch.tensor(kept))

    def _cast(self, kind):
        return torch.autocast("cuda", kind, enabled=self.half_type is not None)

    @torch.no_grad()
    def hear(self, waves) -> Heard:
        low = resampled(waves, YAMNET_RATE_HZ)
        patches = self.yamnet.patches(low)
        count, frames = patches.shape[:2]
        sounding = self._sounding(low, frames)
        with self._cast(torch.float16):
            found, logits = self.yamnet(patches.reshape(-1, 96, 64))
        found, scores = found.float().view(count, frames, -1), torch.sigmoid(logits.float()).view(count, frames, -1)
        share = (sounding / sounding.sum(1, keepdim=True))[..., None]
        scores = ((scores * share).sum(1) + (scores * sounding[..., None]).amax(1)) / 2
        with self._cast(torch.bfloat16):
            blocks = self.aisfx(resampled(waves, AISFX_RATE_HZ)).float()
            heads = [head(blocks).float().softmax(-1).mean(1) for head in self.aisfx.heads]
        ucs = torch.zeros(count, len(UCS), device=waves.device)
        for head in range(len(UCS_MISSING)):
            ucs[:, getattr(self, f"ucs{head}")] += heads[head] / len(UCS_MISSING)
        return Heard((found * share).sum(1), scores, torch.cat([blocks.mean(1), blocks.amax(1)], 1), heads, ucs)

    @staticmethod
    def _sounding(low, frames: int):
        """1 for the frames within `SILENT_DB` of the loudest, else 0: (b, frames)."""
        power = low.unfold(-1, 400 + 95 * 160, 48 * 160)[:, :frames].square().mean(-1)
        return (power >= power.amax(1, keepdim=True) * 10 ** (-SILENT_DB / 10)).float()
