"""Fetches the speech clips on which `transformers` publishes its CLAP figures, for `tests/published.rs`.

In: the folder to write to. Out: 0.wav … 3.wav and last.wav, f32 mono. Their samples are at 16 kHz but the files say
48 kHz, because the published figures were taken by feeding them to the model as they are. Needs the network and the
packages `datasets` and `soundfile`.
"""

import io
import sys
from pathlib import Path

import soundfile
from datasets import Audio, load_dataset

CLAP_RATE_HZ = 48_000

folder = Path(sys.argv[1])
clips = load_dataset("hf-internal-testing/librispeech_asr_dummy", "clean", split="validation")
clips = clips.cast_column("audio", Audio(decode=False))
for name, place in [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("last", len(clips) - 1)]:
    samples, _ = soundfile.read(io.BytesIO(clips[place]["audio"]["bytes"]), dtype="float32")
    soundfile.write(folder / f"{name}.wav", samples, CLAP_RATE_HZ, subtype="FLOAT")
