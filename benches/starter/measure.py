"""Times the built program with the starter model: indexing a folder, and the first vector of a text.

The sounds are made here: chords over noise, 5 s each, 16-bit mono WAV at 44.1 kHz, so that decoding and resampling are
part of it. Prints medians of rounds in a library that is new each time, and ends with 1 where a bar is missed. The bars
are for two quiet cores.
"""

import argparse
import array
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

RATE_HZ = 44_100
CLIP_SECONDS = 5

# Seconds of sound indexed a second at least, by the kernels that are used, and milliseconds to a text's vector at most.
INDEX_BARS = {"avx512": 350.0, "avx2": 250.0}
TEXT_BAR_MS = 200.0


def make_clip(path, seed):
    """Writes a chord over noise; every clip differs, so that none is recognised as a copy."""
    draw = random.Random(seed)
    tones = [(draw.uniform(80, 8_000), draw.uniform(0, math.tau)) for _ in range(3)]
    level = 32_767 / (len(tones) + 1) * 0.8
    samples = array.array("h")
    for place in range(RATE_HZ * CLIP_SECONDS):
        chord = sum(math.sin(math.tau * hz * place / RATE_HZ + phase) for hz, phase in tones)
        samples.append(int(level * (chord + draw.uniform(-1, 1))))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


def timed(command, environment):
    """Wall-clock seconds of `command`, and what it printed."""
    start = time.perf_counter()
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - start, run.stdout


def index_speed(program, sounds, environment):
    """Seconds of sound a second of `auricle index` into a library that is not there yet, the model's loading left out,
    as the program itself says it."""
    with tempfile.TemporaryDirectory() as home:
        _, said = timed([program, "index", sounds], {**environment, "AURICLE_HOME": home})
    return float(re.search(r"([\d.]+) s of sound a second", said).group(1))


def text_ms(program, environment):
    """Milliseconds from the start of the program to its end, with one text's vector printed."""
    with tempfile.TemporaryDirectory() as home:
        seconds, said = timed([program, "embed", "--text", "rain"], {**environment, "AURICLE_HOME": home})
    assert '"vector"' in said
    return 1e3 * seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/auricle", help="the built program [default: %(default)s]")
    parser.add_argument("--kernels", choices=INDEX_BARS, default="avx512", help="the CPU's code path [default: %(default)s]")
    parser.add_argument("--clips", type=int, default=240, help="sounds of 5 s to index [default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed [default: %(default)s]")
    arguments = parser.parse_args()
    program = str(Path(arguments.program).resolve())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AURICLE_")}
    environment["AURICLE_KERNELS"] = arguments.kernels
    with tempfile.TemporaryDirectory() as sounds:
        for number in range(arguments.clips):
            make_clip(Path(sounds) / f"{number}.wav", number)
        # The first of each only warms the disk's cache.
        speeds = [index_speed(program, sounds, environment) for _ in range(arguments.rounds + 1)][1:]
    times = [text_ms(program, environment) for _ in range(arguments.rounds + 1)][1:]
    speed, bar, first = statistics.median(speeds), INDEX_BARS[arguments.kernels], statistics.median(times)
    print(f"{arguments.kernels}, {os.cpu_count()} cores, {arguments.clips} clips, {arguments.rounds} rounds")
    print(f"index: {speed:.0f} s of sound a second (bar: {bar:.0f}; {', '.join(f'{it:.0f}' for it in speeds)})")
    print(f"first text vector: {first:.0f} ms (bar: {TEXT_BAR_MS:.0f}; {', '.join(f'{it:.0f}' for it in times)})")
    return 0 if speed >= bar and first <= TEXT_BAR_MS else 1


if __name__ == "__main__":
    sys.exit(main())
