"""Test signals and synthetic mels, which the Rust tests rebuild bit for bit (signal.rs is the same in Rust).

Owns: the generators and the sizes of the model's window. In: a length or shape and a seed. Out: values that f32 holds exactly,
because all arithmetic is on integers.
"""

import numpy as np
import torch

RATE_HZ = 48_000
WINDOW = 480_000
HOP = 480
WINDOW_FRAMES = WINDOW // HOP + 1
BINS = 64


def hash32(x: np.ndarray) -> np.ndarray:
    """Mixes each u32 into a u32 that looks random (the finaliser of xxHash32)."""
    x = x.astype(np.uint32)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x85EBCA77)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE3D)
    x ^= x >> np.uint32(16)
    return x


def signal(len_samples: int, seed: int) -> np.ndarray:
    """f32 samples k / 32768 with integer k: a rising triangle chirp and hashed noise, whose levels change every 0.37 s."""
    i = np.arange(len_samples, dtype=np.uint64)
    phase = (i * i * np.uint64(23 + 7 * seed) + i * np.uint64(9_000_000 + 1_300_000 * seed)) & np.uint64(0xFFFF_FFFF)
    folded = (phase >> np.uint64(15)).astype(np.int64)
    triangle = np.where(folded < 65_536, folded, 131_071 - folded) - 32_768
    noise = (hash32((i + np.uint64(seed * 0x1000_0000)) & np.uint64(0xFFFF_FFFF)) >> np.uint32(16)).astype(np.int64) - 32_768
    segment = (i // np.uint64(17_760)).astype(np.int64) + seed
    tone_gain = np.array([180, 20, 0, 90, 3, 140, 0, 0])[segment % 8]
    noise_gain = np.array([10, 120, 2, 0, 1, 40, 0, 70])[segment % 8]
    value = (triangle * tone_gain + noise * noise_gain) >> 8
    return (value.astype(np.float32) / np.float32(32_768)).astype(np.float32)


def checksum(samples: np.ndarray) -> int:
    """Sum of k * (1 + i mod 7) over the samples k / 32768: proof that the Rust twin makes the same signal."""
    weights = 1 + np.arange(len(samples)) % 7
    return int((np.round(samples * 32_768).astype(np.int64) * weights).sum())


def synthetic_mel(channels: int, seed: int) -> torch.Tensor:
    """[1, channels, 1001, 64] of dB values k / 256 with integer k, from -90 to about +6."""
    c, f, b = np.meshgrid(np.arange(channels), np.arange(WINDOW_FRAMES), np.arange(BINS), indexing="ij")
    index = ((c * WINDOW_FRAMES + f) * BINS + b).astype(np.uint32) + np.uint32(seed * 0x0100_0000)
    noise = (hash32(index) >> np.uint32(19)).astype(np.int64)
    slope = (f * (5 + 2 * c) + b * 37 + 101 * seed) % 512
    ramp = np.where(slope < 256, slope, 511 - slope) * 64
    value = -90 * 256 + noise + ramp
    return torch.from_numpy((value.astype(np.float32) / np.float32(256))[None])
