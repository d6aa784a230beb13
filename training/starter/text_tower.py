"""The text tower: sentences to unit vectors, and its tuning on the lexicon.

In: a model folder in the hub's layout. Out: vectors (n, 384). Tuning teaches it that other ways to say a concept mean that
concept, and holds what it says of all other texts where it was.
"""

import copy
import math
import random
import time
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import recipe
from .lexicon import Lexicon

# Tokens of the longest text worth reading in training.
LONGEST = 40
# A step of tuning reads so many texts of the lexicon, of everything else, and of captions with their concepts.
LEXICON_BATCH, OTHER_BATCH, CAPTION_BATCH = 256, 256, 64
RATE = 2e-4
# A concept is where the untuned tower puts it (twice) and its synonyms (each this much), together.
SYNONYM = 0.35
# Of the losses; at these the tower drifted by 0.023 on all other texts while 97.5 % of the lexicon's came to lie by their concept.
HOLD, CAPTIONS, TELL_APART = 3.0, 0.7, 0.5


class TextTower(nn.Module):
    def __init__(self, clap, tokenizer, device):
        super().__init__()
        self.model, self.projection = copy.deepcopy(clap.text_model), copy.deepcopy(clap.text_projection)
        self.tokenizer, self.device = tokenizer, device
        self.to(device)

    def forward(self, texts: list[str]):
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt").to(self.device)
        pooled = self.model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]).pooler_output
        return F.normalize(self.projection(pooled).float(), dim=-1)

    @torch.no_grad()
    def embed(self, texts, batch: int = 512):
        """(n, 384), in batches of texts of about the same length."""
        texts = list(texts)
        order = np.argsort([len(text) for text in texts])
        vectors = torch.empty(len(texts), recipe.EMBEDDING_DIM, device=self.device)
        for first in range(0, len(texts), batch):
            rows = order[first : first + batch]
            vectors[torch.as_tensor(rows, device=self.device)] = self([texts[row] for row in rows])
        return vectors

    def named(self, names, others: int = 4):
        """The vector of each name: half the hub's template, half the mean of `others` more."""
        names = list(names)
        found = 0.5 * self.embed([recipe.TEMPLATES[0].format(name) for name in names])
        for template in recipe.TEMPLATES[1 : 1 + others]:
            found = found + 0.5 / others * self.embed([template.format(name) for name in names])
        return F.normalize(found, dim=-1)


@dataclass
class Lessons:
    """Texts to tune on: the lexicon's, `captions` with the places of their concepts, and `others`, which should stay where they are."""

    lexicon: Lexicon
    captions: list[str]
    caption_concepts: list[list[int]]
    others: list[str]


def tune(tower: TextTower, lessons: Lessons, seconds: float) -> None:
    """Moves other ways to say a concept to that concept, for `seconds`, and holds all other texts."""
    lexicon = lessons.lexicon
    tower.eval()
    concepts = _concept_targets(tower, lexicon)
    stay = tower.embed(lessons.others)
    caption_targets = torch.stack([F.normalize(concepts[held].sum(0), dim=-1) for held in lessons.caption_concepts])
    texts, answers = lexicon.texts + lexicon.concepts, torch.tensor(lexicon.of + list(range(len(lexicon.concepts))))
    optimiser = torch.optim.AdamW(tower.parameters(), RATE, weight_decay=0.01)
    begun, step = time.time(), 0
    tower.train()
    while (done := (time.time() - begun) / seconds) < 1:
        optimiser.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 50) * (0.5 * (1 + math.cos(math.pi * done)) + 0.01)
        said, other = torch.randint(len(texts), (LEXICON_BATCH,)), torch.randint(len(lessons.others), (OTHER_BATCH,))
        caption = torch.randint(len(lessons.captions), (CAPTION_BATCH,))
        read = [_somehow(texts[place]) for place in said] + [lessons.others[place] for place in other]
        vectors = tower(read + [lessons.captions[place] for place in caption])
        meant = concepts[answers[said]]
        first, second, third = vectors.split([LEXICON_BATCH, OTHER_BATCH, CAPTION_BATCH])
        near = (meant @ concepts.T / recipe.TAU).softmax(-1)
        apart = F.kl_div((first @ concepts.T / recipe.TAU).log_softmax(-1), near, reduction="batchmean")
        loss = 2 * _distance(first, meant) + TELL_APART * apart
        loss = loss + HOLD * _distance(second, stay[other]) + CAPTIONS * _distance(third, caption_targets[caption])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimiser.step()
        step += 1
    tower.eval()
    print(f"text tower: {step} steps, drift {_distance(tower.embed(lessons.others), stay):.3f}", flush=True)


def _concept_targets(tower: TextTower, lexicon: Lexicon):
    hand = [(text, place) for text, kind, place in zip(lexicon.texts, lexicon.kinds, lexicon.of) if kind == "synonym"]
    found = 2 * tower.embed(lexicon.concepts)
    places = torch.tensor([place for _, place in hand], device=found.device)
    return F.normalize(found.index_add_(0, places, SYNONYM * tower.embed([text for text, _ in hand])), dim=-1)


def _somehow(text: str) -> str:
    """Half of the time as it is, else in a sentence."""
    return random.choice(recipe.TEMPLATES).format(text) if random.random() < 0.5 else text


def _distance(vectors, meant):
    return 1 - (vectors * meant).sum(-1).mean()
