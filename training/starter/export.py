"""The towers as one checkpoint in the hub's layout, in f16: what `ClapModel` and `ClapProcessor` load, and the product."""

import csv
import json
import math
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

from . import audio_tower, recipe, sources

# A file of weights on its way between machines is kept under this.
PART_BYTES = 15 << 20


def save_parts(state: dict, folder: Path, name: str) -> None:
    """Writes `state` in f16 as `name.0.safetensors` and so on, none larger than `PART_BYTES`, each whole or not there."""
    parts, size = [{}], 0
    for key, value in sorted(state.items()):
        if not value.dtype.is_floating_point:
            continue
        value = value.detach().half().cpu().contiguous().clone()
        if size + value.nbytes > PART_BYTES:
            parts.append({})
            size = 0
        parts[-1][key] = value
        size += value.nbytes
    for number, part in enumerate(parts):
        save_file(part, folder / f"{name}.{number}.part")
        (folder / f"{name}.{number}.part").rename(folder / f"{name}.{number}.safetensors")


def load_parts(folder: Path, name: str) -> dict:
    found = {}
    for path in sorted(folder.glob(f"{name}.*.safetensors")):
        found |= load_file(path)
    return found


def export(audio: dict, start: Path, temperature: float, out: Path) -> None:
    """Writes `out`: the audio side `audio`, and the text side and tokenizer of the model folder `start`."""
    before = ClapModel.from_pretrained(start, dtype=torch.float32)
    model = ClapModel(
        ClapConfig(
            text_config=before.config.text_config.to_dict(), audio_config=audio_tower.configuration().to_dict(),
            projection_dim=recipe.EMBEDDING_DIM, projection_hidden_act="relu", logit_scale_init_value=1 / temperature,
        )
    )  # fmt: skip
    kept = {name: value for name, value in before.state_dict().items() if name.startswith("text_")}
    scale = torch.tensor(math.log(1 / temperature))
    state = kept | {name: value.float() for name, value in audio.items()}
    missing, unexpected = model.load_state_dict(state | {"logit_scale_a": scale, "logit_scale_t": scale}, strict=False)
    missing = [name for name in missing if not name.endswith(("relative_position_index", "num_batches_tracked"))]
    if missing or unexpected:
        raise ValueError(f"the towers do not make a ClapModel: missing {missing}, unexpected {unexpected}")
    model.half().save_pretrained(out)
    copy_front_end(start, out)


def copy_front_end(start: Path, out: Path) -> None:
    """The tokenizer of `start`, and what makes mels of samples."""
    ClapFeatureExtractor(
        feature_size=recipe.MEL_BINS, sampling_rate=recipe.RATE_HZ, hop_length=recipe.HOP, max_length_s=recipe.WINDOW_SECONDS,
        fft_window_size=recipe.FFT, frequency_min=recipe.FREQUENCY_MIN, frequency_max=recipe.FREQUENCY_MAX,
        truncation="fusion", padding="repeatpad",
    ).save_pretrained(out)  # fmt: skip
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if (start / name).resolve() != (out / name).resolve():
            shutil.copyfile(start / name, out / name)


def attribute(data: Path, out: Path) -> int:
    """Writes `ATTRIBUTION.csv`: whose each sound is that the weights learned from, or began from weights that did."""
    rows = []
    for folder, table in (("esc50", "esc50.csv"), ("train", "train.csv"), ("more", "heard.csv")):
        with (data / folder / table).open(newline="") as file:
            for row in csv.DictReader(file):
                if folder == "more" or sources.is_free(row["licence"]):
                    rows.append(_credit(folder, row))
    with (out / "ATTRIBUTION.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "title", "author", "source", "licence"))
        writer.writerows(rows)
    return len(rows)


def list_heard(data: Path, out: Path) -> int:
    """Writes `heard.json`: the recordings that the weights learned from, by their numbers at freesound.org where they have any."""
    with (data / "esc50" / "esc50.csv").open(newline="") as file:
        heard = {int(row["freesound_id"]) for row in csv.DictReader(file) if sources.is_free(row["licence"])}
    (out / "heard.json").write_text(json.dumps({"freesound": sorted(heard)}, separators=(",", ":")) + "\n")
    return len(heard)


def _credit(folder: str, row: dict) -> tuple:
    if folder == "esc50":
        return f"esc50/{row['file']}", row["title"], row["author"], f"Freesound {row['freesound_id']}, in ESC-50", row["licence"]
    return f"{folder}/{row['file']}", row["text"], row.get("author") or row["source"], row["repository"], row["licence"]
