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
    kept.set(name, asked(sound, points, name));
    next();
  }
  return kept.get(name).then(({ seconds, peaks }) => {
    sound.duration_seconds ||= seconds;
    return peaks;
  });
}

/** Keeps the outline of an upload, which the page has worked out itself. */
export function keepPeaks(sound, peaks) {
  for (const points of SIZES) kept.set(`${key(sound)} ${points}`, Promise.resolve({ peaks }));
}

function next() {
  while (running < AT_ONCE && waiting.length > 0) ask(waiting.pop());
}

/** The library is that of now: another may be shown when the turn comes. */
function asked(sound, points, name) {
  const library = libraryName();
  return new Promise((resolve, reject) => waiting.push({ sound, points, name, library, resolve, reject }));
}

async function ask({ sound, points, name, library, resolve, reject }) {
  running += 1;
  try {
    resolve(await waveform(sound.id, { points, library }));
  } catch (error) {
    kept.delete(name);
    reject(error);
  } finally {
    running -= 1;
    next();
  }
}
