"""The small HTSAT and its training, first from YAMNet alone (`hear`), then into the shared space (`speak`).

Both stages see the same windows again and again, each time altered in ways that change nothing of what sounds. Weights are
averaged over the last steps (an exponential mean), and the mean is what a stage hands on.
"""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import distributed, nn
from torch.nn import functional
from transformers import ClapAudioConfig, ClapAudioModelWithProjection

from . import recipe
from .bridge import TEMPERATURE, Bridge, name_loss, said_loss
from .targets import Vocabulary, Windows
from .yamnet import CLASSES, WIDTH

AVERAGED = 0.998
SAVE_EVERY = 200
# How often a batch holds long clips, and of how many windows each is joined.
LONG_EVERY = 8
LONG_PARTS = (2, 3, 4, 6)


def worker() -> int:
    """Which of the workers this process is."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def workers() -> int:
    return distributed.get_world_size() if distributed.is_initialized() else 1


def share_gradients(student: nn.Module) -> None:
    """Each gradient becomes its mean over the workers."""
    if workers() == 1:
        return
    gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in student.parameters() if p.requires_grad]
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= workers()
    parts = flat.split([gradient.numel() for gradient in gradients])
    for parameter, part in zip([p for p in student.parameters() if p.requires_grad], parts):
        parameter.grad = part.view_as(parameter)


@dataclass(frozen=True)
class Plan:
    """How long a stage takes and how it steps; `batch` is a worker's."""

    steps: int
    batch: int
    rate: float
    muon: bool
    seed: int
    warm_up: int = 300
    last_share: float = 0.01


def configuration() -> ClapAudioConfig:
    return ClapAudioConfig(
        spec_size=recipe.SPEC_SIZE,
        num_mel_bins=recipe.MEL_BINS,
        patch_size=recipe.PATCH,
        patch_stride=[recipe.PATCH, recipe.PATCH],
        window_size=recipe.ATTENTION_WINDOW,
        patch_embeds_hidden_size=recipe.AUDIO_WIDTH,
        hidden_size=recipe.AUDIO_WIDTH * 2 ** (len(recipe.AUDIO_DEPTHS) - 1),
        depths=list(recipe.AUDIO_DEPTHS),
        num_attention_heads=list(recipe.AUDIO_HEADS),
        projection_dim=recipe.EMBEDDING_DIM,
        enable_fusion=True,
        fusion_type=None,
        num_classes=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        drop_path_rate=0.0,
        attn_implementation="eager",
    )


class Student(nn.Module):
    """The tower, and beside it two heads that only training has: YAMNet's embedding and its scores."""

    def __init__(self):
        super().__init__()
        self.tower = ClapAudioModelWithProjection(configuration())
        hidden = self.tower.config.hidden_size
        self.embedding = nn.Linear(hidden, WIDTH)
        self.scores = nn.Linear(hidden, CLASSES)
        # The first normalisation is the data's mean and deviation, set once: then nothing before the patches needs a gradient.
        self.tower.audio_model.audio_encoder.batch_norm.requires_grad_(False)

    def set_statistics(self, mel: np.ndarray) -> None:
        """Takes the mel bins' mean and variance from (n, frames, 64) decibels."""
        norm = self.tower.audio_model.audio_encoder.batch_norm
        flat = mel.reshape(-1, mel.shape[-1]).astype(np.float32)
        norm.running_mean.copy_(torch.from_numpy(flat.mean(axis=0)))
        norm.running_var.copy_(torch.from_numpy(flat.var(axis=0)))

    def train(self, mode: bool = True):
        super().train(mode)
        self.tower.audio_model.audio_encoder.batch_norm.eval()
        return self

    def forward(self, mel: torch.Tensor, is_longer: torch.Tensor):
        """(b, 1 or 4, frames, 64) to the pooled state (b, 256) and the unit vectors (b, d), both f32."""
        pooled = self.tower.audio_model(input_features=mel, is_longer=is_longer).pooler_output
        return pooled.float(), functional.normalize(self.tower.audio_projection(pooled).float(), dim=-1)


def altered(mel: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """(b, frames, 64) decibels at another level and colour, shifted round in time, with bands and moments masked."""
    count, frames, bins = mel.shape

    def draw(*shape):
        return torch.rand(*shape, generator=generator)

    mel = mel + (draw(count, 1, 1) * 24 - 16)
    tilt = torch.linspace(-1, 1, bins)
    wave = torch.sin(torch.linspace(0, math.pi, bins) * (1 + 3 * draw(count, 1, 1)) + 6.3 * draw(count, 1, 1))
    mel = mel + (draw(count, 1, 1) < 0.5) * ((draw(count, 1, 1) * 12 - 6) * tilt + (draw(count, 1, 1) * 6 - 3) * wave)
    places = (torch.arange(frames) + (draw(count, 1) * frames * (draw(count, 1) < 0.5)).long()) % frames
    mel = mel.gather(1, places[..., None].expand(-1, -1, bins))
    quiet = mel.amin(dim=(1, 2), keepdim=True)
    for _ in range(2):
        mel = torch.where(_stripe(count, frames, 40, draw)[..., None], quiet, mel)
        mel = torch.where(_stripe(count, bins, 10, draw)[:, None], quiet, mel)
    return mel.clamp_min(-100)


def _stripe(count: int, size: int, most: int, draw) -> torch.Tensor:
    """(count, size) true over one stripe of up to `most` places, in half of the rows."""
    width = draw(count, 1) * most * (draw(count, 1) < 0.5)
    start = draw(count, 1) * (size - width)
    places = torch.arange(size)
    return (places >= start) & (places < start + width)


class Trainer:
    """One stage: the student, its optimizers, its averaged weights, and where it is."""

    def __init__(self, student: Student, plan: Plan, folder: Path, name: str):
        student.to(recipe.DEVICE)
        self.student, self.plan, self.name = student, plan, name
        self.checkpoint = folder / f"{name}.checkpoint"
        # Workers differ in the windows they draw and in nothing else.
        torch.manual_seed(plan.seed + 1_000 * worker())
        self.generator = torch.Generator().manual_seed(plan.seed + 1_000 * worker())
        self.optimizers = _optimizers(student, plan)
        self.mean = {key: value.detach().clone() for key, value in student.state_dict().items()}
        self.step = 0
        if self.checkpoint.exists():
            self._resume()

    def run(self, mel: np.ndarray, loss_of, report=None) -> dict:
        """Steps to the plan's end; `loss_of(student, mel, rows)` gives the loss and words for the log. Returns the mean."""
        self.student.train()
        began, first, ran = time.time(), self.step, []
        while self.step < self.plan.steps:
            share = _share(self.step, self.plan)
            for optimizer in self.optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = group["top"] * share
            rows = torch.randint(len(mel), (self.plan.batch,), generator=self.generator)
            windows = altered(torch.from_numpy(mel[rows.numpy()].astype(np.float32)), self.generator)
            loss, said = loss_of(self.student, windows.to(recipe.DEVICE), rows.to(recipe.DEVICE))
            loss.backward()
            share_gradients(self.student)
            nn.utils.clip_grad_norm_(self.student.parameters(), 2.0)
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            self.step += 1
            self._average()
            ran.append(said)
            if self.step % 100 == 0 and worker() == 0:
                rate = (self.step - first) * self.plan.batch * workers() / (time.time() - began)
                print(f"{self.name}: step {self.step} of {self.plan.steps}, {_means(ran)}, {rate:.0f} windows/s", flush=True)
                ran = []
            if worker() == 0 and (self.step % SAVE_EVERY == 0 or self.step == self.plan.steps):
                self._save()
                if report:
                    print(f"{self.name}: step {self.step}: {report(self.mean)}", flush=True)
        return self.mean

    def _average(self) -> None:
        keep = min(AVERAGED, self.step / (self.step + 20))
        for key, value in self.student.state_dict().items():
            if value.dtype.is_floating_point:
                self.mean[key].lerp_(value, 1 - keep)

    def _save(self) -> None:
        state = {
            "student": self.student.state_dict(), "mean": self.mean, "step": self.step,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "generator": self.generator.get_state(), "torch": torch.get_rng_state(),
        }
        unfinished = self.checkpoint.with_suffix(".part")
        torch.save(state, unfinished)
        unfinished.rename(self.checkpoint)

    def _resume(self) -> None:
        saved = torch.load(self.checkpoint, weights_only=False, map_location=recipe.DEVICE)
        self.student.load_state_dict(saved["student"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        self.mean, self.step = saved["mean"], saved["step"]
        if worker() == 0:
            self.generator.set_state(saved["generator"].cpu())
            torch.set_rng_state(saved["torch"].cpu())
        else:
            self.generator.manual_seed(self.plan.seed + 1_000 * worker() + self.step)


def _optimizers(student: Student, plan: Plan) -> list:
    """Muon for the blocks' matrices (if the plan says so), AdamW for all else."""
    matrices, rest, plain = [], [], []
    for name, parameter in student.named_parameters():
        if not parameter.requires_grad:
            continue
        inside = plan.muon and parameter.ndim == 2 and ".layers." in name and "bias_table" not in name
        (matrices if inside else plain if parameter.ndim < 2 or "bias_table" in name else rest).append(parameter)
    groups = [{"params": rest, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    found = [torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98), fused=True)]
    if matrices:
        found.append(torch.optim.Muon(matrices, lr=plan.rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"))
    for optimizer in found:
        for group in optimizer.param_groups:
            group["top"] = plan.rate
    return found


def _share(step: int, plan: Plan) -> float:
    if step < plan.warm_up:
        return (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return plan.last_share + (1 - plan.last_share) * 0.5 * (1 + math.cos(math.pi * done))


def _means(said: list[dict]) -> str:
    return ", ".join(f"{key} {np.nanmean([one[key] for one in said]):.4f}" for key in said[0])


def hear_loss(windows: Windows):
    """What YAMNet hears: its embedding (roots, standardised: cosine) and its scores (cross-entropy)."""
    windows = windows.to(recipe.DEVICE)
    root = windows.embedding.clamp_min(0).sqrt()
    mean, deviation = root.mean(0), root.std(0).clamp_min(1e-3)
    wanted = functional.normalize((root - mean) / deviation, dim=-1)

    def loss_of(student: Student, mel: torch.Tensor, rows: torch.Tensor):
        with torch.autocast(recipe.DEVICE.type, torch.bfloat16):
            pooled, _ = student(mel[:, None], torch.zeros(len(mel), 1, dtype=torch.bool, device=mel.device))
        heard = functional.normalize(student.embedding(pooled), dim=-1)
        cosine = (heard * wanted[rows]).sum(-1).mean()
        scores = student.scores(pooled).log_softmax(-1)
        apart = functional.kl_div(scores, windows.scores[rows], reduction="batchmean")
        return 2 * (1 - cosine) + 0.5 * apart, {"cosine": cosine.item(), "scores": apart.item()}

    return loss_of


def speak_loss(windows: Windows, vocabulary: Vocabulary, bridge: Bridge):
    """The shared space: the bridge's vector of the window, the names, and what is said of it. Every eighth batch is made of
    long clips instead, whose parts are the batch's windows and whose vector is the mean of theirs."""
    with torch.no_grad():
        taught = torch.cat([bridge(part) for part in windows.embedding.split(4_096)])
        taught = taught.to(recipe.DEVICE)
    windows, vocabulary = windows.to(recipe.DEVICE), vocabulary.to(recipe.DEVICE)
    names = torch.cat([vocabulary.yamnet, vocabulary.classes])
    taken = 0

    def loss_of(student: Student, mel: torch.Tensor, rows: torch.Tensor):
        nonlocal taken
        taken += 1
        if taken % LONG_EVERY == 0:
            return long_loss(student, mel, taught[rows])
        with torch.autocast(recipe.DEVICE.type, torch.bfloat16):
            _, out = student(mel[:, None], torch.zeros(len(mel), 1, dtype=torch.bool, device=mel.device))
        cosine, apart = taught_loss(out, taught[rows])
        named = name_loss(out, windows, rows, vocabulary)
        said = said_loss(out, windows.said(rows, vocabulary))
        loss = 2 * (1 - cosine) + apart + 0.3 * named + 0.3 * said
        return loss, {"cosine": cosine.item(), "apart": apart.item(), "named": named.item()}

    def taught_loss(out: torch.Tensor, wanted: torch.Tensor):
        cosine = (out * wanted).sum(-1).mean()
        by_name = (wanted @ names.T / TEMPERATURE).softmax(-1)
        return cosine, functional.kl_div((out @ names.T / TEMPERATURE).log_softmax(-1), by_name, reduction="batchmean")

    def long_loss(student: Student, mel: torch.Tensor, wanted: torch.Tensor):
        parts = LONG_PARTS[int(torch.randint(len(LONG_PARTS), (1,)))]
        clips = len(mel) // parts
        joined = mel[: clips * parts].reshape(clips, -1, mel.shape[-1])
        wanted = functional.normalize(wanted[: clips * parts].reshape(clips, parts, -1).mean(1), dim=-1)
        with torch.autocast(recipe.DEVICE.type, torch.bfloat16):
            _, out = student(fused_views(joined, mel.shape[1]), torch.ones(clips, 1, dtype=torch.bool, device=mel.device))
        cosine, apart = taught_loss(out, wanted)
        return 2 * (1 - cosine) + apart, {"cosine": cosine.item(), "apart": apart.item(), "named": float("nan")}

    return loss_of


def fused_views(mel: torch.Tensor, frames: int) -> torch.Tensor:
    """(n, many, 64) to (n, 4, frames, 64): the whole, shrunk, and a crop from each third, as `ClapFeatureExtractor` has it."""
    shrunk = functional.interpolate(mel[:, None], (frames, mel.shape[-1]), mode="bilinear", align_corners=False)
    starts = torch.arange(mel.shape[1] - frames + 1).tensor_split(3)
    drawn = [int(third[torch.randint(len(third), (1,))]) for third in starts]
    return torch.cat([shrunk] + [mel[:, None, start : start + frames] for start in drawn], dim=1)


@torch.inference_mode()
def embed(student: Student, mel: np.ndarray, batch: int = 64) -> np.ndarray:
    """(n, d) f32 unit vectors of (n, frames, 64) log-mels of one window each."""
    student.to(recipe.DEVICE).eval()
    out = []
    for start in range(0, len(mel), batch):
        part = torch.from_numpy(mel[start : start + batch].astype(np.float32))[:, None].to(recipe.DEVICE)
        out.append(student(part, torch.zeros(len(part), 1, dtype=torch.bool, device=part.device))[1].cpu().numpy())
    return np.concatenate(out)
