"""What a window should be called: text vectors and distributions over names, from its sounds' words and YAMNet's scores.

In: a bank, the rows of its sounds, and the text tower's vectors of their words. Out: tensors by window that the bridge and
the audio tower both learn from. A run that leaves out classes leaves out their names here too.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from . import words
from .mixing import Bank
from .sources import Sound

# The product's sentence around a bare name counts for half of a name's vector, so many other ways to say it for the rest.
CLASS_TEMPLATES = 8
FILE_TEMPLATES = 1


@dataclass(frozen=True)
class Vocabulary:
    """`yamnet` (521, d) and `classes` (50 or fewer, d) are name vectors; `labels` names the classes; `label` and `title`
    (sounds, d) are what each sound's label (or file name) and its uploader's words mean; `label_row` is -1 without class."""

    yamnet: torch.Tensor
    classes: torch.Tensor
    labels: list[str]
    label: torch.Tensor
    title: torch.Tensor
    label_row: torch.Tensor

    def to(self, device) -> "Vocabulary":
        return moved(self, device)

    def without(self, left_out: set[str]) -> "Vocabulary":
        """The same, with no trace of some classes."""
        kept = [row for row, label in enumerate(self.labels) if label not in left_out]
        place = torch.full((len(self.labels) + 1,), -1)
        place[kept] = torch.arange(len(kept))
        labels = [self.labels[row] for row in kept]
        return replace(self, classes=self.classes[kept], labels=labels, label_row=place[self.label_row])


def moved(tensors, device):
    """A dataclass with its tensors on `device`."""
    kept = {name: getattr(tensors, name) for name in tensors.__dataclass_fields__}
    return replace(tensors, **{name: value.to(device) for name, value in kept.items() if torch.is_tensor(value)})


def named(embed, names: list[str], others: int) -> np.ndarray:
    """(n, d) unit vectors of names, each the mean over sentences; `embed` maps texts to vectors."""
    lower = [name[0].lower() + name[1:] for name in names]
    out = embed([words.TEMPLATES[0].format(name) for name in lower])
    rest = [embed([template.format(name) for name in lower]) for template in words.TEMPLATES[1 : 1 + others]]
    mixed = 0.5 * out + 0.5 * np.mean(rest, axis=0)
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def vocabulary(embed, data, sounds: list[Sound]) -> Vocabulary:
    labels = sorted({sound.label for sound in sounds if sound.label})
    files = sorted({_title(sound) for sound in sounds if not sound.label})
    titles = sorted({_title(sound) for sound in sounds})
    classes = named(embed, [words.class_name(label) for label in labels], CLASS_TEMPLATES)
    vectors = dict(zip(labels, classes)) | dict(zip(files, named(embed, files, FILE_TEMPLATES)))
    heard = dict(zip(titles, embed(titles)))
    place = {label: row for row, label in enumerate(labels)}
    return Vocabulary(
        torch.from_numpy(named(embed, words.yamnet_names(data), CLASS_TEMPLATES)),
        torch.from_numpy(classes),
        labels,
        torch.from_numpy(np.stack([vectors[sound.label or _title(sound)] for sound in sounds])),
        torch.from_numpy(np.stack([heard[_title(sound)] for sound in sounds])),
        torch.tensor([place.get(sound.label, -1) for sound in sounds]),
    )


def _title(sound: Sound) -> str:
    return words.clean(sound.words) or "sound"


@dataclass(frozen=True)
class Windows:
    """A bank's `embedding` (n, 1024) and `scores` (n, 521, summing to 1), `share` (n, 3) of each of its `sounds` (n, 3), and
    `classes` (n, c): the classes' shares, all zero where no sound has one."""

    embedding: torch.Tensor
    scores: torch.Tensor
    share: torch.Tensor
    sounds: torch.Tensor
    classes: torch.Tensor

    @classmethod
    def of(cls, bank: Bank, vocabulary: Vocabulary) -> "Windows":
        share = torch.from_numpy(10 ** (-bank.level.astype(np.float32) / 20))
        sounds = torch.from_numpy(bank.sounds.astype(np.int64))
        share = share * (sounds >= 0)
        share = share / share.sum(1, keepdim=True).clamp_min(1e-9)
        row = vocabulary.label_row[sounds.clamp_min(0)]
        classes = torch.zeros(len(share), len(vocabulary.labels) + 1)
        classes.scatter_add_(1, torch.where((row < 0) | (sounds < 0), len(vocabulary.labels), row), share)
        heard = cls.hearing(bank)
        return cls(heard.embedding, heard.scores, share, sounds, classes[:, :-1].contiguous())

    @classmethod
    def hearing(cls, bank: Bank) -> "Windows":
        """What the teacher for sound says alone: no shares and no classes."""
        scores = torch.from_numpy(bank.scores.astype(np.float32)) + 1e-5
        nothing = torch.zeros(len(scores), 0)
        embedding = torch.from_numpy(bank.embedding.astype(np.float32))
        return cls(embedding, scores / scores.sum(1, keepdim=True), nothing, nothing.long(), nothing)

    def to(self, device) -> "Windows":
        return moved(self, device)

    def said(self, rows: torch.Tensor, vocabulary: Vocabulary, title_odds: float = 0.4) -> torch.Tensor:
        """(b, d) what could be said of the windows: labels or uploaders' words, the louder the more."""
        sounds = self.sounds[rows].clamp_min(0)
        choice = torch.rand(sounds.shape, device=sounds.device) < title_odds
        vectors = torch.where(choice[..., None], vocabulary.title[sounds], vocabulary.label[sounds])
        mixed = (vectors * self.share[rows][..., None]).sum(1)
        return torch.nn.functional.normalize(mixed, dim=-1)


def usable(bank: Bank, sounds: list[Sound], folds: set[int], without: set[str]) -> np.ndarray:
    """Rows of `bank` all of whose sounds may be trained on: in `folds` (0: not ESC-50), in no class of `without`."""
    allowed = np.array(
        [sound.trainable and (sound.fold in folds or not sound.fold) and sound.label not in without for sound in sounds]
        + [True]
    )
    return np.flatnonzero(allowed[bank.sounds].all(axis=1))
