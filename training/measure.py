"""The starter's figures as a user gets them: by the built program, with its own front end and text tower.

`python measure.py --data DATA --binary ../target/release/auricle [--model FOLDER]`. Measured on what the weights here have not heard: the
clips of ESC-50 whose licences don't let weights learn from them, and the sources that `recipe.HELD_OUT` names (the weights that training
began from had heard those; README.md says what that means).
"""

import argparse
import csv
import json
import subprocess
from pathlib import Path

import torch

from starter import evaluate
from starter.lexicon import Lexicon
from starter.sources import Sound, is_free, listed


class Program:
    """The built program as a text tower and as ears."""

    def __init__(self, binary: Path, model: str):
        self.command = [binary, "embed", "--model", model]

    def run(self, arguments: list[str]):
        done = subprocess.run([*self.command, *arguments], stdout=subprocess.PIPE, check=True, text=True)
        return torch.tensor([json.loads(line)["vector"] for line in done.stdout.splitlines()])

    def hear(self, data: Path, sounds: list[Sound]):
        return self.run([str(data / sound.file) for sound in sounds])

    def embed(self, texts):
        return self.run([word for text in texts for word in ("--text", text)])


def kept_apart(data: Path) -> tuple[list[Sound], list[str]]:
    """ESC-50's clips that nothing learned from, and all its classes."""
    with (data / "esc50/esc50.csv").open(newline="") as file:
        rows = [row | {"category": row["category"].replace("_", " ")} for row in csv.DictReader(file)]
    apart = [row for row in rows if not is_free(row["licence"])]
    sounds = [Sound(f"esc50/{row['file']}", "esc50", row["title"], row["category"], int(row["fold"]), False, ()) for row in apart]
    return sounds, list({row["category"] for row in rows})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--model", default="starter", help="a model folder")
    options = parser.parse_args()
    lexicon = Lexicon.read(options.data / "text/lexicon.csv")
    apart, classes = kept_apart(options.data)
    held = [sound for sound in listed(options.data, lexicon) if sound.held_out]
    by_label = evaluate.of_labels("ESC-50, kept apart", apart, range(len(apart)), classes)
    program = Program(options.binary, options.model)
    vectors = program.hear(options.data, [apart[row] for row in by_label.rows])
    print(evaluate.shown(by_label, vectors, program))
    print(f"temperature {evaluate.temperature(by_label, vectors, program)}")
    by_concept = evaluate.of_concepts("held out", held, range(len(held)), lexicon)
    print(evaluate.shown(by_concept, program.hear(options.data, [held[row] for row in by_concept.rows]), program))


if __name__ == "__main__":
    main()
