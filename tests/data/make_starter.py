"""Makes `expected/starter.safetensors`: what Python `transformers` computes with `models/starter`.

In: `models/starter` and the signals here. Out: the unit vectors of clips and prompts, from `ClapModel.from_pretrained` and
`ClapProcessor.from_pretrained` in f32. Run it again whenever the weights change: `python make_starter.py`.
"""

from pathlib import Path

import numpy as np
import torch
from fixture_signals import signal
from make_fixtures import PROMPTS, crop_starts, middle, unit
from safetensors.torch import save_file
from transformers import ClapModel, ClapProcessor

STARTER = Path(__file__).resolve().parents[2] / "models" / "starter"
EXPECTED = Path(__file__).resolve().parent / "expected" / "starter.safetensors"

# Samples at 32 kHz, so that a window is 160,000: shorter, whole, one sample longer, and many times as long. A clip's seed is
# its length.
CLIPS = (1_000, 30_000, 160_000, 160_001, 200_000, 1_000_000)


def main() -> None:
    model = ClapModel.from_pretrained(STARTER, dtype=torch.float32).eval()
    processor = ClapProcessor.from_pretrained(STARTER)
    found = {}
    with torch.inference_mode():
        for length in CLIPS:
            with crop_starts(middle, []):
                features, longer = processor.feature_extractor._get_input_mel(
                    signal(length, length), processor.feature_extractor.nb_max_samples, "fusion", "repeatpad"
                )
            mel = torch.from_numpy(np.ascontiguousarray(features, dtype=np.float32))[None]
            pooled = model.audio_model(input_features=mel, is_longer=torch.tensor([[longer]])).pooler_output
            found[f"clip/{length}"] = unit(model.audio_projection(pooled))[0]
        for place, prompt in enumerate(PROMPTS):
            tokens = processor.tokenizer([prompt], return_tensors="pt", truncation=True, max_length=77)
            pooled = model.text_model(**tokens).pooler_output
            found[f"prompt/{place}"] = unit(model.text_projection(pooled))[0]
    save_file({name: vector.contiguous() for name, vector in found.items()}, EXPECTED)


if __name__ == "__main__":
    main()
