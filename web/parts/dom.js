// Owns how elements are made: `h('button', { class: 'quiet', onclick }, 'Play')`, with no markup in strings.

/** Attributes whose property of the same name cannot be set. */
const ATTRIBUTES = new Set(['list', 'form', 'role']);

const SVG = 'http://www.w3.org/2000/svg';

/** An element. Properties that begin with `on` are listeners; null, undefined and false are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...shown(children));
  return element;
}

/** An element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Puts `children` in place of what `element` holds. */
export function fill(element, ...children) {
  element.replaceChildren(...shown(children));
  return element;
}

/** As `fill`, for controls that are drawn anew while they are used: the one in focus gives it to the one in its place. */
export function refill(element, ...children) {
  const at = controlsIn(element).indexOf(document.activeElement);
  fill(element, ...children);
  if (at >= 0) controlsIn(element)[at]?.focus();
  return element;
}

/** Calls `task` once `pause` milliseconds have gone by without another call; `now` calls it at once, `stop` not at all. */
export function debounced(task, pause) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => task(...values), pause);
  };
  later.now = (...values) => {
    clearTimeout(timer);
    return task(...values);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}

/** Whether the system asks for no movement. */
export function prefersStill() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Whether the page is used by touch: then putting a field in focus would raise a keyboard that nobody asked for. */
export function isTouchScreen() {
  return matchMedia('(pointer: coarse)').matches;
}

function controlsIn(element) {
  return [...element.querySelectorAll('a, button, input, select')];
}

function shown(children) {
  return children.flat(Infinity).filter(isGiven);
}

function isGiven(value) {
  return value !== null && value !== undefined && value !== false;
}

function set(element, name, value) {
  if (!isGiven(value)) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'vars') for (const [key, to] of Object.entries(value)) element.style.setProperty(key, to);
  else if (name === 'data') Object.assign(element.dataset, value);
  else if (name === 'class') element.className = value;
  else if (name in element && !ATTRIBUTES.has(name)) element[name] = value;
  else element.setAttribute(name, value === true ? '' : value);
}
