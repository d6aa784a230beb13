"""The bridge: YAMNet's embedding of a window to the shared space, a small network trained in a minute.

It is the audio tower's teacher: it hears as YAMNet hears and speaks as the text tower speaks.
"""

import torch
from torch import nn
from torch.nn import functional

from .targets import Vocabulary, Windows
from .yamnet import WIDTH

TEMPERATURE = 0.07
HIDDEN = 1_024


class Bridge(nn.Module):
    """(n, 1024) YAMNet embeddings to (n, d) unit vectors."""

    def __init__(self, dim: int):
        super().__init__()
        self.norm = nn.BatchNorm1d(WIDTH, affine=False)
        self.first = nn.Linear(WIDTH, HIDDEN)
        self.drop = nn.Dropout(0.3)
        self.second = nn.Linear(HIDDEN, dim)

    def forward(self, embedding: torch.Tensor) -> torch.Tensor:
        scaled = self.norm(embedding.clamp_min(0).sqrt())
        hidden = self.drop(functional.gelu(self.first(self.drop(scaled))))
        return functional.normalize(self.second(hidden), dim=-1)


def name_loss(out: torch.Tensor, windows: Windows, rows: torch.Tensor, vocabulary: Vocabulary) -> torch.Tensor:
    """Cross-entropies of the names' similarities: the classes of the sounds, and YAMNet's scores over its own names."""
    by_class = (out @ vocabulary.classes.T / TEMPERATURE).log_softmax(-1)
    by_yamnet = (out @ vocabulary.yamnet.T / TEMPERATURE).log_softmax(-1)
    classes = -(windows.classes[rows] * by_class).sum(-1).mean()
    return classes + 0.5 * -(windows.scores[rows] * by_yamnet).sum(-1).mean()


def said_loss(out: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
    """What is said of a window against what is said of the batch's others, with the cosine to it."""
    logits = out @ said.T / TEMPERATURE
    wanted = (said @ said.T / TEMPERATURE).softmax(-1)
    return -(wanted * logits.log_softmax(-1)).sum(-1).mean() * 0.5 + 2 * (1 - (out * said).sum(-1)).mean()


def train_bridge(windows: Windows, vocabulary: Vocabulary, steps: int = 2_500, batch: int = 256, seed: int = 0) -> Bridge:
    torch.manual_seed(seed)
    bridge = Bridge(vocabulary.classes.shape[1])
    optimizer = torch.optim.AdamW(bridge.parameters(), lr=1e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, steps)
    for _ in range(steps):
        rows = torch.randint(len(windows.embedding), (batch,))
        out = bridge(windows.embedding[rows])
        loss = name_loss(out, windows, rows, vocabulary) + said_loss(out, windows.said(rows, vocabulary))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return bridge.eval()
