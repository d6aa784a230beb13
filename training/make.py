"""Makes the starter model from a data folder: `python make.py --data DATA --wordnet DICT --work WORK --out ../models/starter`.

The stages run in order; long ones skip what they find done in WORK, and a stopped one goes on from its checkpoint. `--variant`
chooses what is held out: `final` (nothing of folds 1 to 4), `fold4`, or `unseen0` to `unseen2` (fold 4 and ten classes).
"""

import argparse
import os
from pathlib import Path

import numpy as np
import torch
from torch import multiprocessing

from starter import audio_tower, banks, bridge, evaluate, export, minilm, targets, text_tower, words
from starter.audio_tower import Plan
from starter.mixing import Bank
from starter.sources import read_sounds, unseen_classes
from starter.yamnet import YamNet

STAGES = ("banks", "texts", "text", "vocabulary", "base", "speak", "figures", "export")
# Of the softmax over labels; see README.md for how it was chosen.
TEMPERATURE = 0.042
BASE = Plan(steps=1_000, batch=192, rate=2e-3, muon=True, seed=0)
SPEAK = Plan(steps=600, batch=192, rate=2e-3, muon=True, seed=1, warm_up=50)
# The final weights go on from those of `fold4`, with fold 4 among the sounds.
LAST = Plan(steps=250, batch=192, rate=1e-3, muon=True, seed=2, warm_up=25)
# What leaves out ten classes is for measuring, and shorter.
SHORT = Plan(steps=200, batch=192, rate=2e-3, muon=True, seed=1, warm_up=50)


class Making:
    """Where things are, and what several stages read."""

    def __init__(self, options):
        self.options = options
        self.data, self.work = options.data, options.work
        self.work.mkdir(parents=True, exist_ok=True)
        self.sounds, self.samples = read_sounds(self.data, self.work)

    def variant(self, name: str) -> tuple[set[int], set[str]]:
        """(folds to learn from, classes to leave out)."""
        if name.startswith("unseen"):
            return {1, 2, 3}, set(unseen_classes(self.sounds)[int(name[-1])])
        return ({1, 2, 3, 4} if name == "final" else {1, 2, 3}), set()

    def banks(self):
        teacher = YamNet(self.data / "teachers/yamnet.tflite")
        for name in self.options.only or ("clips", *banks.SHARDS):
            banks.make_bank(name, self.work, self.sounds, self.samples, teacher)

    def all_texts(self) -> list[str]:
        found = words.read_texts(self.data, self.options.wordnet, self.sounds)
        self.names, self.sentences = found.names, set(found.names + found.sentences)
        return list(dict.fromkeys(found.names + found.sentences + found.language))

    def texts(self):
        path = self.work / "minilm.npy"
        if not path.exists():
            np.save(path, minilm.MiniLm().embed(self.all_texts(), "minilm"))

    def text(self):
        texts, vectors = self.all_texts(), np.load(self.work / "minilm.npy")
        about_sound = np.array([text in self.sentences for text in texts])
        named = set(self.names)
        weights = np.array([2.0 if text in named else 1.0 if text in self.sentences else 0.5 for text in texts])
        space = minilm.SharedSpace.fit(vectors[about_sound])
        np.savez(self.work / "space.npz", mean=space.mean, matrix=space.matrix)
        tokenizer = self.tokenizer(texts)
        tower = text_tower.fresh_tower(tokenizer)
        text_tower.distil(tower, tokenizer, texts, space.map(vectors), weights, self.options.epochs, self.work)
        torch.save(tower.state_dict(), self.work / "text.tower")

    def vocabulary(self):
        found = targets.vocabulary(self.embed_texts(), self.data, self.sounds)
        torch.save(found, self.work / "vocabulary.pt")

    def tokenizer(self, texts=None):
        path = self.work / "tokenizer.json"
        return text_tower.train_tokenizer(texts, path) if texts else text_tower.Tokenizer.from_file(str(path))

    def embed_texts(self):
        tower = text_tower.ClapTextModelWithProjection(text_tower.configuration())
        tower.load_state_dict(torch.load(self.work / "text.tower", map_location="cpu"))
        tower.eval()
        tokenizer = self.tokenizer()
        return lambda texts: text_tower.embed(tower, tokenizer, list(texts))

    def bank(self, names, folds: set[int], without: set[str]) -> Bank:
        parts = [banks.read(name, self.work) for name in names]
        return Bank.join([part.keep(targets.usable(part, self.sounds, folds, without)) for part in parts])

    def base(self):
        """From YAMNet alone, on no sound that any measured variant leaves out; so all variants share it."""
        out = self.work / "base.student"
        if out.exists():
            return
        held = {label for ten in unseen_classes(self.sounds) for label in ten}
        bank = self.bank(("other", "folds"), {1, 2, 3}, held)
        print(f"base: {len(bank.mel)} windows", flush=True)
        torch.manual_seed(0)
        student = audio_tower.Student()
        student.set_statistics(bank.mel[:: max(1, len(bank.mel) // 4_000)])
        windows = targets.Windows.hearing(bank)
        trainer = audio_tower.Trainer(student, BASE, self.work, "base")
        mean = trainer.run(bank.mel, audio_tower.hear_loss(windows))
        if audio_tower.worker() == 0:
            torch.save(mean, out)

    def speak(self):
        for name in ("fold4", "final") if self.options.variant == "final" else (self.options.variant,):
            if not (self.work / f"{name}.student").exists():
                self.teach_to_speak(name)

    def teach_to_speak(self, name: str):
        folds, without = self.variant(name)
        bank = self.bank(("other", "folds", "fold4") if 4 in folds else ("other", "folds"), folds, without)
        clips = self.bank(("clips",), folds, without)
        bank = Bank.join([bank] + [clips] * 4)
        embed = self.embed_texts()
        vocabulary = torch.load(self.work / "vocabulary.pt", weights_only=False).without(without)
        windows = targets.Windows.of(bank, vocabulary)
        teacher = self.bridge(name, windows, vocabulary)
        report = self.reporter(embed, without)
        if audio_tower.worker() == 0:
            print(f"{name}: the bridge itself: {report(None, teacher)}", flush=True)
        student = audio_tower.Student()
        start, plan = ("fold4", LAST) if name == "final" else ("base", SHORT if without else SPEAK)
        student.load_state_dict(torch.load(self.work / f"{start}.student", map_location="cpu"))
        trainer = audio_tower.Trainer(student, plan, self.work, name)
        mean = trainer.run(bank.mel, audio_tower.speak_loss(windows, vocabulary, teacher), report)
        if audio_tower.worker() == 0:
            torch.save(mean, self.work / f"{name}.student")

    def bridge(self, name: str, windows, vocabulary):
        path = self.work / f"{name}.bridge"
        if not path.exists():
            # Workers train the same one side by side; each puts it in place whole.
            unfinished = path.with_suffix(f".{audio_tower.worker()}.part")
            torch.save(bridge.train_bridge(windows, vocabulary), unfinished)
            unfinished.rename(path)
        return torch.load(path, weights_only=False)

    def reporter(self, embed, without: set[str]):
        clips = banks.read("clips", self.work)
        fourth = [row for row, sound in enumerate(clips.sounds[:, 0]) if self.sounds[sound].fold == 4]
        sounds = [self.sounds[clips.sounds[row, 0]] for row in fourth]

        def report(mean, teacher=None):
            if teacher is not None:
                with torch.inference_mode():
                    vectors = teacher(torch.from_numpy(clips.embedding[fourth].astype(np.float32))).numpy()
            else:
                student = audio_tower.Student()
                student.load_state_dict(mean)
                vectors = audio_tower.embed(student, clips.mel[fourth])
            return evaluate.figures(embed, sounds, vectors, 4, without)

        return report

    def export(self):
        student = torch.load(self.work / f"{self.options.variant}.student", map_location="cpu")
        tower = torch.load(self.work / "text.tower", map_location="cpu")
        export.export(student, tower, self.work / "tokenizer.json", TEMPERATURE, self.options.out)
        folds, without = self.variant(self.options.variant)
        learned = {s.file for s in self.sounds if s.trainable and s.label not in without and (not s.fold or s.fold in folds)}
        export.attribute(self.data, learned, self.options.out)

    def figures(self):
        """All figures of a variant over fold 4 (for `final` these are of sounds it learned from)."""
        embed = self.embed_texts()
        clips = banks.read("clips", self.work)
        student = audio_tower.Student()
        student.load_state_dict(torch.load(self.work / f"{self.options.variant}.student", map_location="cpu"))
        vectors = audio_tower.embed(student, clips.mel)
        sounds = [self.sounds[row] for row in clips.sounds[:, 0]]
        found = evaluate.figures(embed, sounds, vectors, 4, self.variant(self.options.variant)[1])
        scale = evaluate.temperature(embed, sounds, vectors, 4)
        print(self.options.variant, found, "probe", evaluate.probe(sounds, vectors, 4), "temperature", scale, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", nargs="*", choices=[*STAGES, []], help="only these stages")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "models/starter")
    parser.add_argument("--variant", default="final", choices=["final", "fold4", "unseen0", "unseen1", "unseen2"])
    parser.add_argument("--epochs", type=float, default=1.6, help="of the text tower")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--only", nargs="*", help="only these banks")
    parser.add_argument("--port", type=int, default=29_501, help="by which workers find each other")
    parser.add_argument("--workers", type=int, default=1, help="processes that train the audio tower together")
    options = parser.parse_args()
    for stage in options.stage or STAGES:
        if options.workers > 1 and stage in ("base", "speak"):
            multiprocessing.spawn(run_worker, (stage, options), nprocs=options.workers)
        else:
            run(stage, options)


def run_worker(rank: int, stage: str, options) -> None:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(options.port))
    torch.distributed.init_process_group("gloo", rank=rank, world_size=options.workers)
    run(stage, options)
    torch.distributed.destroy_process_group()


def run(stage: str, options) -> None:
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    getattr(Making(options), stage)()


if __name__ == "__main__":
    main()
