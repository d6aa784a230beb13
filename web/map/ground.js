// Owns the geometry of the map: points as numbers, which is nearest, and which lie inside a loop.

const CELLS = 128;

/** Points in −1..=1 with a grid over them, so that the nearest is found at once among 100,000. */
export class Ground {
  /** `places` is x, y, x, y …; larger coordinates are scaled down. */
  constructor(places) {
    this.len = places.length / 2;
    this.places = fitted(places);
    this.cells = Array.from({ length: CELLS * CELLS }, () => []);
    for (let at = 0; at < this.len; at += 1)
      this.cells[cellOf(this.places[at * 2]) + CELLS * cellOf(this.places[at * 2 + 1])].push(at);
  }

  x(at) {
    return this.places[at * 2];
  }

  y(at) {
    return this.places[at * 2 + 1];
  }

  /** The point nearest to (x, y) within `reach`; −1 if there is none. */
  nearest(x, y, reach) {
    let [best, least] = [-1, reach * reach];
    for (const cell of this.#cellsAround(x, y, reach)) {
      for (const at of cell) {
        const distance = (this.x(at) - x) ** 2 + (this.y(at) - y) ** 2;
        if (distance < least) [best, least] = [at, distance];
      }
    }
    return best;
  }

  /** The nearest point from `from` on in a direction; −1 if there is none. */
  towards(from, directionX, directionY) {
    let [best, least] = [-1, Infinity];
    for (let at = 0; at < this.len; at += 1) {
      const [x, y] = [this.x(at) - this.x(from), this.y(at) - this.y(from)];
      const along = x * directionX + y * directionY;
      const aside = Math.abs(x * directionY - y * directionX);
      if (along <= 0.001 || aside > along * 1.2) continue;
      const distance = along + aside * 2;
      if (distance < least) [best, least] = [at, distance];
    }
    return best;
  }

  /** The points inside a loop of [x, y]. */
  inside(loop) {
    const xs = loop.map(([x]) => x);
    const ys = loop.map(([, y]) => y);
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const found = [];
    for (let at = 0; at < this.len; at += 1) {
      const [x, y] = [this.x(at), this.y(at)];
      if (x >= left && x <= right && y >= low && y <= high && isInside(loop, x, y)) found.push(at);
    }
    return found;
  }

  #cellsAround(x, y, reach) {
    const cells = [];
    for (let row = cellOf(y - reach); row <= cellOf(y + reach); row += 1)
      for (let column = cellOf(x - reach); column <= cellOf(x + reach); column += 1)
        cells.push(this.cells[column + CELLS * row]);
    return cells;
  }
}

function fitted(places) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < places.length; at += 2) {
    [left, right] = [Math.min(left, places[at]), Math.max(right, places[at])];
    [low, high] = [Math.min(low, places[at + 1]), Math.max(high, places[at + 1])];
  }
  const half = Math.max(right - left, high - low, 1e-6) / 2;
  const [middleX, middleY] = [(left + right) / 2, (low + high) / 2];
  return places.map((value, at) => (value - (at % 2 === 0 ? middleX : middleY)) / half);
}

function cellOf(value) {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(((value + 1) / 2) * CELLS)));
}

function isInside(loop, x, y) {
  let inside = false;
  for (let at = 0, before = loop.length - 1; at < loop.length; before = at, at += 1) {
    const [ax, ay] = loop[at];
    const [bx, by] = loop[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
