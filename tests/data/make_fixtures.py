"""Makes every fixture under tests/data: tiny seeded CLAP checkpoints and what Python `transformers` computes with them.

Owns: the expected results in `expected/`. In: nothing but the seeds here and in `fixture_checkpoints.py`. Out: the same bytes
on every run (on one kind of CPU; float kernels may round differently on another). It will not download anything. Run with
the pinned versions of README.md: `python make_fixtures.py`.
"""

import copy
import json
import os
import shutil
import warnings
from contextlib import contextmanager
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
from fixture_checkpoints import (
    CHECKPOINTS,
    build_tokenizer,
    configs,
    feature_extractor,
    load_checkpoint,
    randomise,
    save_checkpoint,
)
from fixture_signals import RATE_HZ, WINDOW, checksum, signal, synthetic_mel
from safetensors.torch import save_file
from transformers import ClapModel
from transformers.utils import logging

EXPECTED = Path(__file__).resolve().parent / "expected"

# Only every 23rd frame of an expected mel is stored, and every 97th value of a hidden state: both are coprime to every
# period in the data, so that all phases of the hop, all channels and all windows are sampled.
FRAME_STRIDE = 23
HIDDEN_STRIDE = 97
# LAION truncates prompts to 77 tokens.
MAX_TOKENS = 77

# name -> number of samples. The seed of a clip is its place in this list.
CLIPS = {
    "0.3s": 14_400,
    "5s": 240_000,
    "10s": 480_000,
    "10.005s": 480_240,
    "10.02s": 480_960,
    "17s": 816_000,
    "61s": 2_928_000,
}

PROMPTS = [
    "a",
    "",
    "This is a sound of a dog.",
    "rain on a tin roof, far away",
    "Ünïcödé: 雨の音 🐕‍🦺🎻 naïve café",
    "  leading and   many  spaces\tand\na line break ",
    "an engine that will not start " * 20,
    "This is a sound of glass breaking.",
]

ZERO_SHOT_LABELS = ["dog", "rain", "sea_waves", "crying baby"]
ZERO_SHOT_TEMPLATE = "This is a sound of {}."


# --- expected features --------------------------------------------------------------------------------------------------


@contextmanager
def crop_starts(choose, drawn: list):
    """Within, the reference picks crop starts with `choose(range)`; each pick is appended to `drawn`."""
    original = np.random.choice

    def choice(candidates):
        start = int(choose(np.asarray(candidates)))
        drawn.append(start)
        return start

    np.random.choice = choice
    try:
        yield
    finally:
        np.random.choice = original


def fused_features(extractor, samples, choose) -> tuple[torch.Tensor, bool, list[int]]:
    """[1, 4, 1001, 64], is_longer without the reference's random quirk, and the starts (empty where nothing was cropped)."""
    drawn = []
    with crop_starts(choose, drawn):
        mel, longer = extractor._get_input_mel(samples, WINDOW, "fusion", "repeatpad")
    return torch.from_numpy(np.ascontiguousarray(mel, dtype=np.float32))[None], longer, drawn


def middle(candidates):
    """Our deterministic start: the element at len / 2 of each third."""
    return candidates[len(candidates) // 2]


def seeded_draw(seed: int):
    generator = np.random.RandomState(seed)
    return generator.choice


def windows(len_samples: int) -> list[tuple[int, int, float]]:
    """(start, end, weight) of the excerpts whose weighted mean stands for a long sound with `rand_trunc`."""
    if len_samples <= WINDOW:
        return [(0, len_samples, 1.0)]
    whole = [(k * WINDOW, (k + 1) * WINDOW, 1.0) for k in range(len_samples // WINDOW)]
    tail = len_samples % WINDOW
    return whole + ([(len_samples - WINDOW, len_samples, tail / WINDOW)] if tail else [])


def unfused_features(extractor, samples) -> torch.Tensor:
    """[1, 1, 1001, 64] of an excerpt no longer than the window."""
    mel, longer = extractor._get_input_mel(samples, WINDOW, "rand_trunc", "repeatpad")
    assert not longer
    return torch.from_numpy(np.ascontiguousarray(mel, dtype=np.float32))[None]


def all_features(tensors: dict, manifest: dict) -> dict:
    """Features of every clip for both banks; strided copies go to `tensors`, facts to `manifest`, whole ones are returned."""
    fused, unfused = feature_extractor(True), feature_extractor(False)
    features = {"fused": {}, "unfused": {}}
    for seed, (name, len_samples) in enumerate(CLIPS.items()):
        samples = signal(len_samples, seed)
        ours, longer, our_starts = fused_features(fused, samples, middle)
        facts = {"len_samples": len_samples, "seed": seed, "is_longer": longer, "starts_ours": our_starts}
        features["fused"][name] = {"ours": (ours, longer)}
        stored = ours if longer else ours[:, :1]
        assert longer or all(torch.equal(ours[0, 0], ours[0, c]) for c in range(4))
        tensors[f"fused/{name}/ours"] = stored[0, :, ::FRAME_STRIDE].contiguous()
        if longer:
            drawn, _, facts["starts_drawn"] = fused_features(fused, samples, seeded_draw(seed))
            features["fused"][name]["drawn"] = (drawn, True)
            tensors[f"fused/{name}/drawn"] = drawn[0, :, ::FRAME_STRIDE].contiguous()
        facts["windows"] = windows(len_samples)
        parts = [unfused_features(unfused, samples[start:end]) for start, end, _ in facts["windows"]]
        features["unfused"][name] = (parts, [weight for _, _, weight in facts["windows"]])
        tensors[f"unfused/{name}"] = torch.stack([part[0, 0, ::FRAME_STRIDE] for part in parts])
        manifest["clips"][name] = facts
    return features


def full_resolution(tensors: dict, manifest: dict) -> None:
    """Every frame of a 0.9 s clip in a 1 s window, for both banks and all three ways of padding."""
    len_samples, seed = 43_210, 11
    manifest["full_resolution"] = {"len_samples": len_samples, "seed": seed, "max_length_s": 1}
    samples = signal(len_samples, seed)
    quarter = samples[: len_samples // 4]
    for truncation, extractor in (("fusion", feature_extractor(True)), ("rand_trunc", feature_extractor(False))):
        for padding in ("repeatpad", "repeat", "pad"):
            clip = samples if padding == "repeatpad" else quarter
            mel, _ = extractor._get_input_mel(clip, RATE_HZ, truncation, padding)
            stride = 1 if padding == "repeatpad" else FRAME_STRIDE
            tensors[f"full/{truncation}/{padding}"] = torch.from_numpy(np.ascontiguousarray(mel[0][::stride], np.float32))


def mel_banks(tensors: dict) -> None:
    """Both filter banks, [513, 64] transposed to [64, 513], for the bins that are not zero: (mel, fft, value) rows."""
    extractor = feature_extractor(True)
    for name, bank in (("htk", extractor.mel_filters), ("slaney", extractor.mel_filters_slaney)):
        dense = bank.T
        mel, fft = np.nonzero(dense)
        rows = np.stack([mel.astype(np.float64), fft.astype(np.float64), dense[mel, fft]], axis=1)
        tensors[f"bank/{name}"] = torch.from_numpy(np.ascontiguousarray(rows))


# --- expected results of the model --------------------------------------------------------------------------------------


def unit(x: torch.Tensor) -> torch.Tensor:
    return x / x.norm(p=2, dim=-1, keepdim=True)


def embed_audio(model, features, is_longer: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """(pooled [hidden], unit embedding [projection]) of one clip by itself."""
    pooled = model.audio_model(input_features=features, is_longer=torch.tensor([[is_longer]])).pooler_output
    return pooled[0], unit(model.audio_projection(pooled))[0]


def audio_hidden_states(model, tensors: dict, prefix: str, features, is_longer: bool) -> None:
    """Strided outputs of each step of the audio tower, row-major [tokens, channels]."""
    encoder = model.audio_model.audio_encoder
    seen = {}

    def keep(key, pick=lambda output: output):
        return lambda _module, _inputs, output: seen.__setitem__(key, pick(output))

    hooks = [
        encoder.patch_embed.register_forward_pre_hook(lambda _module, inputs: seen.__setitem__("image", inputs[0])),
        encoder.patch_embed.register_forward_hook(keep("patch_embed")),
        encoder.norm.register_forward_hook(keep("norm")),
    ]
    for i, stage in enumerate(encoder.layers):
        for j, block in enumerate(stage.blocks):
            hooks.append(block.register_forward_hook(keep(f"stage{i}.block{j}", lambda output: output[0])))
        hooks.append(stage.register_forward_hook(keep(f"stage{i}", lambda output: output[0])))
    pooled, embedding = embed_audio(model, features, is_longer)
    for hook in hooks:
        hook.remove()
    for key, value in seen.items():
        tensors[f"{prefix}/{key}"] = value.flatten()[::HIDDEN_STRIDE].clone()
    tensors[f"{prefix}/pooled"] = pooled
    tensors[f"{prefix}/embedding"] = embedding


def expect_given_mel(model, tensors: dict) -> None:
    """Synthetic mels: nothing of the front end can hide a fault of the tower here, nor the reverse."""
    is_fused = model.config.audio_config.enable_fusion
    for seed in range(2):
        mel = synthetic_mel(4 if is_fused else 1, seed)
        for is_longer in (False, True) if is_fused else (False,):
            case = ("longer" if is_longer else "short") if is_fused else "plain"
            audio_hidden_states(model, tensors, f"mel/{seed}/{case}", mel, is_longer)


def expect_clips(model, tensors: dict, features: dict) -> dict[str, torch.Tensor]:
    """Embedding of every clip; returns the one that stands for the clip."""
    if model.config.audio_config.enable_fusion:
        return expect_fused_clips(model, tensors, features["fused"])
    clips = {}
    for name, (parts, weights) in features["unfused"].items():
        vectors = torch.stack([embed_audio(model, part, False)[1] for part in parts])
        total = (vectors.double() * torch.tensor(weights, dtype=torch.float64)[:, None]).sum(0)
        clips[name] = unit(total).float()
        tensors[f"clip/{name}/windows"] = vectors
        tensors[f"clip/{name}/embedding"] = clips[name]
    return clips


def expect_fused_clips(model, tensors: dict, features: dict) -> dict[str, torch.Tensor]:
    clips = {}
    for name, variants in features.items():
        for starts, (mel, longer) in variants.items():
            for is_longer in (False, True):
                case = "longer" if is_longer else "short"
                _, embedding = embed_audio(model, mel, is_longer)
                tensors[f"clip/{name}/{starts}/{case}"] = embedding
                if starts == "ours" and is_longer == longer:
                    clips[name] = embedding
        tensors[f"clip/{name}/embedding"] = clips[name].clone()
    return clips


def expect_text(model, tokenizer, tensors: dict) -> None:
    """Every prompt alone and all of them in one padded batch."""

    def encode(prompts):
        return tokenizer(prompts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")

    def put(prefix, tokens):
        output = model.text_model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        tensors[f"{prefix}/input_ids"] = tokens["input_ids"]
        tensors[f"{prefix}/attention_mask"] = tokens["attention_mask"]
        tensors[f"{prefix}/last_hidden_state"] = output.last_hidden_state
        tensors[f"{prefix}/pooler_output"] = output.pooler_output
        tensors[f"{prefix}/text_embeds"] = unit(model.text_projection(output.pooler_output))

    for i, prompt in enumerate(PROMPTS):
        put(f"text/{i}", encode([prompt]))
    put("text/batch", encode(PROMPTS))
    # A padded row's hidden states are only meaningful where its mask is 1; the tests compare nothing else.


def expect_zero_shot(model, tokenizer, tensors: dict, clips: dict) -> None:
    prompts = [ZERO_SHOT_TEMPLATE.format(label.replace("_", " ")) for label in ZERO_SHOT_LABELS]
    tokens = tokenizer(prompts, padding=True, return_tensors="pt")
    text = unit(model.text_projection(model.text_model(**tokens).pooler_output))
    audio = torch.stack(list(clips.values()))
    logits = audio @ text.T * model.logit_scale_a.exp()
    tensors["zero_shot/text_embeds"] = text
    tensors["zero_shot/logits_per_audio"] = logits
    tensors["zero_shot/logits_per_text"] = text @ audio.T * model.logit_scale_t.exp()
    tensors["zero_shot/probabilities"] = logits.softmax(-1)
    tensors["logit_scale_a_exp"] = model.logit_scale_a.exp().reshape(1)
    tensors["logit_scale_t_exp"] = model.logit_scale_t.exp().reshape(1)


def assert_every_tensor_matters(name: str, model, tokenizer) -> None:
    """Damages each tensor in turn: an engine that swapped or missed it must fail the bar of 1e-6 by far."""
    is_fused = model.config.audio_config.enable_fusion
    mel = synthetic_mel(4 if is_fused else 1, 0)
    tokens = tokenizer([PROMPTS[3]], return_tensors="pt")

    def vectors():
        audio = embed_audio(model, mel, is_fused)[1]
        return torch.cat([audio, unit(model.text_projection(model.text_model(**tokens).pooler_output))[0]]).double()

    healthy = vectors()
    for key, tensor in model.state_dict().items():
        # A key's bias adds the same to all scores of a query, so the softmax cannot see it.
        if not tensor.is_floating_point() or key.endswith("key.bias") or key.startswith("logit_scale"):
            continue
        kept = tensor.clone()
        tensor.copy_(kept.flatten().flip(0).reshape(kept.shape) if kept.shape[0] > 1 else -kept)
        distance = (vectors() - healthy).norm().item() ** 2 / 2
        tensor.copy_(kept)
        assert distance > 3e-6, f"{name}: {key} hardly matters ({distance:.1e})"


def write_expected(name: str, tensors: dict) -> None:
    contiguous = {key: value.detach().clone().contiguous() for key, value in sorted(tensors.items())}
    save_file(contiguous, EXPECTED / f"{name}.safetensors")


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.filterwarnings("ignore")
    for folder in (CHECKPOINTS, EXPECTED):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    tokenizer = build_tokenizer()
    for seed, (name, config) in enumerate(configs(tokenizer).items()):
        model = ClapModel(config)
        randomise(model, seed)
        if name == "tiny":
            save_checkpoint("tiny-sharded", model, tokenizer, form="sharded", constants="left out")
            save_checkpoint("tiny-bin", model, tokenizer, form="bin")
            save_checkpoint("tiny-bf16", copy.deepcopy(model), tokenizer, dtype=torch.bfloat16, constants="left out")
            save_checkpoint("tiny-f16", model, tokenizer, dtype=torch.float16, constants="left out")
        elif name == "width128":
            save_checkpoint(name, model, tokenizer, dtype=torch.bfloat16, constants="left out")
        else:
            save_checkpoint(name, model, tokenizer, constants="kept" if name == "fused" else "left out")

    tensors = {}
    manifest = {
        "frame_stride": FRAME_STRIDE,
        "hidden_stride": HIDDEN_STRIDE,
        "max_tokens": MAX_TOKENS,
        "prompts": PROMPTS,
        "zero_shot": {"labels": ZERO_SHOT_LABELS, "template": ZERO_SHOT_TEMPLATE, "clips": list(CLIPS)},
        "checkpoints": sorted(folder.name for folder in CHECKPOINTS.iterdir()),
        "clips": {},
        "signal_checksums": {name: checksum(signal(length, seed)) for seed, (name, length) in enumerate(CLIPS.items())},
        "mel_checksums": [int((synthetic_mel(4, seed).double() * 256).sum().item()) for seed in range(2)],
    }
    features = all_features(tensors, manifest)
    full_resolution(tensors, manifest)
    mel_banks(tensors)
    write_expected("features", tensors)

    for name in manifest["checkpoints"]:
        model = load_checkpoint(name)
        if not name.startswith("tiny"):
            assert_every_tensor_matters(name, model, tokenizer)
        tensors = {}
        expect_given_mel(model, tensors)
        clips = expect_clips(model, tensors, features)
        expect_text(model, tokenizer, tensors)
        expect_zero_shot(model, tokenizer, tensors, clips)
        write_expected(name, tensors)
        stacked = torch.stack(list(clips.values()))
        print(name, "mutual cosines of the clips", (stacked @ stacked.T).min().item())
    (EXPECTED / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
