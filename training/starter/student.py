"""Training the student: both teachers hear every mixture as it is made, and the student learns to say what the bridge says.

In: mixer, teachers, bridge and vocabulary. Out: the running mean of the tower's weights. A stopped run goes on from its last
checkpoint; the schedule is one of seconds, so that a run fits the time there is.
"""

import contextlib
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

from . import audio_tower, recipe, targets
from .muon import Muon


@dataclass(frozen=True)
class Plan:
    """`seconds` of training, `batch` windows a step, each mixture used for `reuse` steps under other alterations; `rate` is the
    highest learning rate. A tower that begins from weights stands still for `heads_first` steps, while its heads learn."""

    seconds: float
    batch: int = 512
    reuse: int = 1
    rate: float = 8e-4
    heads_first: int = 50
    warm_up: int = 250
    save_every: float = 110.0
    words: targets.Weights = targets.Weights()


# Of the losses: the teachers' own embeddings and classes fade from 1 to this as the text space takes over.
TEACHERS_END = 0.3
WORDS = 0.3
# Every so-manieth step is of long clips.
LONG_EVERY = 8
# The bridge learns along for this part of the run.
BRIDGE_UNTIL = 0.6
BRIDGE_RATE = 2e-4
# The running mean's memory, in steps.
MEMORY = 500


class Trainer:
    def __init__(self, student, mixer, teachers, bridge, words, mel, plan: Plan, work: Path):
        self.student, self.mixer, self.teachers, self.bridge = student, mixer, teachers, bridge
        self.words, self.mel, self.plan, self.work = words, mel, plan, work
        self.device = mixer.device
        matrices, others, plain = student.groups()
        betas = (0.9, 0.98)
        heads = {"params": list(student.heads.parameters()), "weight_decay": 0.0, "head": True}
        groups = [{"params": others, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}, heads]
        fused = self.device.type == "cuda"
        self.optimisers = [torch.optim.AdamW(groups, plan.rate, betas, fused=fused), Muon(matrices, plan.rate, 0.05)]
        self.bridge_optimiser = torch.optim.AdamW(bridge.parameters(), BRIDGE_RATE, weight_decay=0.03)
        self.mean = copy.deepcopy(student.tower).eval().requires_grad_(False)
        self.step, self.seen, self.spent, self.log = 0, 0, 0.0, {}

    def run(self, report) -> None:
        """Trains until the plan's seconds are spent; calls `report(trainer)` every `save_every` seconds and at the end."""
        self._resume()
        self.student.train()
        begun, saved = time.time() - self.spent, time.time()
        while (done := (time.time() - begun) / self.plan.seconds) < 1:
            self._mixture(done)
            self.spent = time.time() - begun
            if self.step % 100 < self.plan.reuse:
                self._say()
            if time.time() - saved > self.plan.save_every:
                self._save()
                report(self)
                saved = time.time()
        report(self)

    def _mixture(self, done: float) -> None:
        waves, sounds, shares = self.mixer.windows(self.plan.batch)
        heard, mixed = self.teachers.hear(waves), targets.Mixed(sounds, shares)
        if done < BRIDGE_UNTIL:
            self._teach_bridge(heard, mixed)
        with torch.no_grad():
            self.bridge.eval()
            meant = self.bridge(heard.yamnet, heard.aisfx)
            mels = self.mel(waves)
        for _ in range(self.plan.reuse):
            if self.step % LONG_EVERY == LONG_EVERY - 1 and done > 0.1:
                loss = self._long_loss(audio_tower.altered(mels, self.mixer), meant, done)
            else:
                loss = self._loss(audio_tower.altered(mels, self.mixer), heard, mixed, meant, done)
            self._learn(loss, done)

    def _teach_bridge(self, heard, mixed) -> None:
        self.bridge.train()
        vectors = self.bridge(heard.yamnet, heard.aisfx)
        loss, _ = targets.word_loss(self.words, vectors, heard.scores, heard.ucs, mixed, self.plan.words)
        self.bridge_optimiser.zero_grad()
        loss.backward()
        self.bridge_optimiser.step()

    def _loss(self, mels, heard, mixed, meant, done: float):
        with self._cast():
            pooled, vectors = self.student(mels[:, None], False)
        heads, scale = self.student.heads, self.bridge.scale
        yamnet, aisfx = scale(heard.yamnet, heard.aisfx)
        likely = heard.scores + 1e-5
        parts = {
            "yamnet": 1 - (F.normalize(heads["yamnet"](pooled), dim=-1) * yamnet).sum(-1).mean(),
            "aisfx": 1 - (F.normalize(heads["aisfx"](pooled), dim=-1) * aisfx).sum(-1).mean(),
            "scores": _divergence(heads["scores"](pooled), likely / likely.sum(1, keepdim=True)),
            "classes": sum(_divergence(heads[f"aisfx{n}"](pooled), said) for n, said in enumerate(heard.heads)) / 4,
            "bridge": 1 - (vectors * meant).sum(-1).mean(),
            "names": self._names(vectors, meant),
        }
        words, found = targets.word_loss(self.words, vectors, heard.scores, heard.ucs, mixed, self.plan.words)
        self.log |= parts | {f"said {name}": value for name, value in found.items()}
        teachers = 2 * parts["yamnet"] + 1.2 * parts["aisfx"] + 0.4 * parts["scores"] + 0.2 * parts["classes"]
        return (1 - (1 - TEACHERS_END) * done) * teachers + 2 * parts["bridge"] + parts["names"] + WORDS * words

    def _long_loss(self, mels, meant, done: float):
        clips, meant = audio_tower.long_clips(mels, meant)
        with self._cast():
            _, vectors = self.student(clips, True)
        self.log["long"] = 1 - (vectors * meant).sum(-1).mean()
        return 2 * self.log["long"] + self._names(vectors, meant)

    def _names(self, vectors, meant):
        """The divergence of what the student says over all concepts from what the bridge says."""
        concepts = self.words.concepts
        return _divergence(vectors @ concepts.T / recipe.TAU, (meant @ concepts.T / recipe.TAU).softmax(-1))

    def _learn(self, loss, done: float) -> None:
        cosine = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done))
        ready = min(1.0, max(0.0, (self.step - self.plan.heads_first) / self.plan.warm_up))
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.plan.rate * cosine * (1 if group.get("head") else ready)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 2.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.seen += self.plan.batch
        follow = 1 - min(1 - 1 / MEMORY, self.step / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.mean.parameters()), list(self.student.tower.parameters()), follow)
            for mean, now in zip(self.mean.buffers(), self.student.tower.buffers()):
                mean.copy_(now)

    def _cast(self):
        return torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else contextlib.nullcontext()

    def _say(self) -> None:
        shown = " ".join(f"{name} {float(value):.3f}" for name, value in self.log.items())
        print(f"{self.spent:6.1f} s, step {self.step}, {self.seen / max(self.spent, 1e-9):.0f}/s: {shown}", flush=True)

    def _save(self) -> None:
        state = {
            "student": self.student.state_dict(), "mean": self.mean.state_dict(), "bridge": self.bridge.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in (*self.optimisers, self.bridge_optimiser)],
            "counts": (self.step, self.seen, self.spent), "draws": self.mixer.generator.get_state(),
        }  # fmt: skip
        torch.save(state, self.work / "student.part")
        (self.work / "student.part").rename(self.work / "student.checkpoint")

    def _resume(self) -> None:
        path = self.work / "student.checkpoint"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=False)
        for module, name in ((self.student, "student"), (self.mean, "mean"), (self.bridge, "bridge")):
            module.load_state_dict(state[name])
        for optimiser, stored in zip((*self.optimisers, self.bridge_optimiser), state["optimisers"]):
            optimiser.load_state_dict(stored)
        self.step, self.seen, self.spent = state["counts"]
        self.mixer.generator.set_state(state["draws"].cpu())
        print(f"going on from step {self.step}", flush=True)


def _divergence(logits, wanted):
    return F.kl_div(logits.float().log_softmax(-1), wanted, reduction="batchmean")
