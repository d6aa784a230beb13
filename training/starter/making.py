"""The stages of `make.py`, and what they share: sounds, mixer, teachers, and words.

In: the options. Out: files in the work folder, and at the end a model folder. What a stage finds done it does not do again.
"""

import json
import time

import numpy as np
import torch
from transformers import AutoTokenizer, ClapModel

from . import audio_tower, bridge, centre, evaluate, export, recipe, sources, student, targets, text_tower, trials
from .lexicon import Lexicon, read_captions, read_others
from .mixing import Mixer
from .teachers import Heard, Teachers
from .vocabulary import Vocabulary

# Windows heard at once when only measuring.
CLIPS_AT_ONCE = 128
# Clips by which the audio side is centred.
CENTRING_CLIPS = 4_000


class Making:
    def __init__(self, options):
        self.options, self.device = options, torch.device(options.device)
        options.work.mkdir(parents=True, exist_ok=True)
        self.lexicon = Lexicon.read(options.data / "text/lexicon.csv")
        self.sounds, samples = sources.read_sounds(options.data, options.work, self.lexicon, options.every, options.workers)
        self.learn = np.array([not sound.held_out for sound in self.sounds])
        starts, lengths = ([getattr(sound, name) for sound in self.sounds] for name in ("start", "length"))
        self.mixer = Mixer(samples, starts, lengths, sources.weights(self.sounds, self.learn), options.seed, self.device)
        hours = sum(lengths) / recipe.RATE_HZ / 3600
        print(f"{len(self.sounds)} sounds, {hours:.2f} hours, {int((~self.learn).sum())} held out", flush=True)
        self.teachers = Teachers(options.data, half=self.device.type == "cuda").to(self.device).eval()
        self.mel = audio_tower.Mel().to(self.device)
        self.begin_from(options.work / "start" if (options.work / "start").exists() else options.start)

    def begin_from(self, folder) -> None:
        self.folder = folder
        self.start = ClapModel.from_pretrained(folder, dtype=torch.float32)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.tower = text_tower.TextTower(self.start, self.tokenizer, self.device).eval()

    @property
    def words(self) -> Vocabulary:
        path = self.options.work / "words.pt"
        if not path.exists():
            torch.save(Vocabulary(self.tower, self.lexicon, self.sounds, self.options.data, self.device), path)
        return torch.load(path, map_location=self.device, weights_only=False)

    # The stages, in order.

    def text(self) -> None:
        """Tunes the text tower on the lexicon: `work/start` begins from what comes of it."""
        captions, held = read_captions(self.options.data / "text/lexicon_captions.csv", self.lexicon)
        others = read_others(self.options.data) + sorted({sound.name for sound in self.sounds if sound.name})
        text_tower.tune(self.tower, text_tower.Lessons(self.lexicon, captions, held, others), self.options.text_seconds)
        self.start.text_model.load_state_dict(self.tower.model.state_dict())
        self.start.text_projection.load_state_dict(self.tower.projection.state_dict())
        self._keep_start()

    def centre(self) -> None:
        """Centres both sides; see `centre`."""
        rows = np.flatnonzero(self.learn)[:: max(1, int(self.learn.sum()) // CENTRING_CLIPS)]
        tower = self._audio(self.start)
        with torch.no_grad():
            pooled = torch.cat([audio_tower.speak(tower, self.mel(waves)[:, None], False)[0] for waves in self._clips(rows)])
        centre.centre(self.start, self.tokenizer, self.lexicon, pooled.cpu())
        self._keep_start()

    def trials(self) -> None:
        """Prints how well bridges of several recipes name what they have not heard."""
        bank, scale = self._bank_and_scale()
        options = self.options
        trials.run(
            bank, self.words, scale, self.hear_clips, self.tower, self.sounds, self.lexicon, options.trial_steps, options.recipe
        )

    def train(self) -> None:
        """The bridge, and then the student."""
        options, words = self.options, self.words
        bank, scale = self._bank_and_scale()
        torch.manual_seed(options.seed)
        between = bridge.train(bank, words, scale, options.bridge_steps, self._weights())
        del bank
        self._figures("bridge", lambda rows: between(*self._embeddings(rows)))
        pupil = audio_tower.Student(audio_tower.configuration(), [head[-1].out_features for head in self.teachers.aisfx.heads])
        pupil.start_from(self.start)
        plan = student.Plan(
            options.seconds, options.batch, options.reuse, options.rate, save_every=options.save_every, words=self._weights()
        )
        trainer = student.Trainer(
            pupil.to(self.device), self.mixer, self.teachers, between, words, self.mel, plan, options.work
        )
        self._figures("before", lambda rows: self._embed_clips(trainer.mean, rows))
        trainer.run(self._report)

    def export(self) -> None:
        """The model folder, with the temperature that `--temperature` gives."""
        audio = export.load_parts(self.options.parts or self.options.work, "audio")
        export.export(audio, self.folder, self.options.temperature, self.options.out)
        print(f"{export.attribute(self.options.data, self.options.out)} sounds credited", flush=True)
        print(f"{export.list_heard(self.options.data, self.options.out)} recordings listed as heard", flush=True)

    def figures(self) -> None:
        """Before and after, on the sources held out, and the lexicon."""
        self._figures("start", lambda rows: self._embed_clips(self._audio(self.start), rows))
        made = ClapModel.from_pretrained(self.options.out, dtype=torch.float32)
        self._figures("made", lambda rows: self._embed_clips(self._audio(made), rows))
        print(f"lexicon {evaluate.lexicon_figure(self.lexicon, self.tower):.1f}", flush=True)

    # What they use.

    def hear_clips(self, rows) -> Heard:
        """What the teachers hear in the sounds `rows` as the product takes them."""
        parts = [self.teachers.hear(waves) for waves in self._clips(rows)]
        names = ("yamnet", "scores", "aisfx", "ucs")
        yamnet, scores, aisfx, ucs = (torch.cat([getattr(part, name) for part in parts]) for name in names)
        return Heard(yamnet, scores, aisfx, [], ucs)

    def _embeddings(self, rows):
        heard = self.hear_clips(rows)
        return heard.yamnet, heard.aisfx

    @torch.no_grad()
    def _embed_clips(self, tower, rows):
        return torch.cat([audio_tower.speak(tower, self.mel(waves)[:, None], False)[1] for waves in self._clips(rows)])

    def _clips(self, rows):
        for first in range(0, len(rows), CLIPS_AT_ONCE):
            yield torch.stack([self.mixer.clip(row) for row in rows[first : first + CLIPS_AT_ONCE]])

    def _bank_and_scale(self):
        path = self.options.work / "bank.pt"
        if path.exists():
            bank = torch.load(path, map_location=self.device, weights_only=False)
        else:
            begun = time.time()
            bank = bridge.Bank.hear(self.mixer, self.teachers, self.options.bank, self.options.batch)
            torch.save(bank, path)
            print(f"mixed and heard {len(bank) / (time.time() - begun):.0f} windows a second", flush=True)
        return bank, bridge.Scale(bank.heard).to(self.device)

    def _weights(self) -> targets.Weights:
        return targets.Weights(**json.loads(self.options.weigh))

    def _keep_start(self) -> None:
        """`work/start` is what the next stages begin from."""
        out = self.options.work / "start"
        self.start.save_pretrained(out)
        export.copy_front_end(self.folder, out)
        (self.options.work / "words.pt").unlink(missing_ok=True)
        self.begin_from(out)

    def _audio(self, clap):
        found = audio_tower.Student(audio_tower.configuration(), [1])
        found.start_from(clap)
        return found.tower.to(self.device).eval()

    def _report(self, trainer) -> None:
        self._figures(f"after {trainer.seen} windows", lambda rows: self._embed_clips(trainer.mean, rows))
        out = self.options.parts or self.options.work
        export.save_parts(trainer.mean.state_dict(), out, "audio")
        export.save_parts(trainer.bridge.state_dict(), out, "bridge")

    @torch.no_grad()
    def _figures(self, name: str, embed) -> None:
        held = [row for row, sound in enumerate(self.sounds) if sound.held_out]
        heard = [row for row, sound in enumerate(self.sounds) if sound.label][::4]
        tests = (
            evaluate.of_concepts("held out", self.sounds, held, self.lexicon),
            evaluate.of_labels("ESC-50, heard", self.sounds, heard),
        )
        shown = [evaluate.shown(test, embed(test.rows), self.tower) for test in tests if test.rows]
        print(f"figures {name}: " + " | ".join(shown), flush=True)
