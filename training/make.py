"""Makes the starter model from a data folder and the model it begins from.

`python make.py --data DATA --start ../models/starter --work WORK --out OUT centre train export figures`. A stopped run goes on from
its checkpoint; `--seconds` is what the main stage may take, on a GPU or a CPU. README.md has the stages.
"""

import argparse
import random
from pathlib import Path

import torch

from starter.making import Making

STAGES = ("text", "centre", "trials", "train", "export", "figures")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="+", choices=STAGES)
    places = parser.add_argument_group("places")
    places.add_argument("--data", type=Path, required=True)
    places.add_argument("--start", type=Path, required=True, help="the model folder to begin from")
    places.add_argument("--work", type=Path, required=True)
    places.add_argument("--out", type=Path, default=Path("made"))
    places.add_argument("--parts", type=Path, help="where weights are written as they come; default: the work folder")
    machine = parser.add_argument_group("the machine")
    machine.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    machine.add_argument("--workers", type=int, default=2, help="processes that decode")
    machine.add_argument("--every", type=int, default=1, help="take each so-manieth sound only, to rehearse")
    budget = parser.add_argument_group("budgets")
    budget.add_argument("--text-seconds", type=float, default=75.0)
    budget.add_argument("--seconds", type=float, default=590.0, help="of the main stage")
    budget.add_argument("--save-every", type=float, default=110.0, help="seconds")
    budget.add_argument("--bank", type=int, default=120, help="batches the first bridge learns from")
    budget.add_argument("--bridge-steps", type=int, default=1_500, help="it learns on beside the student")
    budget.add_argument("--trial-steps", type=int, default=400)
    recipe = parser.add_argument_group("the recipe; the defaults are what made the shipped weights")
    recipe.add_argument("--batch", type=int, default=512)
    recipe.add_argument("--reuse", type=int, default=2, help="steps from each mixture")
    recipe.add_argument("--rate", type=float, default=8e-4)
    recipe.add_argument("--weigh", default="{}", help="other weights of the words' losses, as JSON")
    recipe.add_argument("--recipe", nargs="*", help="names of trials; default: all")
    recipe.add_argument("--temperature", type=float, default=0.03)
    recipe.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    options = read_options()
    random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.benchmark = True
    making = Making(options)
    for stage in options.stages:
        getattr(making, stage)()


if __name__ == "__main__":
    main()
