"""The starter's figures as a user gets them: by the built program, its own front end and its own text tower.

`python measure.py --data DATA --binary ../target/release/auricle --fold 4`. Weights that learned from the fold give figures
that mean nothing; see README.md.
"""

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np

from starter import evaluate
from starter.sources import Sound, listed, unseen_classes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=4)
    parser.add_argument("--unseen", type=int, choices=range(3), help="the ten classes that this variant left out")
    parser.add_argument("--model", default="starter", help="the folder of a variant's export")
    options = parser.parse_args()
    rows = [row for row in listed(options.data) if int(row["fold"])]
    sounds = [
        Sound(row["file"], 0, 0, int(row["fold"]), row["label"], bool(row["esc10"]), row["words"], "", "", True)
        for row in rows
    ]

    def run(arguments: list[str]) -> np.ndarray:
        done = subprocess.run([options.binary, "embed", "--model", options.model, *arguments], stdout=subprocess.PIPE, check=True, text=True)
        return np.array([json.loads(line)["vector"] for line in done.stdout.splitlines()], dtype=np.float32)

    def embed(texts) -> np.ndarray:
        return run([word for text in texts for word in ("--text", text)])

    vectors = run([str(options.data / sound.file) for sound in sounds])
    without = set() if options.unseen is None else set(unseen_classes(sounds)[options.unseen])
    found = evaluate.figures(embed, sounds, vectors, options.fold, without)
    print(f"{options.model}, fold {options.fold}: {found}, probe {evaluate.probe(sounds, vectors, options.fold)}")


if __name__ == "__main__":
    main()
