// Owns how the address names a screen, the library and the screen's state: `#/search?lib=foley&q=rain`.

/** The parameter that names the library; it is the frame's, and no screen's. */
const LIBRARY = 'lib';

/** What means the same in every library; ids of sounds and names of folders do not. */
const WORDS = [
  'q',
  'by',
  'all',
  'moments',
  'labels',
  'set',
  'multi',
  'threshold',
  'format',
  'shortest',
  'longest',
  'kind',
];

/** The screen, the library and the parameters in `hash`; the first two are '' where it names none. */
export function readHash(hash) {
  const [, name = '', text = ''] = /^#\/([a-z]+)(?:\?(.*))?$/.exec(hash) ?? [];
  const parameters = new URLSearchParams(text);
  const library = parameters.get(LIBRARY) ?? '';
  parameters.delete(LIBRARY);
  return { name, library, parameters };
}

/** The hash that stands for a screen with its parameters in a library. */
export function writeHash(name, parameters, library = '') {
  const all = new URLSearchParams(library ? { [LIBRARY]: library } : {});
  for (const [key, value] of parameters) all.append(key, value);
  const text = all.toString();
  return `#/${name}${text ? `?${text}` : ''}`;
}

/** What of the parameters can be asked of another library too. */
export function wordsOf(parameters) {
  return new URLSearchParams([...parameters].filter(([key]) => WORDS.includes(key)));
}

/** The title of the tab: what is asked on a screen, and the screen. */
export function titleOf(screen, asked = '') {
  return [asked, screen, 'auricle'].filter(Boolean).join(' · ');
}
