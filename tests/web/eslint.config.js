// Owns the rules of the page's code: small functions, no markup in strings, and pure modules that touch no document.

import js from '@eslint/js';
import globals from 'globals';

/** Modules that run in node as they do on the page: they know no document and no window. */
export const PURE = [
  'web/{query,filter}.js',
  'web/address.js',
  'web/keys.js',
  'web/map/{ground,view,heat}.js',
  'web/parts/{bucketing,clips,format,judgement,moments,outline,progress,rows,wav}.js',
  'web/screens/*/{state,words}.js',
  'web/screens/search/groups.js',
];

/** What a pure module may use beside the language itself. */
const PURE_GLOBALS = { URLSearchParams: 'readonly', atob: 'readonly' };

const SIZES = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 60 }],
  'max-depth': ['error', 3],
  'max-nested-callbacks': ['error', 3],
  'max-params': ['error', 5],
  complexity: ['error', 12],
};

const HABITS = {
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-shadow': 'error',
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  'no-console': 'error',
  'no-eval': 'error',
  'no-restricted-properties': [
    'error',
    ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
      property,
      message: 'Names of files are shown as text: build elements with h().',
    })),
  ],
};

export default [
  js.configs.recommended,
  { rules: { ...SIZES, ...HABITS }, linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['web/**/*.js'], languageOptions: { sourceType: 'module', globals: globals.browser } },
  { files: ['web/theme-first.js'], languageOptions: { sourceType: 'script' } },
  { files: ['web/parts/recorder.js'], languageOptions: { globals: globals.audioWorklet } },
  {
    files: PURE,
    languageOptions: {
      globals: { ...Object.fromEntries(Object.keys(globals.browser).map((name) => [name, 'off'])), ...PURE_GLOBALS },
    },
  },
  { files: ['tests/web/**/*.js'], languageOptions: { sourceType: 'module', globals: globals.node } },
];
