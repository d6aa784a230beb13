"""What is known in words, as vectors: concepts, classes, and what each sound is called.

In: the text tower, the lexicon and the sounds. Out: `Vocabulary`, tensors on the device, of which the losses are made.
"""

import csv
from pathlib import Path

import torch
import torch.nn.functional as F

from .lexicon import Lexicon
from .sources import Sound
from .teachers import UCS
from .text_tower import TextTower

# A single note says less about everyday sounds than about its instrument; its name counts half.
NOTES = frozenset(("philharmonia", "gm_synth", "fsdk_instruments"))


class Vocabulary:
    """`concepts` (c, d), `yamnet` (521, d), `labels` (l, d), `ucs` (82, d: the mean of each category's concepts) and `in_ucs` (82, c);
    a row a sound: `said` (n, d), `label_of` (n), -1 outside ESC-50, `concepts_of` (n, c) whose rows sum to 1 or 0, `worth` (n)."""

    def __init__(self, tower: TextTower, lexicon: Lexicon, sounds: list[Sound], data: Path, device):
        self.label_names = sorted({sound.label for sound in sounds if sound.label})
        classes = yamnet_names(data)
        self.concepts = tower.named(lexicon.concepts)
        self.yamnet = tower.named([name[0].lower() + name[1:] for name in classes])
        self.labels = tower.named(self.label_names) if self.label_names else torch.zeros(0, 384, device=device)
        self.in_ucs = in_categories(lexicon).to(device)
        self.ucs = F.normalize(self.in_ucs @ self.concepts / self.in_ucs.sum(1, keepdim=True).clamp_min(1), dim=-1)
        number = {name: place for place, name in enumerate(self.label_names)}
        self.label_of = torch.tensor([number.get(sound.label, -1) for sound in sounds], device=device)
        calls = sorted({sound.label or sound.name or "sound" for sound in sounds})
        place = {call: row for row, call in enumerate(calls)}
        vectors = tower.named(calls, others=1)
        self.said = vectors[torch.tensor([place[sound.label or sound.name or "sound"] for sound in sounds], device=device)]
        self.concepts_of = concept_rows(sounds, len(lexicon.concepts)).to(device)
        self.worth = torch.tensor([0.5 if sound.source in NOTES else 1.0 for sound in sounds], device=device)


def yamnet_names(data: Path) -> list[str]:
    with (data / "teachers/yamnet_class_map.csv").open(newline="") as file:
        return [row["display_name"] for row in csv.DictReader(file)]


def in_categories(lexicon: Lexicon):
    """1 where a concept belongs to a category of UCS, as the lexicon's `ucs` texts ("DOORS-GLASS") say: (82, concepts)."""
    found = torch.zeros(len(UCS), len(lexicon.concepts))
    for text, kind, concept in zip(lexicon.texts, lexicon.kinds, lexicon.of):
        if kind == "ucs":
            said = text.lower().replace("-", " ")
            for place, category in enumerate(UCS):
                if said.startswith(category.split(" &")[0]):
                    found[place, concept] = 1
    found[UCS.index("archived")] = 0  # what a library keeps, not what sounds
    return found


def concept_rows(sounds: list[Sound], concepts: int):
    found = torch.zeros(len(sounds), concepts)
    for row, sound in enumerate(sounds):
        if sound.concepts:
            found[row, list(sound.concepts)] = 1 / len(sound.concepts)
    return found
