"""The bank: many windows made of the sounds, each with its log-mel and what YAMNet hears in it.

A window holds one to three sounds, cropped, sped up or slowed down, filtered, with an echo or noise now and then, at
levels of their own. It is made once and heard by the teacher exactly as the student will get it; what training does to it
later is only what a teacher would not mind (level, SpecAugment, a shift in time). A bank is written in shards of 1,000, so
that a stopped run goes on where it was. Each window keeps the rows of its sounds, loudest first: that is how a run leaves
out a fold or a class.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from . import recipe
from .mel import log_mel, repeat_pad
from .sources import Sound
from .yamnet import YamNet

SHARD = 1_000
MOST_SOUNDS = 3
COUNT_ODDS = (0.45, 0.42, 0.13)


@dataclass(frozen=True)
class Bank:
    """`mel` (n, 251, 64) f16, `embedding` (n, 1024) f16, `scores` (n, 521) f16, `sounds` (n, 3) rows or -1, `level` (n, 3)
    in decibels under the loudest."""

    mel: np.ndarray
    embedding: np.ndarray
    scores: np.ndarray
    sounds: np.ndarray
    level: np.ndarray

    @classmethod
    def join(cls, banks: "list[Bank]") -> "Bank":
        return cls(*(np.concatenate([getattr(bank, name) for bank in banks]) for name in cls.__dataclass_fields__))

    def keep(self, rows: np.ndarray) -> "Bank":
        return Bank(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def make_shards(folder: Path, shards: int, seed: int, sounds: list[Sound], samples: np.ndarray, pools, teacher: YamNet):
    """Writes what is missing of `shards` shards; `pools` are (weight, rows, at most one copy of the rows a window)."""
    folder.mkdir(parents=True, exist_ok=True)
    for shard in range(shards):
        path = folder / f"{shard:03}.npz"
        if path.exists():
            continue
        random = np.random.default_rng((seed, shard))
        windows = [_window(random, sounds, samples, pools, teacher) for _ in range(SHARD)]
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            np.savez(file, **{name: np.stack([w[name] for w in windows]) for name in Bank.__dataclass_fields__})
        unfinished.rename(path)
        print(f"{folder.name}: shard {shard + 1} of {shards}", flush=True)


def read_bank(folder: Path, shards: int) -> Bank:
    parts = [np.load(folder / f"{shard:03}.npz") for shard in range(shards) if (folder / f"{shard:03}.npz").exists()]
    return Bank(*(np.concatenate([part[name] for part in parts]) for name in Bank.__dataclass_fields__))


def hear_clip(clip: np.ndarray, teacher: YamNet) -> dict:
    """One clip as it is, in the bank's terms, for measuring."""
    window = repeat_pad(clip.astype(np.float32) / 32767)
    return _heard(window, [], [], teacher)


def _heard(window: np.ndarray, rows: list[int], levels: list[float], teacher: YamNet) -> dict:
    embedding, scores = teacher.hear(window)
    missing = MOST_SOUNDS - len(rows)
    return {
        "mel": log_mel(window).astype(np.float16),
        "embedding": embedding.astype(np.float16),
        "scores": scores.astype(np.float16),
        "sounds": np.array(rows + [-1] * missing, dtype=np.int32),
        "level": np.array(levels + [99.0] * missing, dtype=np.float16),
    }


def _window(random, sounds: list[Sound], samples: np.ndarray, pools, teacher: YamNet) -> dict:
    count = 1 + random.choice(MOST_SOUNDS, p=COUNT_ODDS)
    weights = np.array([weight for weight, _ in pools])
    rows = [int(random.choice(pools[random.choice(len(pools), p=weights / weights.sum())][1])) for _ in range(count)]
    levels = [0.0] + sorted(float(level) for level in random.uniform(0, 15, count - 1))
    mixed = np.zeros(recipe.WINDOW_SAMPLES, dtype=np.float32)
    for row, level in zip(rows, levels):
        sound = sounds[row]
        piece = samples[sound.start : sound.start + sound.length].astype(np.float32) / 32767
        mixed += _placed(random, _altered(random, piece)) * 10 ** (-level / 20)
    if random.random() < 0.25:
        mixed += _noise(random) * 10 ** (-random.uniform(15, 45) / 20)
    peak = np.abs(mixed).max()
    wanted = 10 ** (-random.uniform(0, 24) / 20)
    return _heard((mixed * (wanted / max(peak, 1e-6))).astype(np.float32), rows, levels, teacher)


def _altered(random, piece: np.ndarray) -> np.ndarray:
    """A crop at another speed and colour, at RMS 0.1."""
    speed = float(np.exp(random.uniform(-0.22, 0.22))) if random.random() < 0.6 else 1.0
    wanted = int(recipe.WINDOW_SAMPLES * speed)
    if len(piece) > wanted:
        start = random.integers(len(piece) - wanted + 1)
        piece = piece[start : start + wanted]
    if speed != 1.0:
        places = np.arange(0, len(piece) - 1, speed)
        piece = np.interp(places, np.arange(len(piece)), piece).astype(np.float32)
    if random.random() < 0.5:
        piece = _coloured(random, piece)
    if random.random() < 0.15:
        piece = _echoed(random, piece)
    level = np.sqrt(np.mean(np.square(piece)))
    return piece * (0.1 / max(level, 1e-5))


def _coloured(random, piece: np.ndarray) -> np.ndarray:
    """A tilt of up to 6 dB an octave, and sometimes a low or high cut, in the frequency domain."""
    spectrum = np.fft.rfft(piece)
    frequency = np.fft.rfftfreq(len(piece), 1 / recipe.RATE_HZ)
    gain = (np.maximum(frequency, 30) / 1_000) ** random.uniform(-0.6, 0.6)
    cut = random.random()
    if cut < 0.2:
        gain /= np.sqrt(1 + (frequency / random.uniform(1_500, 7_000)) ** 8)
    elif cut < 0.35:
        gain /= np.sqrt(1 + (random.uniform(60, 500) / np.maximum(frequency, 1)) ** 8)
    return np.fft.irfft(spectrum * gain, len(piece)).astype(np.float32)


def _echoed(random, piece: np.ndarray) -> np.ndarray:
    """A room of noise that falls by 60 dB within 0.1 to 1.2 s."""
    seconds = random.uniform(0.1, 1.2)
    places = np.arange(int(seconds * recipe.RATE_HZ))
    room = random.standard_normal(len(places)) * 10 ** (-3 * places / len(places))
    room *= random.uniform(0.2, 1.0) / np.sqrt(np.sum(np.square(room)))
    room[0] += 1
    return fftconvolve(piece, room)[: recipe.WINDOW_SAMPLES].astype(np.float32)


def _placed(random, piece: np.ndarray) -> np.ndarray:
    """A whole window: a short piece repeated as the model repeats it, or once, somewhere."""
    window = recipe.WINDOW_SAMPLES
    if len(piece) >= window:
        return piece[:window]
    if random.random() < 0.6:
        return repeat_pad(piece)
    start = random.integers(window - len(piece) + 1)
    return np.pad(piece, (start, window - len(piece) - start))


def _noise(random) -> np.ndarray:
    """White to brown noise at RMS 0.1."""
    spectrum = np.fft.rfft(random.standard_normal(recipe.WINDOW_SAMPLES))
    frequency = np.maximum(np.fft.rfftfreq(recipe.WINDOW_SAMPLES, 1 / recipe.RATE_HZ), 20)
    noise = np.fft.irfft(spectrum / frequency ** random.uniform(0, 1), recipe.WINDOW_SAMPLES)
    return (noise * (0.1 / np.sqrt(np.mean(np.square(noise))))).astype(np.float32)
