// Owns the names of keys: which one an event means, which binding it runs, and how it is written on a key cap.

const CAPS = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  'Shift+ArrowLeft': '⇧ ←',
  'Shift+ArrowRight': '⇧ →',
  'Shift+ArrowUp': '⇧ ↑',
  'Shift+ArrowDown': '⇧ ↓',
};

/** Begins the keys that are two in a row, for example `g s`. */
const LEADER = 'g';

/** How bindings call the key of an event. */
export function keyName({ key, shiftKey }) {
  const name = key === ' ' ? 'Space' : key;
  return shiftKey && name.length > 1 ? `Shift+${name}` : name;
}

/** What `pressed` runs after `pending`, among groups of bindings, of which the last bound comes first; null if nothing. */
export function taskOf(groups, pending, pressed) {
  return (pending ? boundTo(groups, `${pending} ${pressed}`) : null) ?? boundTo(groups, pressed);
}

/** What is pending after `pressed`: the first of two keys in a row, or nothing. */
export function pendingAfter(pressed) {
  return pressed === LEADER ? LEADER : '';
}

/** The caps of a binding: [['g', 's']] for two in a row, [['↓'], ['j']] for one or the other. */
export function capsOf(keys) {
  return keys.map((key) => key.split(' ').map((each) => CAPS[each] ?? each));
}

function boundTo(groups, pressed) {
  for (const { keys } of [...groups].reverse()) {
    const found = keys.find((each) => each.keys.includes(pressed) && (each.when?.() ?? true));
    if (found) return found.run;
  }
  return null;
}
