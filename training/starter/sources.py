"""The data folder as rows, and its sounds as one array of 16-bit samples at the model's rate.

In: the folder that `--data` names (`esc50/`, `train/`). Out: `sounds.npy` (int16, all sounds end to end) and `sounds.csv`
(one row a sound: where it lies, its fold, class, words, licence). Sounds whose licence would not let the weights be shared
are kept for measuring (`trainable = 0`) and never for training.
"""

import csv
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from . import recipe


@dataclass(frozen=True)
class Sound:
    """One row: `start` and `length` in samples of `sounds.npy`; `fold` 0 and no `label` outside ESC-50."""

    file: str
    start: int
    length: int
    fold: int
    label: str
    esc10: bool
    words: str
    source: str
    licence: str
    trainable: bool


def is_free(licence: str) -> bool:
    """Whether weights that learned from a sound under `licence` may be CC BY-SA 4.0."""
    if any(word in licence for word in recipe.OTHER_LICENCES):
        return False
    return any(licence.startswith(word) for word in recipe.FREE_LICENCES)


def read_sounds(data: Path, work: Path) -> tuple[list[Sound], np.ndarray]:
    """The rows and the samples; made on the first call, read afterwards."""
    table, samples = work / "sounds.csv", work / "sounds.npy"
    if not table.exists():
        _decode_all(data, table, samples)
    with table.open(newline="") as file:
        rows = [_sound(row) for row in csv.DictReader(file)]
    return rows, np.load(samples, mmap_mode="r")


def _sound(row: dict) -> Sound:
    return Sound(
        row["file"], int(row["start"]), int(row["length"]), int(row["fold"]), row["label"], row["esc10"] == "1",
        row["words"], row["source"], row["licence"], row["trainable"] == "1",
    )


def _decode_all(data: Path, table: Path, samples: Path) -> None:
    rows, pieces, start = [], [], 0
    for row in listed(data):
        path = data / row["file"]
        try:
            piece = decode(path)
        except soundfile.LibsndfileError as error:
            print(f"left out: {path}: {error.error_string}")
            continue
        if len(piece) < recipe.RATE_HZ // 100:
            print(f"left out: {path} holds {len(piece)} samples")
            continue
        rows.append({**row, "start": start, "length": len(piece)})
        pieces.append(piece)
        start += len(piece)
    np.save(samples, np.concatenate(pieces))
    unfinished = table.with_suffix(".part")
    with unfinished.open("w", newline="") as file:
        writer = csv.DictWriter(file, Sound.__dataclass_fields__.keys())
        writer.writeheader()
        writer.writerows(rows)
    unfinished.rename(table)


def listed(data: Path):
    """Every sound of the data folder, as a row of the table."""
    with (data / "esc50/esc50.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "file": f"esc50/{row['file']}", "fold": row["fold"], "label": row["category"],
                "esc10": int(row["esc10"] == "True"), "words": row["title"], "source": f"esc50/{row['author']}",
                "licence": row["licence"], "trainable": int(is_free(row["licence"])),
            }
    with (data / "train/train.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield {
                "file": f"train/{row['file']}", "fold": 0, "label": "", "esc10": 0, "words": row["text"],
                "source": row["source"], "licence": row["licence"], "trainable": int(is_free(row["licence"])),
            }


def unseen_classes(sounds: list[Sound]) -> list[list[str]]:
    """Three disjoint tens of ESC-50's classes, drawn once, for the variants that leave them out."""
    labels = sorted({sound.label for sound in sounds if sound.label})
    drawn = [str(label) for label in np.random.default_rng(10).permutation(labels)]
    return [sorted(drawn[10 * seed : 10 * (seed + 1)]) for seed in range(3)]


def decode(path: Path) -> np.ndarray:
    """The sound at `path`, mono, at the model's rate, as int16."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if rate != recipe.RATE_HZ:
        shared = gcd(rate, recipe.RATE_HZ)
        mono = resample_poly(mono, recipe.RATE_HZ // shared, rate // shared).astype(np.float32)
    return (np.clip(mono, -1, 1) * 32767).round().astype(np.int16)
