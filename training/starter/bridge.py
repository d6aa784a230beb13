"""The bridge: a small network from the teachers' embeddings to the text tower's space, which the student then learns to match.

In: what the teachers heard in many windows, and what the sounds in them are called. Out: a unit vector a window.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from . import recipe, targets
from .teachers import Heard
from .vocabulary import Vocabulary

HIDDEN = 768
DROPOUT = 0.25
DECAY = 0.03
RATE = 1e-3
BATCH = 512


class Scale(nn.Module):
    """Standardises each teacher's embedding (YAMNet's by its root) by the statistics of many windows, to unit vectors."""

    def __init__(self, heard: Heard):
        super().__init__()
        root, aisfx = heard.yamnet.float().clamp_min(0).sqrt(), heard.aisfx.float()
        for name, value in (("yamnet", root), ("aisfx", aisfx)):
            self.register_buffer(f"{name}_mean", value.mean(0))
            self.register_buffer(f"{name}_spread", value.std(0).clamp_min(1e-3))

    def forward(self, yamnet, aisfx):
        root = yamnet.float().clamp_min(0).sqrt()
        return (
            F.normalize((root - self.yamnet_mean) / self.yamnet_spread, dim=-1),
            F.normalize((aisfx.float() - self.aisfx_mean) / self.aisfx_spread, dim=-1),
        )


class Bridge(nn.Module):
    def __init__(self, scale: Scale, hidden: int = HIDDEN, dropout: float = DROPOUT):
        super().__init__()
        self.scale = scale
        size = len(scale.yamnet_mean) + len(scale.aisfx_mean)
        self.first, self.second = nn.Linear(size, hidden), nn.Linear(hidden, recipe.EMBEDDING_DIM)
        self.drop = nn.Dropout(dropout)

    def forward(self, yamnet, aisfx):
        # Unit vectors of n values have values of about 1 / sqrt(n); the layers want them of about 1.
        x = torch.cat(self.scale(yamnet, aisfx), 1) * 32
        return F.normalize(self.second(self.drop(F.gelu(self.first(self.drop(x))))), dim=-1)


@dataclass
class Bank:
    """Windows that the teachers have heard, for training bridges on: their embeddings, scores, and sounds."""

    heard: Heard
    mixed: targets.Mixed

    @staticmethod
    def hear(mixer, teachers, batches: int, size: int) -> "Bank":
        parts = []
        for _ in range(batches):
            waves, sounds, shares = mixer.windows(size)
            heard = teachers.hear(waves).half()
            parts.append((heard.yamnet, heard.scores, heard.aisfx, heard.ucs, sounds, shares.half()))
        yamnet, scores, aisfx, ucs, sounds, shares = (torch.cat(part) for part in zip(*parts))
        return Bank(Heard(yamnet, scores, aisfx, [], ucs), targets.Mixed(sounds, shares))

    def __len__(self) -> int:
        return len(self.mixed.sounds)

    def without(self, left_out):
        """The rows with none of the sounds that `left_out` (a mask over sounds) marks."""
        marked = left_out[self.mixed.sounds.clamp_min(0)] & (self.mixed.sounds >= 0)
        return (~marked.any(1)).nonzero()[:, 0]


def train(bank: Bank, words: Vocabulary, scale: Scale, steps: int, weights=targets.Weights(), rows=None, **shape) -> Bridge:
    """A bridge, after `steps` steps on `rows` of the bank."""
    device = bank.mixed.sounds.device
    rows = torch.arange(len(bank), device=device) if rows is None else rows
    bridge = Bridge(scale, **shape).to(device).train()
    optimiser = torch.optim.AdamW(bridge.parameters(), RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, max(steps, 2))
    for _ in range(steps):
        pick = rows[torch.randint(len(rows), (BATCH,), device=device)]
        heard = bank.heard
        vectors = bridge(heard.yamnet[pick], heard.aisfx[pick])
        mixed = targets.Mixed(bank.mixed.sounds[pick], bank.mixed.shares[pick])
        loss, _ = targets.word_loss(words, vectors, heard.scores[pick], heard.ucs[pick], mixed, weights)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return bridge.eval()
