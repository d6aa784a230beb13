"""The audio tower and its front end: windows to log mels, mels to unit vectors, with heads that learn what the teachers hear.

In: windows at the model's rate. Out: pooled features and unit vectors. The heads are for training only.
"""

import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from transformers import ClapAudioConfig, ClapAudioModelWithProjection
from transformers.audio_utils import mel_filter_bank

from . import recipe
from .teachers import AISFX_DIM, YAMNET_CLASSES, YAMNET_DIM


def configuration(width: int = recipe.AUDIO_WIDTH) -> ClapAudioConfig:
    return ClapAudioConfig(
        spec_size=recipe.SPEC_SIZE, num_mel_bins=recipe.MEL_BINS, patch_size=recipe.PATCH,
        patch_stride=[recipe.PATCH, recipe.PATCH], window_size=recipe.ATTENTION_WINDOW, patch_embeds_hidden_size=width,
        hidden_size=width * 2 ** (len(recipe.AUDIO_DEPTHS) - 1), depths=list(recipe.AUDIO_DEPTHS),
        num_attention_heads=[width * 2**stage // recipe.HEAD_WIDTH for stage in range(len(recipe.AUDIO_DEPTHS))],
        projection_dim=recipe.EMBEDDING_DIM, enable_fusion=True, fusion_type=None, num_classes=1, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, drop_path_rate=0.0,
    )  # fmt: skip


class Mel(nn.Module):
    """The product's front end for a model with fusion: HTK triangles without normalisation, in dB."""

    def __init__(self):
        super().__init__()
        bank = mel_filter_bank(
            num_frequency_bins=recipe.FFT // 2 + 1, num_mel_filters=recipe.MEL_BINS, min_frequency=recipe.FREQUENCY_MIN,
            max_frequency=recipe.FREQUENCY_MAX, sampling_rate=recipe.RATE_HZ, norm=None, mel_scale="htk",
        )  # fmt: skip
        self.register_buffer("bank", torch.from_numpy(bank.astype(np.float32)))
        self.register_buffer("window", torch.hann_window(recipe.FFT, periodic=True))

    def forward(self, waves):
        """(b, samples) -> (b, 251, 64)."""
        spectrum = torch.stft(
            waves, recipe.FFT, recipe.HOP, window=self.window, center=True, pad_mode="reflect", return_complex=True
        )
        power = spectrum.real.square() + spectrum.imag.square()
        return 10 * (power.transpose(1, 2) @ self.bank).clamp_min(1e-10).log10()


class Student(nn.Module):
    def __init__(self, config: ClapAudioConfig, head_classes: list[int]):
        super().__init__()
        self.tower = ClapAudioModelWithProjection(config)
        self.heads = nn.ModuleDict(
            {
                "yamnet": nn.Linear(config.hidden_size, YAMNET_DIM),
                "scores": nn.Linear(config.hidden_size, YAMNET_CLASSES),
                "aisfx": nn.Linear(config.hidden_size, 2 * AISFX_DIM),
            }
            | {f"aisfx{head}": nn.Linear(config.hidden_size, classes) for head, classes in enumerate(head_classes)}
        )
        self.norm.requires_grad_(False)

    @property
    def norm(self):
        """The batch normalisation over mel bins; its statistics are set once and stay."""
        return self.tower.audio_model.audio_encoder.batch_norm

    def train(self, mode: bool = True):
        super().train(mode)
        self.norm.eval()
        return self

    def start_from(self, clap) -> None:
        """The audio side of a model that is there already."""
        self.tower.audio_model.load_state_dict(clap.audio_model.state_dict())
        self.tower.audio_projection.load_state_dict(clap.audio_projection.state_dict())

    def set_statistics(self, mels) -> None:
        self.norm.running_mean.copy_(mels.mean((0, 1)))
        self.norm.running_var.copy_(mels.flatten(0, 1).var(0))

    def forward(self, mels, longer):
        """(b, 1 or 4, frames, bins) -> pooled (b, hidden), unit vectors (b, d)."""
        return speak(self.tower, mels, longer)

    def groups(self):
        """(the blocks' matrices, other weights, gains and biases) of the tower."""
        matrices, others, plain = [], [], []
        for name, value in self.tower.named_parameters():
            if not value.requires_grad:
                continue
            if value.ndim < 2 or "bias_table" in name:
                plain.append(value)
            else:
                (matrices if value.ndim == 2 and ".layers." in name else others).append(value)
        return matrices, others, plain


def speak(tower, mels, longer: bool):
    flags = torch.full((len(mels), 1), longer, dtype=torch.bool, device=mels.device)
    pooled = tower.audio_model(input_features=mels, is_longer=flags).pooler_output
    return pooled.float(), F.normalize(tower.audio_projection(pooled).float(), dim=-1)


def altered(mels, mixer):
    """Mels as other microphones and moments might give them: another level, rolled in time, with stripes left out."""
    count, frames, bins = mels.shape
    mels = mels + (mixer.draw(count, 1, 1) * 20 - 14)
    roll = (mixer.draw(count, 1) * frames * (mixer.draw(count, 1) < 0.5)).long()
    rows = (torch.arange(frames, device=mels.device) + roll) % frames
    mels = mels.gather(1, rows[..., None].expand(-1, -1, bins))
    floor = mels.amin((1, 2), keepdim=True)
    for _ in range(2):
        mels = torch.where(_stripe(count, frames, 36, mixer)[..., None], floor, mels)
        mels = torch.where(_stripe(count, bins, 9, mixer)[:, None], floor, mels)
    return mels.clamp_min(-100)


def _stripe(count: int, length: int, most: int, mixer):
    """In half of the rows a stripe of up to `most` places: (count, length)."""
    width = mixer.draw(count, 1) * most * (mixer.draw(count, 1) < 0.5)
    start = mixer.draw(count, 1) * (length - width)
    places = torch.arange(length, device=start.device)
    return (places >= start) & (places < start + width)


def long_clips(mels, vectors):
    """Windows joined into longer clips as fusion sees them: (c, 4, frames, bins), and what they should say, the mean of their
    windows' vectors."""
    windows, frames, bins = random.choice((2, 3, 4, 6)), mels.shape[1], mels.shape[2]
    count = len(mels) // windows
    whole = mels[: count * windows].reshape(count, windows * frames, bins)
    shrunk = F.interpolate(whole[:, None], size=(frames, bins), mode="bilinear", align_corners=False)[:, 0]
    last = (windows - 1) * frames
    starts = [int(last * (third + random.random()) / 3) for third in range(3)]
    crops = [whole[:, start : start + frames] for start in starts]
    meant = F.normalize(vectors[: count * windows].reshape(count, windows, -1).sum(1), dim=-1)
    return torch.stack([shrunk, *crops], 1), meant
