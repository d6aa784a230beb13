"""Speed of both towers against PyTorch, ONNX Runtime and OpenVINO, on the same files, in turn.

In: the bench program (`cargo bench --bench encoder --no-run` prints its path). Out: a Markdown table of medians on standard
output and every single figure in `--raw`. Full-size checkpoints with random weights are made in a temporary folder; a peer
whose vectors differ from PyTorch's is an error. In every round each engine in turn rests, runs once to wake its threads,
and is timed for one run. The engine's int8 audio tower runs beside as one more peer. Beside wall time, the CPU time of the run is kept, which a busy machine disturbs less:

    python benches/peers/compare.py --engine target/release/deps/encoder-… [--rounds 7] [--threads 2] [--raw raw.json]
"""

import argparse
import contextlib
import functools
import glob
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
import numpy as np
import openvino
import onnxruntime
import torch
from fixture_signals import synthetic_mel
from transformers.utils import logging

# Largest difference from PyTorch's unit vectors; f16 text weights move ours by some 1e-6.
TOLERANCE = 1e-5

# What int8 must keep: the smallest cosine to PyTorch's vectors.
INT8_COSINE = 0.999

# Threads that an engine leaves spinning go to sleep, before the next one is measured.
PAUSE_SECONDS = 0.3

PROMPT = "rain falls now"

# Name, checkpoint's shape, tower, items at once.
CASES = [
    ("audio, 1 view", "clap-htsat-unfused", "audio", 1),
    ("audio, 8 views", "clap-htsat-unfused", "audio", 8),
    ("fused audio of a long clip, 1 view", "clap-htsat-fused", "audio", 1),
    ("fused audio of a long clip, 8 views", "clap-htsat-fused", "audio", 8),
    ("text, 1 prompt", "clap-htsat-unfused", "text", 1),
    ("text, 64 prompts", "clap-htsat-unfused", "text", 64),
    ("text, 1 prompt, f16 weights", "clap-htsat-unfused-f16", "text", 1),
    ("text, 64 prompts, f16 weights", "clap-htsat-unfused-f16", "text", 64),
]

# The engine with its audio tower in int8.
INT8 = "auricle int8"

# Ends the name of a shape whose text tower has weights that f16 holds exactly, as a checkpoint stored in f16 has.
HALF = "-f16"


class AudioTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, mel):
        is_longer = torch.ones((mel.shape[0], 1), dtype=torch.bool) if mel.shape[1] == 4 else None
        pooled = self.model.audio_model(input_features=mel, is_longer=is_longer).pooler_output
        return torch.nn.functional.normalize(self.model.audio_projection(pooled), dim=-1)


class TextTower(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        mask = torch.ones_like(ids)
        pooled = self.model.text_model(input_ids=ids, attention_mask=mask).pooler_output
        return torch.nn.functional.normalize(self.model.text_projection(pooled), dim=-1)


class Engine:
    """The bench program, asked line by line."""

    def __init__(self, program: Path, threads: int, switch: str):
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads), "AURICLE_KERNELS": switch}
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.pid = self.process.pid

    def ask(self, command: str) -> str:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            sys.exit(f"the engine failed at {command!r}")
        return answer


def peers(tower, sample, folder: Path, threads: int) -> dict:
    """Name → function of no arguments that runs the tower once and returns its vectors."""
    found = {"torch eager": lambda: tower(sample).numpy()}
    try:
        compiled = torch.compile(tower)
        compiled(sample)
        found["torch.compile"] = lambda: compiled(sample).numpy()
    except Exception as error:
        print(f"torch.compile does not work here: {type(error).__name__}", file=sys.stderr)
    path = folder / "tower.onnx"
    torch.onnx.export(tower, (sample,), path, dynamo=False, opset_version=17)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    found["onnxruntime"] = lambda: session.run(None, {name: sample.numpy()})[0]
    hints = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    network = openvino.compile_model(openvino.convert_model(path), "CPU", hints)
    found["OpenVINO f32"] = lambda: network([sample.numpy()])[0]
    return found


def make_model(shape: str):
    model = full_size.make_model(full_size.SHAPES[shape.removesuffix(HALF)], 0)
    if shape.endswith(HALF):
        for parameter in model.text_model.parameters():
            parameter.copy_(parameter.half())
    return model


def cpu_ms(pid) -> float:
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with contextlib.suppress(FileNotFoundError):
            total += int(Path(path).read_text().split()[0])
    return total / 1e6


def timed(pid, run) -> tuple[float, float]:
    """Wall and CPU milliseconds of one run, after one that is not counted."""
    time.sleep(PAUSE_SECONDS)
    run()
    cpu, wall = cpu_ms(pid), time.perf_counter()
    run()
    return (time.perf_counter() - wall) * 1e3, cpu_ms(pid) - cpu


def check(case: str, expected, vectors: dict) -> dict:
    """Each engine's largest difference from PyTorch; what is not equal enough ends the run."""
    for peer, values in vectors.items():
        difference, cosine = float(np.abs(values - expected).max()), float((values * expected).sum(axis=1).min())
        agrees = cosine >= INT8_COSINE if peer == INT8 else difference < TOLERANCE
        assert agrees, (case, peer, difference, cosine)
        if peer == INT8:
            print(f"{case}: worst cosine of int8 {cosine:.6f}", file=sys.stderr)
    return {peer: float(np.abs(values - expected).max()) for peer, values in vectors.items()}


def run_case(case, engines: dict, model, tokenizer, folder: Path, arguments) -> dict:
    name, shape, tower_name, count = case
    file = folder / "input"
    engines = {peer: engine for peer, engine in engines.items() if peer != INT8 or tower_name == "audio"}
    if tower_name == "audio":
        channels = 4 if model.config.audio_config.enable_fusion else 1
        sample = torch.cat([synthetic_mel(channels, seed) for seed in range(count)])
        file.write_bytes(sample.numpy().astype("<f4").tobytes())
        load = f"views {file} {'long' if channels == 4 else 'short'}"
        tower = AudioTower(model).eval()
    else:
        sample = torch.tensor(tokenizer([PROMPT] * count)["input_ids"])
        file.write_text(f"{PROMPT}\n" * count)
        load = f"prompts {file}"
        tower = TextTower(model).eval()
    found = peers(tower, sample, folder, arguments.threads)
    expected = found["torch eager"]()
    vectors = {peer: run() for peer, run in found.items()}
    runs = {peer: (os.getpid(), run) for peer, run in found.items()}
    for peer, engine in engines.items():
        engine.ask(load)
        engine.ask(f"vectors {tower_name} {folder / 'vectors'}")
        vectors[peer] = np.fromfile(folder / "vectors", "<f4").reshape(expected.shape)
        runs[peer] = (engine.pid, functools.partial(engine.ask, f"{tower_name} {count}"))
    differences = check(name, expected, vectors)
    figures = {peer: [] for peer in runs}
    for _ in range(arguments.rounds):
        for peer, (pid, run) in runs.items():
            figures[peer].append(timed(pid, run))
    return {"case": name, "shape": list(sample.shape), "differences": differences, "wall_cpu_ms": figures}


def print_case(result: dict) -> None:
    rounds = result["wall_cpu_ms"]
    ours = rounds["auricle"]
    for peer, theirs in rounds.items():
        wall, cpu = (statistics.median(column) for column in zip(*theirs))
        ratio = statistics.median(a[0] / b[0] for a, b in zip(theirs, ours))
        ratio_cpu = statistics.median(a[1] / b[1] for a, b in zip(theirs, ours))
        difference = result["differences"][peer]
        print(
            f"| {result['case']} | {peer} | {wall:.1f} | {cpu:.1f} | {ratio:.2f} | {ratio_cpu:.2f} | {difference:.1e} |",
            flush=True,
        )


@torch.no_grad()
def run(arguments, folder: Path) -> list:
    checkpoints.CHECKPOINTS = folder
    tokenizer = checkpoints.build_tokenizer()
    engines = {peer: Engine(arguments.engine, arguments.threads, arguments.kernels) for peer in ("auricle", INT8)}
    results, loaded = [], None
    print("| shape | engine | wall ms | CPU ms | wall / ours | CPU / ours | largest difference |")
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        if arguments.only not in case[0]:
            continue
        if loaded != case[1]:
            model = make_model(case[1])
            checkpoints.save_checkpoint(case[1], model, tokenizer)
            for peer, engine in engines.items():
                command = f"load {folder / case[1]} {'int8' if peer == INT8 else 'f32'}"
                engine.ask(command)
                load_ms, memory = engine.ask(command), engine.ask("memory")
                print(f"{case[1]}, {peer}: loaded in {load_ms} ms, resident and peak MiB {memory}", file=sys.stderr)
            loaded = case[1]
        results.append(run_case(case, engines, model, tokenizer, folder, arguments))
        print_case(results[-1])
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--kernels", default="", help="AURICLE_KERNELS for this engine")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--raw", type=Path)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        results = run(arguments, Path(folder))
    if arguments.raw:
        arguments.raw.write_text(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
