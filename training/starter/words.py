"""The texts: names of sounds, sentences around them, captions, and enough of the language for words nobody listed.

In: `text/` of the data folder and a WordNet 3.x `dict` folder. Out: `Text` rows of three kinds. Clotho's captions are left
out (non-commercial), as are WavCaps' (academic use only).
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .sources import Sound

# Ways to say "the sound of X". The first is the one that measures and that the product uses when it is given a bare name.
TEMPLATES = (
    "This is a sound of {}.", "{}", "the sound of {}", "a recording of {}", "{} can be heard", "{} in the distance",
    "a close recording of {}", "{} sound effect", "someone recorded {}", "we hear {}", "loud {}", "{} nearby",
    "an audio clip of {}", "I can hear {}", "{} outdoors", "{} in a room", "a short {} sound", "field recording of {}",
)
JOINED = ("{} and {}", "{} with {}", "{} followed by {}", "{} while {} is heard", "{}, then {}", "{} over {}")

# WordNet's lexicographer files of what can sound: acts, animals, artifacts, bodies, events, persons, phenomena.
SOUNDING_FILES = {"04", "05", "06", "08", "11", "18", "19"}
GLOSS_WORDS = range(4, 13)


@dataclass(frozen=True)
class Texts:
    """`names` are bare, `sentences` describe sounds, `language` is the rest."""

    names: list[str]
    sentences: list[str]
    language: list[str]


def read_texts(data: Path, wordnet: Path, sounds: list[Sound], seed: int = 0) -> Texts:
    random = np.random.default_rng(seed)
    names = sound_names(data) + [clean(sound.words) for sound in sounds if sound.trainable and sound.fold != 4]
    names = _once(name for name in names if 1 < len(name) < 80)
    sentences = captions(data) + descriptions(data)
    for _ in range(8):
        for name in names:
            sentences.append(phrase(random, name))
        for first, second in zip(random.permutation(names), random.permutation(names)):
            sentences.append(random.choice(JOINED).format(first.lower(), second.lower()))
    lemmas, glosses = wordnet_texts(wordnet)
    common = random.permutation(lemmas)[: len(lemmas) // 3]
    language = lemmas + glosses + [phrase(random, lemma) for lemma in common]
    return Texts(names, _once(sentences), _once(language))


def phrase(random, name: str) -> str:
    """`name` in a sentence chosen at random."""
    return random.choice(TEMPLATES[1:]).format(name.lower() if random.random() < 0.7 else name)


def clean(words: str) -> str:
    """A file's name or a title as words: no extension, underscores, digits at the end or doubled spaces."""
    words = re.sub(r"\.(wav|mp3|ogg|flac|aiff?)\b", "", words, flags=re.IGNORECASE)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
    words = re.sub(r"[_\-.,;:()\[\]#+~]+", " ", words)
    words = re.sub(r"\b\d+\b", " ", words)
    return re.sub(r"\s+", " ", words).strip()


def class_name(label: str) -> str:
    """An ESC-50 category as words."""
    return label.replace("_", " ")


def yamnet_names(data: Path) -> list[str]:
    with (data / "teachers/yamnet_class_map.csv").open(newline="") as file:
        return [row["display_name"] for row in csv.DictReader(file)]


def sound_names(data: Path) -> list[str]:
    """AudioSet's and VGGSound's classes; a name with synonyms ("Bark, yap") counts as a whole and in its parts."""
    names = yamnet_names(data)
    with (data / "text/audioset/class_labels_indices.csv").open(newline="") as file:
        names += [row["display_name"] for row in csv.DictReader(file)]
    names += [entry["name"] for entry in json.loads((data / "text/audioset/ontology.json").read_text())]
    names += [line.strip() for line in (data / "text/vggsound/labels.txt").read_text().splitlines()]
    return names + [part.strip() for name in names if "," in name for part in name.split(",")]


def descriptions(data: Path) -> list[str]:
    entries = json.loads((data / "text/audioset/ontology.json").read_text())
    return [sentence.strip() for entry in entries for sentence in entry["description"].split(". ") if sentence.strip()]


def captions(data: Path) -> list[str]:
    """AudioCaps' captions, all splits."""
    found = []
    for split in ("train", "val", "test"):
        with (data / f"text/audiocaps/{split}.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                found += [row[key] for key in row if key.startswith("caption") and row[key]]
    return found


def wordnet_texts(folder: Path) -> tuple[list[str], list[str]]:
    """(lemmas, short glosses) of what can sound, and of the nouns and verbs that occur in tagged text."""
    lemmas, glosses = [], []
    for part in ("noun", "verb"):
        for line in (folder / f"data.{part}").read_text().splitlines():
            if line.startswith("  ") or not (part == "verb" or line[9:11] in SOUNDING_FILES):
                continue
            fields = line.split(" ")
            words = [fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16))]
            lemmas += words[:3]
            gloss = line.split("| ", 1)[1].split(";")[0].strip()
            if len(gloss.split()) in GLOSS_WORDS:
                glosses.append(gloss)
        for line in (folder / f"index.{part}").read_text().splitlines():
            fields = line.strip().split(" ")
            tagged = int(fields[-1 - int(fields[2])]) if not line.startswith("  ") else 0
            if tagged:
                lemmas.append(fields[0].replace("_", " "))
    return _once(lemmas), _once(glosses)


def _once(texts) -> list[str]:
    return list(dict.fromkeys(texts))
