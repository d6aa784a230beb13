"""Trials of the bridge on sources that it has not heard: which words and weights name unheard classes best.

In: a bank of windows that the teachers heard, and the vocabulary. Out: printed lines. Each trial trains three bridges, each without
one test's sounds: all of ESC-50, both kitchens, and the everyday objects of a sample pack. A test's classes may be known by words,
from YAMNet or from other sources, but none of its recordings is.
"""

import re

import torch

from . import bridge, evaluate
from .targets import Weights

# Of the sample pack only what is no instrument.
PACK = "berklee_olpc"
INSTRUMENTS = re.compile("synth|music|guitar|piano|drum|cymbal|bass|gong|shot|reverb|glitch|chime|kalimba|shaker|sitar|harp")
RECIPES = {
    "shipped": Weights(),
    "as starter 2": Weights(concepts=0.0, categories=0.0),
    "concepts": Weights(concepts=1.0, categories=0.0),
    "concepts, categories": Weights(concepts=1.0),
    "concepts, category names": Weights(concepts=1.0, categories=0.0, ucs=0.5),
    "category names": Weights(concepts=0.0, categories=0.0, ucs=0.5),
    "category names, said x 0.3": Weights(concepts=0.0, categories=0.0, ucs=0.5, said=0.3),
    "category names, yamnet x 2": Weights(concepts=0.0, categories=0.0, ucs=0.5, yamnet=1.0),
    "category names, near x 3": Weights(concepts=0.0, categories=0.0, ucs=0.5, near=1.0),
}


def tests(sounds, lexicon):
    rows = {name: [row for row, sound in enumerate(sounds) if wanted(sound)] for name, wanted in SOURCES.items()}
    objects = [row for row in rows["pack"] if not any(INSTRUMENTS.search(lexicon.concepts[c]) for c in sounds[row].concepts)]
    return [
        (evaluate.of_labels("ESC-50", sounds, rows["esc50"]), rows["esc50"]),
        (evaluate.of_concepts("kitchens", sounds, rows["kitchens"], lexicon), rows["kitchens"]),
        (evaluate.of_concepts("objects", sounds, objects, lexicon, 2), rows["pack"]),
    ]


SOURCES = {
    "esc50": lambda sound: bool(sound.label),
    "kitchens": lambda sound: sound.source.startswith("kitchen"),
    "pack": lambda sound: sound.source == PACK,
}


def run(bank, words, scale, hear_clips, tower, sounds, lexicon, steps: int, names: list[str]) -> None:
    device = bank.mixed.sounds.device
    asked = []
    for test, left_out in tests(sounds, lexicon):
        asked.append((test, bank.without(_mask(left_out, len(sounds), device)), hear_clips(test.rows)))
        print(f"trials: {test.name}: {len(test.rows)} sounds, {len(test.classes)} classes, {len(asked[-1][1])} windows", flush=True)
    for name in names or RECIPES:
        _trial(name, asked, bank, words, scale, tower, steps)


def _mask(rows, count: int, device):
    mask = torch.zeros(count, dtype=torch.bool, device=device)
    mask[rows] = True
    return mask


def _trial(name, asked, bank, words, scale, tower, steps: int) -> None:
    figures = []
    for test, rows, clips in asked:
        trained = bridge.train(bank, words, scale, steps, RECIPES[name], rows)
        with torch.no_grad():
            figures.append(evaluate.zero_shot(test, trained(clips.yamnet, clips.aisfx), tower))
    mean = [sum(column) / len(figures) for column in zip(*figures)]
    shown = " | ".join(f"{first:.1f} {five:.1f}" for first, five in figures)
    print(f"trial {name:30s} {shown} | mean {mean[0]:.1f} {mean[1]:.1f}", flush=True)
