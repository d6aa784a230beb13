"""What a vector of a window should be near to, from the names of the sounds in it and from the teachers' classes.

In: unit vectors of windows, which sounds are in them, and what the teachers heard. Out: losses. The bridge and the student share
them.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from . import recipe
from .vocabulary import Vocabulary

# Scores of YAMNet under this are noise.
FAINT = 0.02


@dataclass(frozen=True)
class Weights:
    """Of the parts of `word_loss`. Those of starter 2's run, but for the last three: three trials of the bridge on sources left
    out (README.md) found concepts at 1 to cost, and categories to make up for it."""

    yamnet: float = 0.5
    labels: float = 1.0
    said: float = 1.0
    near: float = 0.3
    concepts: float = 0.3
    ucs: float = 0.0
    categories: float = 0.5


@dataclass
class Mixed:
    """Which sounds are in b windows (b, 3), -1 where there is none, and their shares (b, 3)."""

    sounds: torch.Tensor
    shares: torch.Tensor

    def weights(self, worth):
        """(b, 3): shares, times what each sound's name is worth."""
        return self.shares.float() * worth[self.sounds.clamp_min(0)] * (self.sounds >= 0)


def against(vectors, names, wanted, temperature: float = recipe.TAU):
    """Cross-entropy of the softmax over `names`, with `wanted` (b, n) as what each name should get; rows of zeros count nothing."""
    return -(wanted * (vectors @ names.T / temperature).log_softmax(-1)).sum(1).mean()


def said(words: Vocabulary, mixed: Mixed):
    """What the sounds in each window are called, blended: (b, d)."""
    weights = mixed.weights(words.worth)
    return F.normalize((words.said[mixed.sounds.clamp_min(0)] * weights[..., None]).sum(1), dim=-1)


def word_loss(words: Vocabulary, vectors, scores, ucs, mixed: Mixed, weights: Weights):
    """The sum of the parts, and each part for the log."""
    parts = {}
    likely = scores.float().clamp_min(FAINT) - FAINT + 1e-6
    parts["yamnet"] = against(vectors, words.yamnet, likely / likely.sum(1, keepdim=True))
    share = mixed.weights(words.worth)
    label = words.label_of[mixed.sounds.clamp_min(0)]
    if len(words.labels):
        wanted = F.one_hot(label.clamp_min(0), len(words.labels)) * (share * (label >= 0))[..., None]
        parts["labels"] = against(vectors, words.labels, wanted.sum(1))
    called = said(words, mixed)
    alike = (called @ called.T / recipe.TAU).softmax(-1)
    parts["said"] = 0.5 * against(vectors, called, alike) + 2 * (1 - (vectors * called).sum(-1)).mean()
    parts["near"] = against(vectors, words.concepts, (called @ words.concepts.T / recipe.TAU).softmax(-1))
    parts["concepts"] = against(vectors, words.concepts, (words.concepts_of[mixed.sounds.clamp_min(0)] * share[..., None]).sum(1))
    if weights.ucs or weights.categories:
        likely = ucs.float() * (words.in_ucs.sum(1) > 0)
        likely = likely / likely.sum(1, keepdim=True).clamp_min(1e-6)
        parts["ucs"] = against(vectors, words.ucs, likely) if weights.ucs else torch.zeros(())
        parts["categories"] = _category_loss(words, vectors, likely)
    total = sum(getattr(weights, name) * value for name, value in parts.items() if getattr(weights, name))
    return total, parts


def _category_loss(words: Vocabulary, vectors, likely):
    """The softmax over concepts, summed within each category of UCS, against the categories that aiSFX hears."""
    concepts = (vectors @ words.concepts.T / recipe.TAU).softmax(-1)
    belongs = words.in_ucs / words.in_ucs.sum(0).clamp_min(1)
    return -(likely * (concepts @ belongs.T + 1e-5).log()).sum(1).mean()
