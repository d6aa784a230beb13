// Owns the drawings on buttons: strokes on a 20 by 20 grid, in the colour of the text around them.

import { svg } from './dom.js';

const PATHS = {
  play: 'M6.5 4.2v11.6l9-5.8z',
  pause: 'M7 4.5v11M13 4.5v11',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4',
  mic: 'M10 3a2.3 2.3 0 0 1 2.3 2.3v4a2.3 2.3 0 0 1-4.6 0v-4A2.3 2.3 0 0 1 10 3zM5 9.5a5 5 0 0 0 10 0M10 14.5V17',
  file: 'M10 13V4M6.5 7.5 10 4l3.5 3.5M4 12.5V16h12v-3.5',
  out: 'M10 4v9M6.5 9.5 10 13l3.5-3.5M4 12.5V16h12v-3.5',
  plus: 'M10 4.5v11M4.5 10h11',
  minus: 'M4.5 10h11',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  like: 'M3 10h1.5M6.5 7v6M9.5 4.5v11M12.5 6.5v7M15.5 8.5v3',
  copy: 'M7.5 7.5h8v8h-8zM4.5 12.5v-8h8',
  more: 'M5.5 8l4.5 4.5L14.5 8',
  filter: 'M3.5 5.5h13M6 10h8M8.5 14.5h3',
  light:
    'M10 6.7a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6zM10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M15.3 4.7l-1.1 1.1M5.8 14.2l-1.1 1.1',
  dark: 'M15.8 11.8A6.3 6.3 0 0 1 8.2 4.2a6.3 6.3 0 1 0 7.6 7.6z',
  auto: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 3.5v13M12.5 5v10M14.8 7v6',
  keys: 'M7.6 7.6a2.5 2.5 0 1 1 3.7 2.2c-.9.5-1.3 1-1.3 2M10 14.8v.1',
  up: 'M7 9.5 9.7 3.8c1.3 0 1.9.9 1.7 2.1L11 8.5h4.2c.9 0 1.5.8 1.3 1.6l-1.1 4.7c-.2.7-.7 1.2-1.5 1.2H7zM7 9.5H4V16h3z',
  down: 'M7 10.5l2.7 5.7c1.3 0 1.9-.9 1.7-2.1L11 11.5h4.2c.9 0 1.5-.8 1.3-1.6l-1.1-4.7c-.2-.7-.7-1.2-1.5-1.2H7zM7 10.5H4V4h3z',
  lasso:
    'M10 4c3.9 0 6.5 1.9 6.5 4.3S13.9 12.6 10 12.6 3.5 10.7 3.5 8.3 6.1 4 10 4zM6.5 12c-1.5.6-1.7 2.3-.3 2.7 1.5.4 1.8 1.2.9 2.3',
  move: 'M10 3v14M3 10h14M8 5l2-2 2 2M8 15l2 2 2-2M5 8l-2 2 2 2M15 8l2 2-2 2',
  loop: 'M5 8.5A4 4 0 0 1 9 5h5.5M12.5 3l2 2-2 2M15 11.5a4 4 0 0 1-4 3.5H5.5M7.5 17l-2-2 2-2',
  loud: 'M4 8v4h2.5L10 15V5L6.5 8zM12.5 7.5a3.5 3.5 0 0 1 0 5M14.5 5.5a6.3 6.3 0 0 1 0 9',
  before: 'M14.5 5v10L7 10zM5.5 5v10',
  after: 'M5.5 5v10L13 10zM14.5 5v10',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  warn: 'M10 3.5 17 16H3zM10 8.5v3.5M10 14v.1',
  label: 'M3.5 4.5h6l7 7-5 5-8-8zM6.5 7.5v.1',
  teach: 'M2.5 8 10 4.5 17.5 8 10 11.5zM5.5 9.7v3.6c2.5 2 6.5 2 9 0V9.7M17.5 8v4.5',
  map: 'M5 6v.1M9 4.5v.1M8 9v.1M13.5 7v.1M5.5 13v.1M11.5 12v.1M15 11v.1M9.5 16v.1M14.5 15.5v.1',
  duplicates: 'M3.5 6.5h9v9h-9zM7 6.5v-3h9.5V13h-4',
  library: 'M3 5.5h5l1.5 2H17V15.5H3z',
  events: 'M3 5h5M10 5h7M3 10h9M14 10h3M3 15h3M8 15h6',
};

/** The drawing called `name`; the button around it carries the words. */
export function icon(name) {
  const drawing = svg('svg', {
    viewBox: '0 0 20 20',
    class: `icon icon-${name}`,
    'aria-hidden': 'true',
    focusable: 'false',
  });
  drawing.append(svg('path', { d: PATHS[name] }));
  return drawing;
}
