"""The figures: zero-shot over class names, uploader's title to clip, and a linear probe, from vectors alone."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from . import words
from .sources import Sound


def figures(embed, sounds: list[Sound], vectors: np.ndarray, fold: int, without: set[str] = frozenset()) -> dict:
    """Percentages over fold `fold`; `vectors` (sounds, d) has a unit vector a clip; `embed` maps texts to vectors."""
    rows = np.array([row for row, sound in enumerate(sounds) if sound.fold == fold])
    labels = sorted({sound.label for sound in sounds if sound.label})
    found = {"top-1": _zero_shot(embed, sounds, vectors, rows, labels)}
    esc10 = sorted({sound.label for sound in sounds if sound.esc10})
    found["esc-10"] = _zero_shot(embed, sounds, vectors, _with(sounds, rows, esc10), esc10)
    if without:
        unseen = sorted(without)
        found["unseen"] = _zero_shot(embed, sounds, vectors, _with(sounds, rows, unseen), unseen)
    found["title@10"] = _titles(embed, sounds, vectors, rows, 10)
    return {name: round(float(value), 1) for name, value in found.items()}


def _with(sounds, rows, labels):
    return np.array([row for row in rows if sounds[row].label in labels])


def _zero_shot(embed, sounds, vectors, rows, labels) -> float:
    prompts = embed([words.TEMPLATES[0].format(words.class_name(label)) for label in labels])
    best = (vectors[rows] @ prompts.T).argmax(axis=1)
    return 100 * np.mean([labels[place] == sounds[row].label for place, row in zip(best, rows)])


def _titles(embed, sounds, vectors, rows, k: int) -> float:
    """Recall@k of a clip among its fold's by its uploader's title; a recording that was cut into several clips counts as
    found when any of them is."""
    titles = embed([words.clean(sounds[row].words) for row in rows])
    order = np.argsort(-(titles @ vectors[rows].T), axis=1)[:, :k]
    said = np.array([sounds[row].words for row in rows])
    return 100 * np.mean([said[place] in said[order[place]] for place in range(len(rows))])


def probe(sounds: list[Sound], vectors: np.ndarray, fold: int) -> float:
    """Percentage of fold `fold` that a logistic regression on the other folds' vectors names rightly."""
    inside = np.array([row for row, sound in enumerate(sounds) if sound.fold and sound.fold != fold])
    outside = np.array([row for row, sound in enumerate(sounds) if sound.fold == fold])
    labels = np.array([sound.label for sound in sounds])
    head = LogisticRegression(C=10.0, max_iter=2_000).fit(vectors[inside], labels[inside])
    return round(100 * head.score(vectors[outside], labels[outside]), 1)


def temperature(embed, sounds: list[Sound], vectors: np.ndarray, fold: int) -> float:
    """By which a softmax over the classes says of fold `fold` how sure it may be: the least cross-entropy."""
    rows = np.array([row for row, sound in enumerate(sounds) if sound.fold == fold])
    labels = sorted({sound.label for sound in sounds if sound.label})
    cosines = vectors[rows] @ embed([words.TEMPLATES[0].format(words.class_name(label)) for label in labels]).T
    right = np.array([labels.index(sounds[row].label) for row in rows])

    def cross_entropy(scale: float) -> float:
        logits = cosines / scale
        return float(np.mean(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(len(rows)), right]))

    return min((round(0.02 + 0.002 * step, 3) for step in range(60)), key=cross_entropy)
