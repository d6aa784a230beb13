"""A folder of 200 ten-second files, from file to stored vector: `auricle index` against the same through Python.

In: a built `auricle` (first argument; default target/release/auricle). Out: a Markdown table of medians on standard output
and every single figure in `--raw`. Half of the files are FLAC, half MP3, stereo at 44.1 kHz, each another sound. Python is
librosa (soundfile and soxr), ClapFeatureExtractor and ClapModel on eight clips at a time, and saves one `.npy`; its clock
starts when modules and model are loaded, ours when the process does. Rounds are interleaved. The vectors are compared; MP3
decoders and resamplers differ, so they agree less closely than on the same samples:

    python benches/peers/folder.py [--rounds 3] [--threads 2] [--raw raw.json] [path/to/auricle]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "data"), str(ROOT / "benches" / "parity")]

import fixture_checkpoints as checkpoints
import full_size
import librosa
import numpy as np
import soundfile
import torch
from transformers.utils import logging

FILES = 200
SECONDS = 10
FILE_RATE_HZ = 44_100
MODEL_RATE_HZ = 48_000
BATCH = 8

# Bars of the comparison: how many times as fast, and how alike each file's vectors.
SPEED_BAR = 3.0
COSINE_BAR = 0.999

# Of our audio tower.
PRECISIONS = ["f32", "int8"]

# Before each measurement: threads that the last engine left spinning go to sleep.
PAUSE_SECONDS = 0.5

MODELS = ["clap-htsat-unfused", "clap-htsat-fused"]


def write_sounds(folder: Path) -> list[Path]:
    folder.mkdir()
    random = np.random.default_rng(7)
    at = np.arange(SECONDS * FILE_RATE_HZ) / FILE_RATE_HZ
    paths = []
    for number in range(FILES):
        root_hz = random.uniform(60, 900)
        partials = sum(np.sin(2 * np.pi * root_hz * ratio * at) / ratio for ratio in (1, 1.5, 2, 3.01, 5, 8.1))
        beat = 0.5 + 0.5 * np.sin(2 * np.pi * random.uniform(0.2, 6) * at)
        hiss = random.normal(0, random.uniform(0.01, 0.2), (2, at.size))
        paths.append(folder / f"{number:03}.{'flac' if number % 2 else 'mp3'}")
        soundfile.write(paths[-1], np.clip(0.2 * partials * beat + hiss, -1, 1).T, FILE_RATE_HZ)
    return paths


def run_auricle(program: Path, model: Path, sounds: Path, threads: int, precision: str) -> tuple[float, np.ndarray]:
    with tempfile.TemporaryDirectory() as home:
        library = Path(home) / "library"
        options = ["--model", model, "--library", library, "--precision", precision]
        start = time.perf_counter()
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        subprocess.run([program, "index", sounds, *options], check=True, capture_output=True, env=environment)
        seconds = time.perf_counter() - start
        out = Path(home) / "vectors"
        export = [program, "export", out, "--format", "npy", "--library", library]
        subprocess.run(export, check=True, capture_output=True)
        rows = [json.loads(line) for line in (out / "segments.jsonl").read_text().splitlines()]
        vectors = np.load(out / "vectors.npy")
    order = sorted(range(len(rows)), key=lambda row: rows[row]["path"])
    return seconds, vectors[order]


@torch.no_grad()
def run_python(model, extractor, paths: list[Path], folder: Path) -> tuple[float, np.ndarray]:
    start = time.perf_counter()
    found = []
    for first in range(0, len(paths), BATCH):
        clips = [librosa.load(path, sr=MODEL_RATE_HZ)[0] for path in paths[first : first + BATCH]]
        features = extractor(clips, sampling_rate=MODEL_RATE_HZ, return_tensors="pt")
        # The reference marks a random clip of a batch without long ones as long; none of these is.
        features["is_longer"] = torch.zeros_like(torch.as_tensor(features["is_longer"]))
        pooled = model.audio_model(**features).pooler_output
        found.append(torch.nn.functional.normalize(model.audio_projection(pooled), dim=-1).numpy())
    vectors = np.concatenate(found)
    np.save(folder / "vectors.npy", vectors)
    return time.perf_counter() - start, vectors


def measure(arguments, folder: Path, paths: list[Path], name: str) -> dict:
    model = full_size.make_model(full_size.SHAPES[name], 0)
    checkpoints.save_checkpoint(name, model, checkpoints.build_tokenizer())
    extractor = checkpoints.feature_extractor(model.config.audio_config.enable_fusion)
    rounds = []
    for _ in range(arguments.rounds):
        seconds, vectors = {}, {}
        for precision in PRECISIONS:
            time.sleep(PAUSE_SECONDS)
            run = run_auricle(arguments.auricle, folder / name, paths[0].parent, arguments.threads, precision)
            seconds[precision], vectors[precision] = run
        seconds["python"], expected = run_python(model, extractor, paths, folder)
        rounds.append(seconds)
    cosines = {each: float((vectors[each].astype(np.float64) * expected).sum(axis=1).min()) for each in PRECISIONS}
    ratios = {each: statistics.median(row["python"] / row[each] for row in rounds) for each in PRECISIONS}
    return {"model": name, "seconds": rounds, "worst_cosine": cosines, "ratio": ratios}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("auricle", type=Path, nargs="?", default=ROOT / "target/release/auricle")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--raw", type=Path)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(arguments.threads)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        checkpoints.CHECKPOINTS = Path(folder)
        paths = write_sounds(Path(folder) / "sounds")
        print("| model | precision | auricle s | Python s | Python / auricle | worst cosine |\n|---|---|---|---|---|---|")
        for name in MODELS:
            results.append(measure(arguments, Path(folder), paths, name))
            for precision in PRECISIONS:
                rows = results[-1]["seconds"]
                ours, theirs = (statistics.median(row[side] for row in rows) for side in (precision, "python"))
                ratio, cosine = (results[-1][key][precision] for key in ("ratio", "worst_cosine"))
                row = f"| {name} | {precision} | {ours:.1f} | {theirs:.1f} | {ratio:.2f} | {cosine:.6f} |"
                print(row, flush=True)
    if arguments.raw:
        arguments.raw.write_text(json.dumps(results) + "\n")
    missed = [
        each for each in results if min(each["ratio"].values()) < SPEED_BAR or each["worst_cosine"]["f32"] < COSINE_BAR
    ]
    sys.exit(f"a bar is missed: {missed}" if missed else 0)


if __name__ == "__main__":
    main()
