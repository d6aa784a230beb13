"""Full-size parity: LAION's shapes with random weights, this engine against Python `transformers`, on the same files.

In: a built `auricle` (first argument; default target/release/auricle). Out: a Markdown table of the worst cosine and the
largest difference for each checkpoint, then seconds of audio embedded a second by both in interleaved rounds, on as many
threads as the machine has. Exits with 1 where a bar is missed. Run it in a virtual environment made from
`tests/data/requirements.txt` plus `soundfile`:

    python benches/parity/full_size.py [--rounds 3] [path/to/auricle]

Crops of long clips start where the engine starts them, because the reference draws them at random.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "data"))

import fixture_checkpoints as checkpoints
import make_fixtures as fixtures
import numpy as np
import soundfile
import torch
from fixture_signals import RATE_HZ, signal
from transformers import ClapAudioConfig, ClapConfig, ClapModel, ClapTextConfig
from transformers.utils import logging

AUDIO_BAR = 0.99999
TEXT_BAR = 0.999999

HTSAT_TINY = {"patch_embeds_hidden_size": 96, "depths": [2, 2, 6, 2], "hidden_size": 768}
HTSAT_BASE = {"patch_embeds_hidden_size": 128, "depths": [2, 2, 12, 2], "hidden_size": 1024}

# Shapes of the published checkpoints, by the hub's names.
SHAPES = {
    "clap-htsat-fused": {**HTSAT_TINY, "enable_fusion": True},
    "clap-htsat-unfused": HTSAT_TINY,
    "larger_clap_general": HTSAT_BASE,
}

# A clip this long, embedded this many times, measures speed; loading and start-up are taken out by difference.
SPEED_CLIP_SECONDS = 10
SPEED_CLIPS = 12


def make_model(shape: dict, seed: int) -> ClapModel:
    audio = ClapAudioConfig(num_attention_heads=[4, 8, 16, 32], **shape)
    config = ClapConfig(text_config=ClapTextConfig().to_dict(), audio_config=audio.to_dict(), projection_dim=512)
    config._attn_implementation = "eager"
    model = ClapModel(config)
    checkpoints.randomise(model, seed)
    return model.eval()


def write_clips(folder: Path) -> dict[str, Path]:
    paths = {}
    for seed, (name, len_samples) in enumerate(fixtures.CLIPS.items()):
        paths[name] = folder / f"{name}.wav"
        soundfile.write(paths[name], signal(len_samples, seed), RATE_HZ, subtype="FLOAT")
    return paths


def reference_audio(model, extractor, samples) -> np.ndarray:
    if model.config.audio_config.enable_fusion:
        mel, longer, _ = fixtures.fused_features(extractor, samples, fixtures.middle)
        return fixtures.embed_audio(model, mel, longer)[1].numpy()
    total = 0.0
    for start, end, weight in fixtures.windows(len(samples)):
        mel = fixtures.unfused_features(extractor, samples[start:end])
        total = total + weight * fixtures.embed_audio(model, mel, False)[1].double()
    return fixtures.unit(total).float().numpy()


def reference_text(model, tokenizer, prompt: str) -> np.ndarray:
    tokens = tokenizer([prompt], truncation=True, max_length=fixtures.MAX_TOKENS, return_tensors="pt")
    return fixtures.unit(model.text_projection(model.text_model(**tokens).pooler_output))[0].numpy()


def embed(engine: Path, model: Path, files=(), prompts=()) -> list[np.ndarray]:
    command = [engine, "embed", "--model", model, *files]
    for prompt in prompts:
        command.append(f"--text={prompt}")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [np.asarray(json.loads(line)["vector"], dtype=np.float64) for line in done.stdout.splitlines()]


def compare(ours: list, theirs: list) -> tuple[float, float]:
    """(worst cosine, largest difference of a value)."""
    assert len(ours) == len(theirs) > 0
    pairs = [(a, np.asarray(b, dtype=np.float64)) for a, b in zip(ours, theirs)]
    cosine = min(float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)) for a, b in pairs)
    return cosine, max(float(np.abs(a - b).max()) for a, b in pairs)


def engine_rate(engine: Path, model: Path, clip: Path) -> float:
    """Seconds of audio a second from file to vector, without start-up."""
    spans = []
    for count in (2, 2 + SPEED_CLIPS):
        start = time.perf_counter()
        embed(engine, model, [clip] * count)
        spans.append(time.perf_counter() - start)
    return SPEED_CLIPS * SPEED_CLIP_SECONDS / (spans[1] - spans[0])


def reference_rate(model, extractor, clip: Path) -> float:
    start = time.perf_counter()
    for _ in range(SPEED_CLIPS):
        samples, _ = soundfile.read(clip, dtype="float32")
        reference_audio(model, extractor, samples)
    return SPEED_CLIPS * SPEED_CLIP_SECONDS / (time.perf_counter() - start)


@torch.no_grad()
def run(engine: Path, rounds: int, folder: Path) -> bool:
    checkpoints.CHECKPOINTS = folder
    tokenizer = checkpoints.build_tokenizer()
    clips = write_clips(folder)
    rates, passed = {}, True
    print(f"| checkpoint shape | parameters | clips: worst cosine | largest difference | prompts: worst cosine | largest difference |")
    print("|---|---|---|---|---|---|")
    for seed, (name, shape) in enumerate(SHAPES.items()):
        model = make_model(shape, seed)
        extractor = checkpoints.feature_extractor(model.config.audio_config.enable_fusion)
        checkpoints.save_checkpoint(name, model, tokenizer)
        samples = {clip: soundfile.read(path, dtype="float32")[0] for clip, path in clips.items()}
        audio = compare(
            embed(engine, folder / name, files=clips.values()),
            [reference_audio(model, extractor, samples[clip]) for clip in clips],
        )
        text = compare(
            embed(engine, folder / name, prompts=fixtures.PROMPTS),
            [reference_text(model, tokenizer, prompt) for prompt in fixtures.PROMPTS],
        )
        millions = sum(p.numel() for p in model.parameters()) / 1e6
        print(
            f"| {name} | {millions:.0f} M | {audio[0]:.9f} | {audio[1]:.1e} | {text[0]:.9f} | {text[1]:.1e} |", flush=True
        )
        passed &= audio[0] >= AUDIO_BAR and text[0] >= TEXT_BAR
        rates[name] = [
            (engine_rate(engine, folder / name, clips["10s"]), reference_rate(model, extractor, clips["10s"]))
            for _ in range(rounds)
        ]
        del model
        gc.collect()
        (folder / name / "model.safetensors").unlink()
    print_rates(rates)
    return passed


def print_rates(rates: dict) -> None:
    print("\n| checkpoint shape | this engine, s of audio / s | PyTorch eager, s of audio / s | ratio | rounds |\n|---|---|---|---|---|")
    for name, rounds in rates.items():
        ours, theirs = (statistics.median(column) for column in zip(*rounds))
        ratio = statistics.median(a / b for a, b in rounds)
        print(f"| {name} | {ours:.0f} | {theirs:.0f} | {ratio:.2f} | {len(rounds)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine", nargs="?", type=Path, default=ROOT / "target" / "release" / "auricle")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(os.cpu_count())
    with tempfile.TemporaryDirectory() as folder:
        passed = run(arguments.engine, arguments.rounds, Path(folder))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
