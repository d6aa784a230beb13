// Owns how elements are made: `h('button', { class: 'quiet', onclick }, 'Play')`, with no markup in strings.

/** What has a property of its name that cannot be set. */
const ATTRIBUTES = new Set(['list', 'form', 'role']);

const SVG = 'http://www.w3.org/2000/svg';

/** An element. Properties that begin with `on` are listeners; null, undefined and false are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
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
  element.replaceChildren(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Calls `task` once `pause` milliseconds have gone by without another call. */
export function calm(task, pause) {
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

/** Whether movement should be left out. */
export function isStill() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Whether the page is held in a hand: then a field in focus would bring up a keyboard that nobody asked for. */
export function isTouched() {
  return matchMedia('(pointer: coarse)').matches;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'vars') for (const [key, to] of Object.entries(value)) element.style.setProperty(key, to);
  else if (name === 'data') Object.assign(element.dataset, value);
  else if (name === 'class') element.className = value;
  else if (name in element && !ATTRIBUTES.has(name)) element[name] = value;
  else element.setAttribute(name, value === true ? '' : value);
}
