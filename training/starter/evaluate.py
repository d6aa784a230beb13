"""The figures, from vectors alone: zero-shot over class names, and the lexicon's texts found among its concepts.

In: unit vectors of sounds and of names. Out: percentages. What is measured on which sounds is said by `Test`s.
"""

from dataclasses import dataclass

import numpy as np
import torch

from . import recipe
from .lexicon import Lexicon
from .sources import Sound
from .text_tower import TextTower


@dataclass(frozen=True)
class Test:
    """`rows` of the sounds; `answers[i]` is the place in `classes` of `rows[i]`."""

    name: str
    rows: list[int]
    classes: list[str]
    answers: list[int]


def of_labels(name: str, sounds: list[Sound], rows, classes: list[str] | None = None) -> Test:
    """ESC-50's `classes`, or as many of them as `rows` have."""
    return _test(name, [(row, sounds[row].label) for row in rows if sounds[row].label], classes)


def of_concepts(name: str, sounds: list[Sound], rows, lexicon: Lexicon, at_least: int = 1) -> Test:
    """The concepts that `rows` are called by, of sounds whose name speaks of exactly one; a class has `at_least` so many sounds."""
    called = [(row, lexicon.concepts[sounds[row].concepts[0]]) for row in rows if len(sounds[row].concepts) == 1]
    names = [name for _, name in called]
    return _test(name, [(row, concept) for row, concept in called if names.count(concept) >= at_least])


def _test(name: str, called: list[tuple[int, str]], classes: list[str] | None = None) -> Test:
    classes = sorted(classes or {concept for _, concept in called})
    return Test(name, [row for row, _ in called], classes, [classes.index(concept) for _, concept in called])


def zero_shot(test: Test, vectors, tower: TextTower) -> tuple[float, float]:
    """Percent of `vectors` (a row a row of the test) whose class is the nearest, and among the five nearest."""
    cosines = vectors @ tower.embed([recipe.TEMPLATES[0].format(name) for name in test.classes]).T
    answers = torch.tensor(test.answers, device=cosines.device)
    nearest = cosines.topk(min(5, len(test.classes)), 1).indices == answers[:, None]
    return 100 * nearest[:, 0].float().mean().item(), 100 * nearest.any(1).float().mean().item()


def shown(test: Test, vectors, tower: TextTower) -> str:
    """All figures of a test, as a line of the log."""
    first, five = zero_shot(test, vectors, tower)
    each, ears = by_class(test, vectors, tower), centroid(test, vectors)
    asked = f"{test.name} ({len(test.rows)} sounds, {len(test.classes)} classes)"
    return f"{asked} {first:.1f} {five:.1f}, by class {each:.1f}, centroid {ears:.1f}"


def by_class(test: Test, vectors, tower: TextTower) -> float:
    """Mean over the classes of the percentage named rightly, so that a class of many sounds counts as one of few."""
    cosines = vectors @ tower.embed([recipe.TEMPLATES[0].format(name) for name in test.classes]).T
    answers = torch.tensor(test.answers, device=cosines.device)
    right = (cosines.argmax(1) == answers).float()
    return 100 * float(np.mean([right[answers == place].mean().item() for place in sorted(set(test.answers))]))


def centroid(test: Test, vectors) -> float:
    """Percent named rightly by the nearest mean of the other sounds' vectors: what the ears alone tell apart. Classes of one sound
    are left out."""
    answers = torch.tensor(test.answers, device=vectors.device)
    sums = torch.zeros(len(test.classes), vectors.shape[1], device=vectors.device).index_add_(0, answers, vectors)
    counts = torch.bincount(answers, minlength=len(test.classes))
    several = (counts > 1)[answers]
    scores = vectors @ torch.nn.functional.normalize(sums, dim=-1).T
    own = torch.nn.functional.normalize(sums[answers] - vectors, dim=-1)
    scores[torch.arange(len(vectors)), answers] = (vectors * own).sum(-1)
    return 100 * (scores.argmax(1) == answers)[several].float().mean().item()


def lexicon_figure(lexicon: Lexicon, tower: TextTower) -> float:
    """Percent of the lexicon's texts (concepts themselves among them) whose nearest concept is theirs."""
    concepts = tower.embed(lexicon.concepts)
    nearest = (tower.embed(lexicon.texts) @ concepts.T).argmax(1).cpu().numpy()
    return 100 * float(np.mean(nearest == np.array(lexicon.of)))


def temperature(test: Test, vectors, tower: TextTower) -> float:
    """By which a softmax over the test's classes says how sure it may be: the least cross-entropy."""
    cosines = vectors @ tower.embed([recipe.TEMPLATES[0].format(name) for name in test.classes]).T
    answers = torch.tensor(test.answers, device=cosines.device)
    tried = [round(0.02 + 0.002 * step, 3) for step in range(60)]
    return min(tried, key=lambda t: torch.nn.functional.cross_entropy(cosines / t, answers).item())
