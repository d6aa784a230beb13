"""The small RoBERTa: its tokenizer, and its distillation from MiniLM into the shared space.

It has MiniLM's shape and starts from MiniLM's layers; what it has of its own is a byte-level BPE vocabulary (each new token
starts as the mean of MiniLM's vectors for the same letters), a pooler on the first token and a projection.
"""

import math
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoModel, ClapTextConfig, ClapTextModelWithProjection

from . import minilm, recipe

BATCH = 192
RATE = 4e-4
WARM_UP = 200
# Temperature of the batch's similarities, whose order a tower must keep beside the vectors themselves.
TEMPERATURE = 0.07


def train_tokenizer(texts, path: Path) -> Tokenizer:
    """A lower-casing byte-level BPE whose special tokens have RoBERTa's ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=recipe.VOCABULARY,
            min_frequency=2,
            special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.enable_truncation(recipe.MAX_TOKENS)
    tokenizer.save(str(path))
    return tokenizer


def configuration() -> ClapTextConfig:
    return ClapTextConfig(
        vocab_size=recipe.VOCABULARY,
        hidden_size=recipe.TEXT_WIDTH,
        num_hidden_layers=recipe.TEXT_LAYERS,
        num_attention_heads=recipe.TEXT_HEADS,
        intermediate_size=recipe.TEXT_INTERMEDIATE,
        max_position_embeddings=recipe.MAX_TOKENS + 3,
        type_vocab_size=1,
        layer_norm_eps=1e-12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        projection_dim=recipe.EMBEDDING_DIM,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )


def fresh_tower(tokenizer: Tokenizer) -> ClapTextModelWithProjection:
    """The tower with MiniLM's layers and the vocabulary spelled in MiniLM's vectors."""
    tower = ClapTextModelWithProjection(configuration())
    teacher = AutoModel.from_pretrained(minilm.FOLDER)
    inner = tower.text_model
    inner.encoder.load_state_dict(teacher.encoder.state_dict())
    source = teacher.embeddings
    with torch.no_grad():
        target = inner.embeddings
        target.LayerNorm.load_state_dict(source.LayerNorm.state_dict())
        target.token_type_embeddings.weight.copy_(source.token_type_embeddings.weight[:1])
        target.position_embeddings.weight[2:].copy_(source.position_embeddings.weight[: recipe.MAX_TOKENS + 1])
        target.word_embeddings.weight.copy_(_spelled(tokenizer, source.word_embeddings.weight))
        inner.pooler.dense.weight.copy_(torch.eye(recipe.TEXT_WIDTH) * 0.5)
        inner.pooler.dense.bias.zero_()
    return tower


def _spelled(tokenizer: Tokenizer, vectors: torch.Tensor) -> torch.Tensor:
    pieces = Tokenizer.from_file(str(minilm.FOLDER / "tokenizer.json"))
    pieces.no_padding()
    vocabulary = pieces.get_vocab()
    special = {0: "[CLS]", 1: "[PAD]", 2: "[SEP]", 3: "[UNK]", 4: "[MASK]"}
    out = torch.empty(recipe.VOCABULARY, vectors.shape[1])
    for token in range(recipe.VOCABULARY):
        text = tokenizer.decode([token], skip_special_tokens=False)
        within = not text.startswith(" ") and token not in special
        ids = [vocabulary[special[token]]] if token in special else None
        if within and f"##{text}" in vocabulary:
            ids = [vocabulary[f"##{text}"]]
        ids = ids or pieces.encode(text.strip(), add_special_tokens=False).ids or [vocabulary["[UNK]"]]
        out[token] = vectors[ids].mean(0)
    return out


class Batches:
    """Token ids by row, with a batch's texts of like length."""

    def __init__(self, tokenizer: Tokenizer, texts: list[str]):
        self.ids = [np.array(encoded.ids) for encoded in tokenizer.encode_batch(texts)]
        self.lengths = np.array([len(ids) for ids in self.ids])

    def shuffled(self, random, rows: np.ndarray):
        """Batches of `rows` in random order; rows of about one length travel together."""
        order = rows[np.argsort(self.lengths[rows] + random.uniform(0, 2, len(rows)))]
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        for index in random.permutation(len(batches)):
            yield batches[index]

    def padded(self, rows: np.ndarray) -> dict:
        width = self.lengths[rows].max()
        ids = np.ones((len(rows), width), dtype=np.int64)
        for place, row in enumerate(rows):
            ids[place, : self.lengths[row]] = self.ids[row]
        ids = torch.from_numpy(ids).to(recipe.DEVICE)
        return {"input_ids": ids, "attention_mask": (ids != 1).long()}


def distil(tower, tokenizer, texts, targets, weights, epochs: float, folder: Path, seed: int = 0, seconds: float = 1e9):
    """Trains `tower` so that its unit vectors are `targets`; `weights` is how often a text occurs an epoch (0.5: half)."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    batches = Batches(tokenizer, texts)
    tower.to(recipe.DEVICE)
    goal = torch.from_numpy(targets.astype(np.float32)).to(recipe.DEVICE)
    steps = int(epochs * weights.sum() / BATCH)
    optimizer = torch.optim.AdamW(_groups(tower), lr=RATE, betas=(0.9, 0.98))
    checkpoint, step = folder / "text.checkpoint", 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False, map_location=recipe.DEVICE)
        tower.load_state_dict(saved["tower"])
        optimizer.load_state_dict(saved["optimizer"])
        step, random = saved["step"], saved["random"]
    tower.train()
    began, ran = time.time(), []
    while step < steps:
        drawn = np.repeat(np.arange(len(texts)), np.floor(weights + random.random(len(texts))).astype(int))
        for rows in batches.shuffled(random, drawn):
            for group in optimizer.param_groups:
                group["lr"] = group["scale"] * RATE * _share(step, steps)
            with torch.autocast(recipe.DEVICE.type, torch.bfloat16):
                out = tower(**batches.padded(rows)).text_embeds
            loss, cosine = _loss(out.float(), goal[torch.from_numpy(rows).to(recipe.DEVICE)])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            ran.append(cosine)
            step += 1
            if step % 100 == 0:
                print(f"text: step {step} of {steps}, cosine {np.mean(ran):.4f}, {time.time() - began:.0f} s", flush=True)
                ran = []
            if step % 500 == 0 or step == steps:
                state = {"tower": tower.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "random": random}
                torch.save(state, checkpoint.with_suffix(".part"))
                checkpoint.with_suffix(".part").rename(checkpoint)
            if step == steps:
                break
    tower.eval()
    return tower


def _groups(tower) -> list[dict]:
    """What is new learns four times faster than what comes from MiniLM."""
    fresh = [p for name, p in tower.named_parameters() if "pooler" in name or "projection" in name]
    names = {id(p) for p in fresh}
    rest = [p for p in tower.parameters() if id(p) not in names]
    return [{"params": rest, "scale": 0.6}, {"params": fresh, "scale": 2.0}]


def _share(step: int, steps: int) -> float:
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return max(0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / max(1, steps - WARM_UP))), 0.01)


def _loss(out: torch.Tensor, goal: torch.Tensor):
    out = torch.nn.functional.normalize(out, dim=-1)
    cosine = (out * goal).sum(-1).mean()
    wanted = (goal @ goal.T / TEMPERATURE).softmax(-1)
    order = torch.nn.functional.kl_div((out @ goal.T / TEMPERATURE).log_softmax(-1), wanted, reduction="batchmean")
    return 1 - cosine + 0.3 * order, cosine.item()


@torch.inference_mode()
def embed(tower, tokenizer, texts: list[str]) -> np.ndarray:
    """(n, 384) f32 unit vectors of `texts`."""
    tower.to(recipe.DEVICE)
    batches = Batches(tokenizer, texts)
    order = np.argsort(batches.lengths, kind="stable")
    out = np.empty((len(texts), recipe.EMBEDDING_DIM), dtype=np.float32)
    for start in range(0, len(texts), BATCH):
        rows = order[start : start + BATCH]
        out[rows] = torch.nn.functional.normalize(tower(**batches.padded(rows)).text_embeds, dim=-1).cpu().numpy()
    return out
