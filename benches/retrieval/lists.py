"""Writes the lists of sounds that `auricle eval --search` measures searches on.

In: the data folder that `training/` describes (`esc50/`, `train/`, `more/`, `text/lexicon.csv`). Out: CSV files in a folder.

unheard.csv   ESC-50's clips of folds 1 to 4 that no weights may learn from: the shipped model never heard them
fold4.csv     ESC-50's fold 4: the shipped model heard most of it
held.csv      the sources that the shipped model's last training left out, by the one concept that a name speaks of
names.csv     60 unheard clips under the names of `names.csv` here, in the manner of the Universal Category System, among others'
prompts.txt   a paraphrase for each three of those names
"""

import argparse
import csv
import random
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "training"))
from starter import recipe  # noqa: E402
from starter.lexicon import Lexicon, Namer  # noqa: E402

# Held-out sounds that are among the 20 things which names.csv paraphrases, so that they cannot stand for others.
MEANT = frozenset(
    (
        "hen clucking", "cow mooing", "applause", "car engine", "water flowing", "airplane", "hammer on metal",
        "computer keyboard", "birdsong", "ocean waves", "train horn", "sawing wood", "hand clapping",
    )
)  # fmt: skip
OTHERS = 120


def is_free(licence: str) -> bool:
    """As `starter.sources.is_free`, which needs NumPy."""
    if any(word in licence for word in recipe.OTHER_LICENCES):
        return False
    return licence.startswith(recipe.FREE_LICENCES)


def rows(path: Path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, header: list[str], lines: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
    print(path, len(lines))


def esc50(data: Path, wanted) -> list[list[str]]:
    found = [row for row in rows(data / "esc50/esc50.csv") if wanted(row)]
    return [
        [f"{data}/esc50/{row['file']}", row["category"].replace("_", " "), row["fold"], row["freesound_id"], row["title"]]
        for row in found
    ]


def held_out(data: Path) -> list[list[str]]:
    lexicon = Lexicon.read(data / "text/lexicon.csv")
    namer, found = Namer(lexicon), []
    for folder in ("train", "more"):
        for row in rows(data / folder / f"{folder}.csv"):
            concepts = namer.concepts(namer.clean(row["text"]))
            if len(concepts) == 1 and row["source"] in recipe.HELD_OUT and is_free(row["licence"]):
                found.append([f"{data}/{folder}/{row['file']}", lexicon.concepts[concepts[0]], row["source"]])
    return found


def named(unheard: list[list[str]], held: list[list[str]]) -> list[list[str]]:
    """Three clips of each paraphrased category under its names; the other clips and some held-out sounds under others'."""
    names, draw, found = defaultdict(list), random.Random(1), []
    by_category = defaultdict(list)
    for row in rows(HERE / "names.csv"):
        names[row["category"]].append(row)
    for clip in unheard:
        by_category[clip[1]].append(clip[0])
    for category, clips in sorted(by_category.items()):
        if names[category][0]["prompt"]:
            pairs = zip(draw.sample(clips, 3), names[category], strict=True)
            found += [[clip, category, f"{row['name']}_STK_One"] for clip, row in pairs]
        else:
            name = names[category][0]["name"]
            found += [[clip, "", f"{name} {number}_STK_One"] for number, clip in enumerate(clips, 1)]
    others = draw.sample([row for row in held if row[1] not in MEANT], OTHERS)
    for number, row in enumerate(others):
        found.append([row[0], "", f"{names[''][number % len(names[''])]['name']} {number}_STK_Two"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    unheard = esc50(options.data, lambda row: not is_free(row["licence"]))
    held = held_out(options.data)
    header = ["path", "label", "fold", "source", "title"]
    write(options.out / "unheard.csv", header, unheard)
    write(options.out / "fold4.csv", header, esc50(options.data, lambda row: row["fold"] == "4"))
    write(options.out / "held.csv", ["path", "label", "source"], held)
    write(options.out / "names.csv", ["path", "label", "title"], named(unheard, held))
    prompts = {row["category"]: row["prompt"] for row in rows(HERE / "names.csv") if row["prompt"]}
    lines = [f"{category} = {prompt}\n" for category, prompt in sorted(prompts.items())]
    (options.out / "prompts.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
