// Owns how the address names a screen and its state: `#/search?q=rain`.

/** The screen and the parameters in `hash`; the screen is '' where it names none. */
export function readHash(hash) {
  const [, name = '', text = ''] = /^#\/([a-z]+)(?:\?(.*))?$/.exec(hash) ?? [];
  return { name, parameters: new URLSearchParams(text) };
}

/** The hash that stands for a screen with its parameters. */
export function writeHash(name, parameters) {
  const text = parameters.toString();
  return `#/${name}${text ? `?${text}` : ''}`;
}
