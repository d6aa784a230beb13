"""Which banks there are: `other` (no ESC-50), `folds` (folds 1 to 3 with some of the other sounds), `fold4` (what the final
weights learn from besides), and `clips`, every ESC-50 clip as the model hears it, for measuring and as clean examples."""

from collections import defaultdict
from pathlib import Path

import numpy as np

from .mixing import Bank, hear_clip, make_shards, read_bank
from .sources import Sound
from .yamnet import YamNet

SHARDS = {"other": 16, "folds": 40, "fold4": 12}
SEEDS = {"other": 1, "folds": 2, "fold4": 3}


def pools(name: str, sounds: list[Sound]) -> list[tuple[float, np.ndarray]]:
    """(weight, rows) a pool. A source weighs as the root of its number of sounds, so that no sample pack outweighs all."""
    by_source, by_fold = defaultdict(list), defaultdict(list)
    for row, sound in enumerate(sounds):
        if sound.trainable:
            (by_fold[sound.fold] if sound.fold else by_source[sound.source]).append(row)
    other = [(len(rows) ** 0.5, np.array(rows)) for rows in by_source.values()]
    total = sum(weight for weight, _ in other)
    other = [(weight / total, rows) for weight, rows in other]
    if name == "other":
        return other
    folds = [(1 / 3, np.array(by_fold[fold])) for fold in (1, 2, 3)]
    shares = [(0.75, folds), (0.25, other)]
    if name == "fold4":
        shares = [(0.5, [(1.0, np.array(by_fold[4]))]), (0.35, folds), (0.15, other)]
    return [(share * weight, rows) for share, part in shares for weight, rows in part]


def make_bank(name: str, work: Path, sounds: list[Sound], samples: np.ndarray, teacher: YamNet) -> None:
    if name == "clips":
        return _make_clips(work / "banks/clips.npz", sounds, samples, teacher)
    make_shards(work / "banks" / name, SHARDS[name], SEEDS[name], sounds, samples, pools(name, sounds), teacher)


def read(name: str, work: Path) -> Bank:
    if name == "clips":
        return Bank(**np.load(work / "banks/clips.npz"))
    return read_bank(work / "banks" / name, SHARDS[name])


def _make_clips(path: Path, sounds: list[Sound], samples: np.ndarray, teacher: YamNet) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    heard = []
    for row, sound in enumerate(sounds):
        if sound.fold:
            clip = hear_clip(samples[sound.start : sound.start + sound.length], teacher)
            clip["sounds"][0], clip["level"][0] = row, 0
            heard.append(clip)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(file, **{name: np.stack([clip[name] for clip in heard]) for name in Bank.__dataclass_fields__})
    unfinished.rename(path)
    print(f"clips: {len(heard)}", flush=True)
