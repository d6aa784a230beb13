// Owns the outlines of sounds: asks for each once, a few at a time, the newest wish first.

import { waveform } from '../api.js';
import { key } from '../player.js';
import { libraryName } from '../session.js';

const AT_ONCE = 6;
const KEPT = 2000;

const kept = new Map();
const waiting = [];
let running = 0;

/** The outline of `sound`: a promise of [[min, max], …] in −1..=1. A sound whose length is not known yet is told it. */
export function peaksOf(sound, points) {
  const name = `${key(sound)} ${points}`;
  if (!kept.has(name)) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    kept.set(name, new Promise((resolve, reject) => waiting.push({ sound, points, name, resolve, reject })));
    next();
  }
  return kept.get(name);
}

/** Keeps the outline of an upload, which the page has worked out itself. */
export function keepPeaks(sound, peaks) {
  for (const points of [96, 480, 1600]) kept.set(`${key(sound)} ${points}`, Promise.resolve(peaks));
}

/** The outline of decoded samples. */
export function outline(samples, points) {
  const step = Math.max(1, Math.floor(samples.length / points));
  const peaks = [];
  for (let from = 0; from < samples.length; from += step) {
    let [low, high] = [0, 0];
    for (let at = from; at < Math.min(from + step, samples.length); at += 1) {
      if (samples[at] < low) low = samples[at];
      if (samples[at] > high) high = samples[at];
    }
    peaks.push([low, high]);
  }
  return peaks;
}

function next() {
  while (running < AT_ONCE && waiting.length > 0) {
    const { sound, points, name, resolve, reject } = waiting.pop();
    running += 1;
    waveform(sound.id, { points, library: libraryName() })
      .then(({ seconds, peaks }) => {
        sound.duration_seconds ||= seconds;
        resolve(peaks);
      })
      .catch((error) => {
        kept.delete(name);
        reject(error);
      })
      .finally(() => {
        running -= 1;
        next();
      });
  }
}
