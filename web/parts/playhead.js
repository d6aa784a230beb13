// Owns the watch on the player for things that are not waveforms: each is told while it is on the page.

import { player } from '../player.js';

/** Calls `task` whenever the player moves, as long as `element` is on the page. */
export function onFrames(element, task) {
  const watch = new AbortController();
  const step = () => {
    if (element.isConnected) task();
    else if (element.dataset.shown) watch.abort();
    if (element.isConnected) element.dataset.shown = 'yes';
  };
  player.addEventListener('time', step, { signal: watch.signal });
  player.addEventListener('change', step, { signal: watch.signal });
  queueMicrotask(step);
}

/** Whether the player holds `sound`. */
export function isOn(sound) {
  return player.holds(sound);
}
