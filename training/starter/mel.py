"""Samples to log-mel, as `ClapFeatureExtractor` does with `truncation = "fusion"`: HTK bank without norm, periodic Hann,
centred with reflected edges, power 2, `10 log10(max(x, 1e-10))`. In numpy and torch alike shapes are (frames, mel)."""

import numpy as np
import torch
from transformers.audio_utils import mel_filter_bank

from . import recipe

FLOOR = 1e-10

_BANK = torch.from_numpy(
    mel_filter_bank(
        num_frequency_bins=recipe.FFT // 2 + 1,
        num_mel_filters=recipe.MEL_BINS,
        min_frequency=recipe.FREQUENCY_MIN,
        max_frequency=recipe.FREQUENCY_MAX,
        sampling_rate=recipe.RATE_HZ,
        norm=None,
        mel_scale="htk",
    ).astype(np.float32)
)
_HANN = torch.hann_window(recipe.FFT, periodic=True)


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Mono f32 samples to (frames, 64) decibels, f32; frames = len // 320 + 1."""
    with torch.inference_mode():
        spectrum = torch.stft(
            torch.from_numpy(samples), recipe.FFT, recipe.HOP, window=_HANN, center=True, pad_mode="reflect",
            return_complex=True,
        )
        power = spectrum.real.square() + spectrum.imag.square()
        mel = (power.T @ _BANK).clamp_min(FLOOR)
        return (10 * mel.log10()).numpy()


def repeat_pad(samples: np.ndarray) -> np.ndarray:
    """A clip as the model hears it: cut to one window, or repeated whole as often as it fits and padded with zeros."""
    window = recipe.WINDOW_SAMPLES
    if len(samples) >= window:
        return samples[:window]
    repeated = np.tile(samples, window // len(samples))
    return np.pad(repeated, (0, window - len(repeated)))
