// Owns the outlines of sounds: asks for each once, a few at a time, the latest request first.

import { waveform } from '../api.js';
import { key } from '../player.js';
import { libraryName } from '../session.js';

const AT_ONCE = 6;
const KEPT = 2000;
/** How finely outlines are asked for by the tiles, the rows, and the player. */
const SIZES = [96, 480, 1600];

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
  for (const points of SIZES) kept.set(`${key(sound)} ${points}`, Promise.resolve(peaks));
}

function next() {
  while (running < AT_ONCE && waiting.length > 0) ask(waiting.pop());
}

async function ask({ sound, points, name, resolve, reject }) {
  running += 1;
  try {
    const { seconds, peaks } = await waveform(sound.id, { points, library: libraryName() });
    sound.duration_seconds ||= seconds;
    resolve(peaks);
  } catch (error) {
    kept.delete(name);
    reject(error);
  } finally {
    running -= 1;
    next();
  }
}
