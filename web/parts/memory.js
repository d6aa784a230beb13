// Owns what this browser remembers: small settings under one prefix. Without storage everything still works.

const PREFIX = 'auricle.';

/** What was remembered under `name`; `otherwise` if nothing was. */
export function remembered(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    if (text === null) return otherwise;
    return typeof otherwise === 'string' ? text : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** Remembers `value` under `name`. */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, typeof value === 'string' ? value : JSON.stringify(value));
  } catch {
    // Storage is off or full; the setting holds until the page is left.
  }
}
