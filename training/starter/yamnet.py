"""YAMNet, the teacher for sound: 1,024 embedding values and 521 scores for one window."""

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from . import recipe

CLASSES = 521
WIDTH = 1_024

# Frames this far below a window's loudest one are its silence; they say nothing about what sounds.
SILENCE_DB = 45.0
FRAME_SAMPLES = int(0.96 * recipe.RATE_HZ)
HOP_SAMPLES = int(0.48 * recipe.RATE_HZ)


class YamNet:
    """The tflite model, set to one window of samples."""

    def __init__(self, path: Path):
        self.interpreter = Interpreter(str(path), num_threads=1)
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.interpreter.resize_tensor_input(self.input, [recipe.WINDOW_SAMPLES])
        self.interpreter.allocate_tensors()
        outputs = self.interpreter.get_output_details()
        self.scores, self.embeddings = outputs[0]["index"], outputs[1]["index"]

    def hear(self, window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Means over the frames that are not silent: embedding (1024) and scores (521), of 80,000 f32 samples."""
        self.interpreter.set_tensor(self.input, window)
        self.interpreter.invoke()
        scores = self.interpreter.get_tensor(self.scores)
        embeddings = self.interpreter.get_tensor(self.embeddings)
        heard = _sounding(window, len(scores))
        return embeddings[heard].mean(axis=0), scores[heard].mean(axis=0)


def _sounding(window: np.ndarray, frames: int) -> np.ndarray:
    starts = np.arange(frames) * HOP_SAMPLES
    power = np.array([np.mean(np.square(window[start : start + FRAME_SAMPLES])) for start in starts])
    return power >= power.max() * 10 ** (-SILENCE_DB / 10)
