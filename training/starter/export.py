"""The towers as one checkpoint in the hub's layout, in f16: what `ClapModel` and `ClapProcessor` load, and the product."""

import csv
import json
import math
import shutil
from pathlib import Path

import torch
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

from . import audio_tower, recipe, text_tower


def export(student: dict, tower: dict, tokenizer: Path, temperature: float, out: Path) -> None:
    """Writes `out`; `student` and `tower` are the state of the audio side (with its heads) and of the text side."""
    model = ClapModel(
        ClapConfig(
            text_config=text_tower.configuration().to_dict(),
            audio_config=audio_tower.configuration().to_dict(),
            projection_dim=recipe.EMBEDDING_DIM,
            projection_hidden_act="relu",
            logit_scale_init_value=1 / temperature,
        )
    )
    state = {name.removeprefix("tower."): value for name, value in student.items() if name.startswith("tower.")}
    scales = {"logit_scale_a": torch.tensor(math.log(1 / temperature)), "logit_scale_t": torch.tensor(math.log(1 / temperature))}
    missing, unexpected = model.load_state_dict({**state, **tower, **scales}, strict=False)
    if missing or unexpected:
        raise ValueError(f"the towers do not make a ClapModel: missing {missing}, unexpected {unexpected}")
    model.half().save_pretrained(out)
    ClapFeatureExtractor(
        feature_size=recipe.MEL_BINS,
        sampling_rate=recipe.RATE_HZ,
        hop_length=recipe.HOP,
        max_length_s=recipe.WINDOW_SECONDS,
        fft_window_size=recipe.FFT,
        frequency_min=recipe.FREQUENCY_MIN,
        frequency_max=recipe.FREQUENCY_MAX,
        truncation="fusion",
        padding="repeatpad",
    ).save_pretrained(out)
    shutil.copy(tokenizer, out / "tokenizer.json")
    special = {"bos": "<s>", "eos": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>", "cls": "<s>", "sep": "</s>"}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": recipe.MAX_TOKENS, "padding_side": "right"}
    settings |= {f"{name}_token": token for name, token in special.items()}
    (out / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def attribute(data: Path, learned: set[str], out: Path) -> None:
    """Writes `ATTRIBUTION.csv`: whose each sound is that the weights learned from (`learned`: files below `data`)."""
    rows = []
    with (data / "esc50/esc50.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            source = f"Freesound {row['freesound_id']}, in ESC-50"
            rows.append((f"esc50/{row['file']}", row["title"], row["author"], source, row["licence"]))
    with (data / "train/train.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            rows.append((f"train/{row['file']}", row["text"], row["source"], row["repository"], row["licence"]))
    with (out / "ATTRIBUTION.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "title", "author", "source", "licence"))
        writer.writerows(row for row in rows if row[0] in learned)
