// Owns the theme: the system's, light or dark; remembers the choice and tells whoever draws on a canvas.

import { remember, remembered } from './parts/memory.js';

const THEMES = ['auto', 'light', 'dark'];
const dark = matchMedia('(prefers-color-scheme: dark)');
const changed = new EventTarget();
let colours = new Map();

dark.addEventListener('change', announce);

/** The theme that was chosen: `auto`, `light` or `dark`. */
export function theme() {
  return remembered('theme', 'auto');
}

/** Goes on to the next theme and returns it. */
export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  remember('theme', next);
  if (next === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  announce();
  return next;
}

/** Calls `listener` whenever colours have changed, until `signal` says stop. */
export function onTheme(listener, signal) {
  changed.addEventListener('change', listener, { signal });
}

/** The colour that the custom property `--name` stands for now. */
export function colour(name) {
  if (!colours.has(name))
    colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return colours.get(name);
}

function announce() {
  colours = new Map();
  changed.dispatchEvent(new Event('change'));
}
