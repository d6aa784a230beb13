"""Tiny seeded CLAP checkpoints in the hub's layout.

Owns: their tokenizer, shapes, random weights and files under `checkpoints/`. In: seeds. Out: folders, and models loaded
from them. What the models compute is none of this file's business.
"""

import json
from pathlib import Path

import numpy as np
import torch
from fixture_signals import BINS, HOP, RATE_HZ, WINDOW
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    ClapAudioConfig,
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    ClapTextConfig,
    RobertaTokenizer,
)

CHECKPOINTS = Path(__file__).resolve().parent / "checkpoints"

CORPUS = """
this is a sound of a dog barking. this is a sound of rain. this is a sound of sea waves. this is a sound of glass
breaking on the floor. a crying baby in the next room, and an engine that will not start. thunder rolls far away while
rain falls on a tin roof. birds sing in the early morning; a rooster answers. a clock ticks, a door creaks, someone
walks on gravel with heavy footsteps. the crowd claps and laughs, a church bell rings, a train passes with a long horn.
water drops into a sink, the keyboard clicks, a mouse clicks, a vacuum cleaner hums, a helicopter hovers above. fire
crackles, wind howls, insects buzz, frogs croak, cows moo, sheep bleat, a cat purrs and then hisses. an airplane takes
off, a siren wails, fireworks explode, a chainsaw cuts wood, a hand saw too. somebody snores, sneezes, coughs, breathes,
drinks, brushes teeth. pouring water, washing machine, can opening, door knock, toilet flush, crackling fire.
""".strip().split("\n")


def build_tokenizer() -> RobertaTokenizer:
    """A byte-level BPE of RoBERTa's kind, trained on the sentences above."""
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(CORPUS, vocab_size=600, min_frequency=2, special_tokens=special, show_progress=False)
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    return RobertaTokenizer(vocab=model["vocab"], merges=merges, model_max_length=512)




def base_config(tokenizer, audio: dict, text: dict, projection_dim: int) -> ClapConfig:
    audio = {
        "num_mel_bins": BINS,
        "spec_size": 256,
        "patch_size": 4,
        "patch_stride": [4, 4],
        "window_size": 8,
        "num_hidden_layers": len(audio["depths"]),
        "hidden_size": audio["patch_embeds_hidden_size"] * 2 ** (len(audio["depths"]) - 1),
        **audio,
    }
    text = {"vocab_size": len(tokenizer), "max_position_embeddings": 90, "type_vocab_size": 1, **text}
    return ClapConfig(
        text_config=ClapTextConfig(**text).to_dict(),
        audio_config=ClapAudioConfig(**audio).to_dict(),
        projection_dim=projection_dim,
    )


def configs(tokenizer) -> dict[str, ClapConfig]:
    small_text = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 96}
    return {
        # LAION's fused file has enable_fusion true and fusion_type null.
        "fused": base_config(
            tokenizer,
            {
                "patch_embeds_hidden_size": 12,
                "depths": [2, 2, 2, 1],
                "num_attention_heads": [2, 4, 8, 16],
                "enable_fusion": True,
                "fusion_type": None,
                "aff_block_r": 4,
            },
            small_text,
            projection_dim=48,
        ),
        "unfused": base_config(
            tokenizer,
            {
                "patch_embeds_hidden_size": 10,
                "depths": [1, 2, 3, 1],
                "num_attention_heads": [1, 4, 5, 10],
                "mlp_ratio": 2.0,
            },
            {**small_text, "layer_norm_eps": 1e-5, "num_hidden_layers": 2},
            projection_dim=40,
        ),
        # Two stages, and an epsilon for the blocks that differs from the 1e-5 of the fixed layer norms around them.
        "width128": base_config(
            tokenizer,
            {
                "patch_embeds_hidden_size": 128,
                "depths": [2, 1],
                "num_attention_heads": [4, 8],
                "mlp_ratio": 1.0,
                "layer_norm_eps": 1e-2,
            },
            {**small_text, "layer_norm_eps": 1e-3, "num_hidden_layers": 1},
            projection_dim=32,
        ),
        "tiny": base_config(
            tokenizer,
            {"patch_embeds_hidden_size": 8, "depths": [1, 1, 2, 1], "num_attention_heads": [2, 2, 4, 4], "mlp_ratio": 2.0},
            {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32},
            projection_dim=24,
        ),
    }


def random_tensor(name: str, like: torch.Tensor, rng: np.random.Generator) -> np.ndarray:
    """Values for one tensor, none of them left at what a default initialisation would give."""
    shape = tuple(like.shape)
    normal = rng.standard_normal(shape)
    if name.startswith("logit_scale"):
        return np.log(12.0) + 0.3 * normal
    if name.endswith("running_mean"):
        return (-45.0 + 6.0 * normal) if "encoder.batch_norm" in name else 0.3 * normal
    if name.endswith("running_var"):
        spread = np.exp(0.3 * normal)
        return 300.0 * spread if "encoder.batch_norm" in name else spread
    is_norm = any(part in name.lower() for part in ("norm", ".1.", ".2.", ".4.", ".5.")) and len(shape) == 1
    if is_norm and name.endswith("weight"):
        return 1.0 + 0.3 * normal
    if name.endswith("bias"):
        return 0.2 * normal
    if name.endswith("relative_position_bias_table"):
        return normal
    if "embeddings" in name:
        return 0.7 * normal
    fan_in = int(np.prod(shape[1:]))
    gain = 2.0 if any(part in name for part in ("query", "key")) else 1.3
    return gain * normal / np.sqrt(fan_in)


def randomise(model: ClapModel, seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    with torch.no_grad():
        for name, tensor in sorted(model.state_dict().items()):
            if tensor.is_floating_point():
                tensor.copy_(torch.from_numpy(np.asarray(random_tensor(name, tensor, rng))))


def feature_extractor(is_fused: bool) -> ClapFeatureExtractor:
    """The front end with the keys that LAION's files have, also those that the class ignores."""
    return ClapFeatureExtractor(
        feature_size=BINS,
        sampling_rate=RATE_HZ,
        hop_length=HOP,
        max_length_s=WINDOW // RATE_HZ,
        fft_window_size=1024,
        frequency_min=50,
        frequency_max=14_000,
        truncation="fusion" if is_fused else "rand_trunc",
        padding="repeatpad",
        chunk_length_s=10,
        n_fft=1024,
        processor_class="ClapProcessor",
    )


def save_checkpoint(name: str, model: ClapModel, tokenizer, dtype=torch.float32, form="safetensors", constants="kept") -> None:
    """Writes a folder in the hub's layout. `constants` "left out" drops the integer buffers that some hub files lack."""
    folder = CHECKPOINTS / name
    model = model.to(dtype)
    state = {k: v for k, v in model.state_dict().items() if constants == "kept" or v.is_floating_point()}
    if form == "bin":
        folder.mkdir()
        model.config.save_pretrained(folder)
        torch.save(state, folder / "pytorch_model.bin")
    else:
        model.save_pretrained(folder, state_dict=state, max_shard_size="100KB" if form == "sharded" else "1GB")
    feature_extractor(model.config.audio_config.enable_fusion).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def load_checkpoint(name: str) -> ClapModel:
    """The reference computes in f32 whatever the file holds, and with the plain attention."""
    folder = CHECKPOINTS / name
    if (folder / "pytorch_model.bin").exists():
        model = ClapModel(ClapConfig.from_pretrained(folder, attn_implementation="eager"))
        model.load_state_dict(torch.load(folder / "pytorch_model.bin", weights_only=True))
        return model.float().eval()
    return ClapModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
