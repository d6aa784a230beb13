// Owns how far down the page is: kept with each step of the history, and brought back with it, whenever what was there
// has come again.

import { debounced } from './parts/dom.js';

const PAUSE_MS = 150;
/** What comes later than this is not waited for. */
const PATIENCE_MS = 10_000;
const HANDS = ['wheel', 'touchstart', 'pointerdown', 'click', 'keydown'];

const later = debounced(keepScroll, PAUSE_MS);
let restoring = null;

/** Starts to keep it. */
export function startScroll() {
  history.scrollRestoration = 'manual';
  addEventListener('scroll', () => later(), { passive: true });
  addEventListener('popstate', () => later.stop());
  addEventListener('pagehide', () => later.now());
}

/** Keeps it with the step of the history that is shown now. */
export function keepScroll() {
  later.stop();
  if (restoring !== null) return;
  const scroll = Math.round(scrollY);
  if (history.state?.scroll !== scroll) history.replaceState({ ...history.state, scroll }, '');
}

/** Whether this step of the history was seen before, so that it is known how far down it was. */
export function knowsScroll() {
  return history.state?.scroll !== undefined;
}

/**
 * Goes where the page was in this step of the history, or to the top. What `content` holds may come later: the place is held
 * until it is reached and as long as `content` grows, but not against the hands of whoever uses the page.
 */
export function restoreScroll(content) {
  restoring?.abort();
  restoring = null;
  const wanted = history.state?.scroll ?? 0;
  scrollTo({ top: wanted, behavior: 'instant' });
  if (wanted === 0) return;
  const end = new AbortController();
  restoring = end;
  const sized = new ResizeObserver(() => scrollTo({ top: wanted, behavior: 'instant' }));
  sized.observe(content);
  const { signal } = end;
  signal.addEventListener('abort', () => {
    sized.disconnect();
    if (restoring === end) restoring = null;
  });
  for (const name of HANDS) addEventListener(name, () => end.abort(), { signal, capture: true, passive: true });
  setTimeout(() => end.abort(), PATIENCE_MS);
}
