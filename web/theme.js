// Owns the theme: the system's, light or dark. It remembers the choice and tells whoever draws on a canvas.

import { remember, remembered } from './parts/memory.js';

const THEMES = ['auto', 'light', 'dark'];
const dark = matchMedia('(prefers-color-scheme: dark)');
const changed = new EventTarget();
let chosen = remembered('theme', THEMES[0]);
let colours = new Map();

dark.addEventListener('change', apply);

/** The theme that was chosen: `auto`, `light` or `dark`. */
export function theme() {
  return chosen;
}

/** Goes on to the next theme. */
export function nextTheme() {
  chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
  remember('theme', chosen);
  apply();
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

/** Puts the theme on the page, as theme-first.js did when it was loaded. */
function apply() {
  const system = dark.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'auto' ? system : chosen;
  colours = new Map();
  changed.dispatchEvent(new Event('change'));
}
