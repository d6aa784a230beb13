"""The data folder as rows, and its sounds as one array of 16-bit samples at the model's rate.

In: a folder with `esc50/`, `train/` and `more/`, each a csv and audio. Out: `Sound` rows, and `samples.npy` with all sounds end to
end. Sounds whose licence would not let the weights be shared are no rows at all.
"""

import csv
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from math import gcd
from pathlib import Path

import numpy as np

from . import recipe
from .lexicon import Lexicon, Namer

# Shorter ones (10 ms) are clicks cut off by a decoder.
SHORTEST_SAMPLES = recipe.RATE_HZ // 100


@dataclass(frozen=True)
class Sound:
    """`name` is cleaned; `concepts` are places in the lexicon; `label`, `fold` and `esc10` are ESC-50's (else "", 0, False)."""

    file: str
    source: str
    name: str
    label: str
    fold: int
    esc10: bool
    concepts: tuple[int, ...]
    start: int = 0
    length: int = 0

    @property
    def held_out(self) -> bool:
        return self.source in recipe.HELD_OUT


def is_free(licence: str) -> bool:
    """Whether weights that learned from a sound under `licence` may be CC BY-SA 4.0."""
    if any(word in licence for word in recipe.OTHER_LICENCES):
        return False
    return any(licence.startswith(word) for word in recipe.FREE_LICENCES)


def listed(data: Path, lexicon: Lexicon) -> list[Sound]:
    """Every sound of the data folder that may be learned from."""
    namer = Namer(lexicon)
    rows = []
    for folder, name in (("esc50", "title"), ("train", "text"), ("more", "text")):
        table = data / folder / f"{folder}.csv"
        if not table.exists():
            continue
        with table.open(newline="") as file:
            rows += [_sound(folder, row, row[name], namer) for row in csv.DictReader(file) if is_free(row["licence"])]
    return rows


def _sound(folder: str, row: dict, name: str, namer: Namer) -> Sound:
    name = namer.clean(name)
    label = row.get("category", "").replace("_", " ")
    return Sound(
        f"{folder}/{row['file']}", row.get("source", "esc50"), name, label, int(row.get("fold", 0)),
        row.get("esc10") == "True", tuple(namer.concepts(label or name)),
    )  # fmt: skip


def read_sounds(data: Path, work: Path, lexicon: Lexicon, every: int = 1, workers: int = 2) -> tuple[list[Sound], np.ndarray]:
    """The rows that decode, and their samples; decoded on the first call, read afterwards. `every` takes each so-manieth only."""
    sounds = listed(data, lexicon)[::every]
    lengths, samples = work / "lengths.npy", work / "samples.npy"
    if not lengths.exists():
        with ProcessPoolExecutor(workers) as pool:
            pieces = list(pool.map(_decode_or_nothing, [data / sound.file for sound in sounds], chunksize=16))
        np.save(samples, np.concatenate(pieces))
        np.save(lengths, np.array([len(piece) for piece in pieces]))
    measured = np.load(lengths)
    starts = np.cumsum(measured) - measured
    rows = [
        replace(sound, start=int(start), length=int(length))
        for sound, start, length in zip(sounds, starts, measured, strict=True)
        if length >= SHORTEST_SAMPLES
    ]
    return rows, np.load(samples, mmap_mode="r")


def _decode_or_nothing(path: Path) -> np.ndarray:
    try:
        return decode(path)
    except RuntimeError as error:  # libsndfile's errors, a malformed Opus file say
        print(f"left out: {path.name}: {error}", flush=True)
        return np.zeros(0, np.int16)


def decode(path: Path) -> np.ndarray:
    """The sound at `path`, mono, at the model's rate, as int16. An Opus copy may stand in for another format."""
    import soundfile
    from scipy.signal import resample_poly

    samples, rate = soundfile.read(path if path.exists() else path.with_suffix(".opus"), dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if rate != recipe.RATE_HZ:
        shared = gcd(rate, recipe.RATE_HZ)
        mono = resample_poly(mono, recipe.RATE_HZ // shared, rate // shared)
    return (np.clip(mono, -1, 1) * 32767).round().astype(np.int16)


def weights(sounds: list[Sound], learn: np.ndarray) -> np.ndarray:
    """How often each sound is drawn. What is called the same shares the square root of its number, so that a concept with a
    hundred files is drawn ten times as often as one with a single file; ESC-50, whose labels are sure, four times as often, and
    speech, single notes and music less."""
    calls = [sound.label or (sound.source + "/" + sound.name) for sound in sounds]
    count = {}
    for call, wanted in zip(calls, learn):
        count[call] = count.get(call, 0) + bool(wanted)
    found = np.array([count[call] ** -0.5 if wanted else 0.0 for call, wanted in zip(calls, learn)])
    found *= [4.0 if sound.label else 0.2 if sound.source in recipe.SELDOM else 1.0 if sound.concepts else 0.6 for sound in sounds]
    return found / found.sum()
