"""Every number of the recipe that more than one module needs. Nothing here reads or writes a file."""

# The window the model hears. 32 kHz and hop 640 make the same 251 x 64 image as 16 kHz and hop 320 did, up to 14 kHz.
RATE_HZ = 32_000
WINDOW_SECONDS = 5
WINDOW_SAMPLES = RATE_HZ * WINDOW_SECONDS
HOP = 640
FFT = 1024
MEL_BINS = 64
FREQUENCY_MIN = 50
FREQUENCY_MAX = 14_000
FRAMES = WINDOW_SAMPLES // HOP + 1

EMBEDDING_DIM = 384
# A window is mixed from at most this many sounds.
MOST_SOUNDS = 3

# HTSAT: a 128 x 128 image of 8 x 8 patches, three stages on grids of 16, 8 and 4; heads are 32 wide, as in the published models.
SPEC_SIZE = 128
PATCH = 8
ATTENTION_WINDOW = 4
AUDIO_WIDTH = 96
AUDIO_DEPTHS = (2, 2, 6)
HEAD_WIDTH = 32

# RoBERTa in MiniLM's shape; its tokenizer has 8,000 pieces.
MAX_TOKENS = 77

# Of every softmax over cosines in training. The old starter's bridge was trained at it too.
TAU = 0.05

# The hub pipeline's template comes first; names are embedded as the mean of it and of the others.
TEMPLATES = (
    "This is a sound of {}.", "{}", "the sound of {}", "a recording of {}", "{} can be heard", "{} in the distance",
    "{} sound effect", "we hear {}", "field recording of {}",
)  # fmt: skip

# The licences whose sounds the weights may learn from and still be CC BY-SA 4.0. A row that names anything else is left
# out: non-commercial, the GPL family (share-alike in the other direction), Sampling+, ODbL, and "mixed, see elsewhere".
FREE_LICENCES = (
    "CC0", "CC BY", "CC-BY", "own output, CC0", "public domain", "Public domain", "Public Domain", "Apache", "MIT",
    "repo MIT", "BSD", "ISC", "Unlicense",
)  # fmt: skip
OTHER_LICENCES = ("NC", "GPL", "Sampling", "ODbL", "mixed", "Pixabay", "not checked")

# Sources kept out of the training that goes on from earlier weights, to measure it by (the earlier weights heard them).
HELD_OUT = frozenset(
    ("kitchen_imta", "woven_sfx", "maxaudio", "zoo", "tartube", "minetest_vehicles", "dynamic_surroundings")
)
# Sources of much speech, single notes or game music, drawn less often: they say little about everyday sounds.
SELDOM = frozenset(
    (
        "philharmonia", "fsdk_instruments", "fsdd", "pyaa", "sonicpi", "ms_soundscape", "lomiri_sounds",
        "asterisk_voice", "mycroft_voice", "picovoice_speech", "picovoice_words", "audio_cmn", "espeak", "gm_synth",
        "0ad_music", "freedoom_music", "ufoai_music", "digabi_music", "singularity_music", "voxelibre_jukebox", "synth_signals",
    )
)  # fmt: skip
