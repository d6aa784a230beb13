// Owns the watch on the player for things that are not waveforms: each is told as long as it is on the page.

import { player } from '../player.js';

/** Calls `task` whenever the player moves, as long as `element` is on the page. */
export function onFrames(element, task) {
  const watch = new AbortController();
  let wasShown = false;
  const step = () => {
    if (element.isConnected) task();
    else if (wasShown) watch.abort();
    wasShown ||= element.isConnected;
  };
  player.addEventListener('time', step, { signal: watch.signal });
  player.addEventListener('change', step, { signal: watch.signal });
  queueMicrotask(step);
}
