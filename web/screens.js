// Owns the list of screens: how each is called, its key after `g`, and where its code is.

export const SCREENS = [
  { name: 'search', words: 'Search', key: 's', load: () => import('./screens/search.js') },
  { name: 'label', words: 'Label', key: 'l', load: () => import('./screens/label.js') },
  { name: 'teach', words: 'Teach', key: 't', load: () => import('./screens/teach.js') },
  { name: 'map', words: 'Map', key: 'm', load: () => import('./screens/map.js') },
  { name: 'duplicates', words: 'Duplicates', key: 'd', load: () => import('./screens/duplicates.js') },
  { name: 'library', words: 'Library', key: 'b', load: () => import('./screens/library.js') },
];

/** The screen called `name`; the first one if there is none. */
export function screenNamed(name) {
  return SCREENS.find((screen) => screen.name === name) ?? SCREENS[0];
}
