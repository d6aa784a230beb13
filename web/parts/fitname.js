// Owns how a name that is longer than its place is shown: its beginning and its end, with the middle left out. Names of sounds
// differ at their ends.

/** Lines are seldom filled to their end: words are not cut. */
const FILLED = 0.92;
const LEAST = 8;
const STEP = 2;
const ELLIPSIS = '…';
/** How much of what is shown is the beginning. */
const FIRST_SHARE = 0.5;

const pens = new Map();
const known = new WeakMap();
const sized = new ResizeObserver((entries) => {
  for (const { target } of entries) fit(target);
});

/** Shows `name` in `element` on as many lines as it has, whatever its width. */
export function fitName(element, name, lines = 1) {
  known.set(element, { name, lines, width: 0 });
  element.textContent = name;
  sized.observe(element);
}

/** `name` in so many letters at most; of a longer one the middle is left out. */
export function shortened(name, letters) {
  const all = [...name];
  if (all.length <= letters) return name;
  const first = Math.max(1, Math.floor((letters - 1) * FIRST_SHARE));
  const last = Math.max(1, letters - 1 - first);
  return all.slice(0, first).join('').trimEnd() + ELLIPSIS + all.slice(-last).join('').trimStart();
}

function fit(element) {
  const { name, lines, width: before } = known.get(element);
  const width = element.clientWidth;
  if (width === 0 || width === before) return;
  known.get(element).width = width;
  const room = width * (lines === 1 ? 1 : lines * FILLED);
  const needed = widthOf(name, element);
  let letters = Math.floor((name.length * room) / needed);
  element.textContent = shortened(name, letters);
  // Letters are not equally wide, and lines end between words.
  for (; letters > LEAST && isOver(element); letters -= STEP) element.textContent = shortened(name, letters - STEP);
}

function isOver({ scrollWidth, clientWidth, scrollHeight, clientHeight }) {
  return scrollWidth > clientWidth || scrollHeight > clientHeight + 1;
}

function widthOf(text, element) {
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(element);
  const font = `${fontWeight} ${fontSize} ${fontFamily}`;
  if (!pens.has(font)) {
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = font;
    pens.set(font, pen);
  }
  return pens.get(font).measureText(text).width;
}
