// Owns the arithmetic of a list of which only the rows in sight are there: where each begins, which are in sight, and which
// pages hold them. All rows are equally high, but for those that are open.

/** Where row `at` begins, in pixels from the top of the list; `extra` says how much higher than `height` some rows are. */
export function topOf(at, height, extra) {
  let top = at * height;
  for (const [row, more] of extra) if (row < at) top += more;
  return top;
}

/** The row that is `top` pixels below the top of the list, among `total`. */
export function rowAt(top, { height, extra, total }) {
  let rest = top;
  for (const [row, more] of [...extra].sort(([a], [b]) => a - b)) {
    if (rest < (row + 1) * height) break;
    rest = Math.max((row + 1) * height - 1, rest - more);
  }
  return Math.min(Math.max(0, total - 1), Math.max(0, Math.floor(rest / height)));
}

/** The first row and the one after the last that are in sight or within `margin` rows of it. */
export function rowsInSight({ from, to, margin }, sizes) {
  if (sizes.total === 0) return [0, 0];
  const first = Math.max(0, rowAt(from, sizes) - margin);
  return [first, Math.min(sizes.total, rowAt(to, sizes) + margin + 1)];
}

/** The pages of `size` rows that hold the rows from `first` to before `end`. */
export function pagesOf(first, end, size) {
  if (end <= first) return [];
  const from = Math.floor(first / size);
  return Array.from({ length: Math.floor((end - 1) / size) - from + 1 }, (_, at) => from + at);
}
