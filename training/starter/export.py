"""The towers as one checkpoint in the hub's layout, in f16: what `ClapModel` and `ClapProcessor` load, and the product."""

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
