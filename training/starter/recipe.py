"""Every number of the recipe that more than one stage needs. Nothing here reads or writes a file."""

import torch

# Both towers are trained here; the teachers and the bridge are small enough for the CPU.
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

RATE_HZ = 16_000
WINDOW_SECONDS = 5
WINDOW_SAMPLES = RATE_HZ * WINDOW_SECONDS
HOP = 320
FFT = 1024
MEL_BINS = 64
FREQUENCY_MIN = 50
FREQUENCY_MAX = 8_000
FRAMES = WINDOW_SAMPLES // HOP + 1

EMBEDDING_DIM = 384

# HTSAT: a 128 x 128 image of 8 x 8 patches, three stages on grids of 16, 8 and 4. A window of 4 divides each of them.
SPEC_SIZE = 128
PATCH = 8
ATTENTION_WINDOW = 4
AUDIO_WIDTH = 64
AUDIO_DEPTHS = (2, 2, 6)
AUDIO_HEADS = (2, 4, 8)

# RoBERTa: the shape of MiniLM, so that its layers can be the starting point.
TEXT_WIDTH = 384
TEXT_LAYERS = 6
TEXT_HEADS = 12
TEXT_INTERMEDIATE = 1_536
VOCABULARY = 8_000
MAX_TOKENS = 77

# The licences whose sounds the weights may learn from and still be CC BY-SA 4.0. A row that names anything else is left
# out: non-commercial, the GPL family (share-alike in the other direction), Sampling+, ODbL, and "mixed, see elsewhere".
FREE_LICENCES = ("CC0", "CC BY", "CC-BY", "public domain", "Public domain", "Apache", "MIT", "repo MIT")
OTHER_LICENCES = ("NC", "GPL", "Sampling", "ODbL", "mixed", "Pixabay", "not checked")
