"""Windows mixed from the sounds as they are asked for, on the device: none is heard twice.

In: the sounds' samples (int16, end to end) and how often each is to be drawn. Out: windows of five seconds, which sounds are in
each, and how loud.
"""

import torch

from . import recipe

N = recipe.WINDOW_SAMPLES
# One, two or three sounds to a window.
HOW_MANY = (0.50, 0.37, 0.13)
# A second or third sound is up to this much softer.
SOFTER_DB = 15.0
# Speeds from 0.80 to 1.25, for this share of the sounds; the others keep theirs and their whole samples.
SPEED_SPAN, SPEED_SHARE = 0.44, 0.6
# Short sounds: this share is repeated as the product does, the others lie anywhere once.
REPEATED = 0.6
# The level of a sound is that of its frames of 50 ms within 30 dB of its loudest.
LEVEL_FRAME = recipe.RATE_HZ // 20
SOUNDING = 1e-3
LEVEL = 0.1
# Shares of the sounds that are coloured, and of those the ones tilted, low-passed and high-passed.
COLOURED, TILTED, LOW_PASSED, HIGH_PASSED = 0.6, 0.8, 0.2, 0.16
# Shares of the windows in a room, and with noise.
IN_A_ROOM, NOISED = 0.15, 0.25


class Mixer:
    def __init__(self, samples, starts, lengths, weights, seed: int, device):
        self.device = device
        self.samples = torch.tensor(samples, device=device)
        self.starts = torch.as_tensor(starts).to(device)
        self.lengths = torch.as_tensor(lengths).to(device)
        self.weights = torch.as_tensor(weights, dtype=torch.float).to(device)
        self.generator = torch.Generator(device=device).manual_seed(seed)
        self.time = torch.arange(N, device=device, dtype=torch.float32)
        self.frequency = torch.fft.rfftfreq(N, 1 / recipe.RATE_HZ).to(device)

    def draw(self, *shape):
        return torch.rand(*shape, generator=self.generator, device=self.device)

    def windows(self, count: int):
        """(windows (count, samples), sounds (count, 3), -1 where there is none, shares (count, 3) of the level)."""
        sounds = torch.multinomial(self.weights, count * recipe.MOST_SOUNDS, True, generator=self.generator).view(count, -1)
        # The first half of the windows holds one sound and so on: always as many, so that shapes, and with them the plans of FFTs
        # and blocks of memory, stay the same.
        quantile = torch.arange(count, device=self.device)[:, None] / count
        used = quantile >= torch.tensor((0.0, HOW_MANY[0], HOW_MANY[0] + HOW_MANY[1]), device=self.device)
        softer = self.draw(count, recipe.MOST_SOUNDS) * SOFTER_DB
        softer[:, 0] = 0
        gains = 10 ** (-softer / 20) * used
        window, place = used.nonzero(as_tuple=True)
        waves = self._coloured(self._placed(sounds[window, place]))
        mixed = torch.zeros(count, N, device=self.device)
        mixed.index_add_(0, window, waves * (gains[window, place] * LEVEL / _level(waves))[:, None])
        mixed = self._noised(self._in_a_room(mixed))
        loudest = mixed.abs().amax(1, keepdim=True).clamp_min(1e-6)
        mixed *= 10 ** (-24 * self.draw(count, 1) / 20) / loudest
        return mixed, sounds.where(used, -1), gains / gains.sum(1, keepdim=True)

    def clip(self, sound: int):
        """The first window of a sound as the product hears it: repeated while it fits, then silence."""
        start, length = self.starts[sound].item(), self.lengths[sound].item()
        wave = self.samples[start : start + min(length, N)].float() / 32767
        wave = wave.repeat(max(1, N // len(wave)))
        return torch.nn.functional.pad(wave, (0, N - len(wave)))

    def _placed(self, sounds):
        """Each sound somewhere in a window, at its speed: (len(sounds), samples)."""
        count = len(sounds)
        length = self.lengths[sounds].float()
        changed = self.draw(count) < SPEED_SHARE
        speed = torch.exp((self.draw(count) - 0.5) * SPEED_SPAN).where(changed, 1.0)
        need = N * speed
        where = self.draw(count)
        long = length > need
        repeated = ~long & (self.draw(count) < REPEATED)
        offset = torch.where(long, -where * (length - need), where * (need - length).clamp_min(0)).where(~repeated, 0.0)
        # Whole samples where the speed is 1, so that nothing is interpolated.
        offset = offset.round().where(~changed, offset)
        position = self.time[None] * speed[:, None] - offset[:, None]
        end = torch.where(repeated, (need / length).floor().clamp_min(1) * length, length)[:, None]
        inside = (position >= 0) & (position < end)
        position = torch.where(repeated[:, None], torch.remainder(position, length[:, None]), position)
        return self._between(position, self.starts[sounds][:, None], self.lengths[sounds][:, None]) * inside

    def _between(self, position, start, length):
        """Cubic (Catmull-Rom) interpolation at `position` within each sound."""
        whole = position.floor()
        f = position - whole
        whole = whole.long()
        last = length - 1

        def tap(step: int):
            return self.samples[start + torch.minimum((whole + step).clamp_min(0), last)].float()

        before, here, after, beyond = tap(-1), tap(0), tap(1), tap(2)
        curve = 0.5 * (3 * (here - after) + beyond - before) * f + before - 2.5 * here + 2 * after - 0.5 * beyond
        return ((curve * f + 0.5 * (after - before)) * f + here) / 32767

    def _some(self, count: int, share: float):
        """Which rows of `count` a thing happens to."""
        return torch.randperm(count, generator=self.generator, device=self.device)[: max(1, round(count * share))]

    def _coloured(self, waves):
        """Some tilted by up to 0.6 powers of the frequency, some low- or high-passed with 24 dB an octave."""
        rows = self._some(len(waves), COLOURED)
        count, f = len(rows), self.frequency[None]
        tilt = torch.where(self.draw(count, 1) < TILTED, self.draw(count, 1) * 1.2 - 0.6, 0.0)
        kind, low, high = self.draw(count, 1), 1_500 + self.draw(count, 1) * 10_500, 60 + self.draw(count, 1) * 440
        gain = (f.clamp_min(30) / 1_000) ** tilt
        gain *= torch.where(kind < LOW_PASSED, (1 + (f / low) ** 8).rsqrt(), 1.0)
        gain *= torch.where(kind >= 1 - HIGH_PASSED, (1 + (high / f.clamp_min(1)) ** 8).rsqrt(), 1.0)
        waves[rows] = torch.fft.irfft(torch.fft.rfft(waves[rows]) * gain, N)
        return waves

    def _in_a_room(self, mixed):
        """Some windows in a room of noise that dies away by 60 dB in 0.1 to 1.2 s."""
        rows = self._some(len(mixed), IN_A_ROOM)
        count = len(rows)
        seconds = 0.1 + self.draw(count, 1) * 1.1
        echo = torch.randn(count, N, generator=self.generator, device=self.device)
        echo *= 10 ** (-3 * self.time[None] / recipe.RATE_HZ / seconds)
        echo *= (0.2 + 0.8 * self.draw(count, 1)) / echo.square().sum(1, keepdim=True).sqrt().clamp_min(1e-6)
        echo[:, 0] += 1
        mixed[rows] = torch.fft.irfft(torch.fft.rfft(mixed[rows]) * torch.fft.rfft(echo), N)
        return mixed

    def _noised(self, mixed):
        """Some with noise between white and pink, 15 to 45 dB under the sounds."""
        rows = self._some(len(mixed), NOISED)
        count = len(rows)
        white = torch.fft.rfft(torch.randn(count, N, generator=self.generator, device=self.device))
        noise = torch.fft.irfft(white / self.frequency.clamp_min(20)[None] ** self.draw(count, 1), N)
        noise *= LEVEL / noise.square().mean(1, keepdim=True).sqrt() * 10 ** (-(15 + 30 * self.draw(count, 1)) / 20)
        mixed[rows] += noise
        return mixed


def _level(waves):
    """The level of the sounding part of each wave."""
    frames = waves.view(len(waves), -1, LEVEL_FRAME).square().mean(-1)
    sounding = frames >= frames.amax(1, keepdim=True) * SOUNDING
    return ((frames * sounding).sum(1) / sounding.sum(1)).sqrt().clamp_min(1e-4)
