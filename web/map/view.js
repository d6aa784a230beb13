// Owns the view on the map: which part of it is seen, and how pixels and points turn into each other.

/** The scale that shows all. */
const ALL = 0.9;

/** The middle of what is seen, and how large: with a scale of 1 the smaller side of the canvas shows −1..=1. */
export class View {
  constructor() {
    this.fit();
  }

  fit() {
    Object.assign(this, { x: 0, y: 0, scale: ALL });
  }

  /** Shows what was seen before: [x, y, scale], or all of it for null. */
  set(seen) {
    this.fit();
    if (seen !== null) Object.assign(this, { x: seen[0], y: seen[1], scale: scaleIn(seen[2]) });
  }

  /** What is seen; null if that is all of it. */
  get seen() {
    const { x, y, scale } = this;
    return x === 0 && y === 0 && scale === ALL ? null : [x, y, scale];
  }

  /** From the canvas, in pixels, to the ground. */
  toGround(pixelX, pixelY, width, height) {
    const half = (Math.min(width, height) / 2) * this.scale;
    return [(pixelX - width / 2) / half + this.x, (height / 2 - pixelY) / half + this.y];
  }

  /** From the ground to the canvas. */
  toPixels(x, y, width, height) {
    const half = (Math.min(width, height) / 2) * this.scale;
    return [width / 2 + (x - this.x) * half, height / 2 - (y - this.y) * half];
  }

  /** Goes nearer by `factor`, with the place under the pointer held still. */
  zoom(factor, pixelX, pixelY, width, height) {
    const [x, y] = this.toGround(pixelX, pixelY, width, height);
    this.scale = scaleIn(this.scale * factor);
    const [nextX, nextY] = this.toGround(pixelX, pixelY, width, height);
    this.x += x - nextX;
    this.y += y - nextY;
  }

  /** Moves the ground along with the pointer, by pixels. */
  pan(pixelsX, pixelsY, width, height) {
    const half = (Math.min(width, height) / 2) * this.scale;
    this.x -= pixelsX / half;
    this.y += pixelsY / half;
  }

  /** How far `pixels` reach on the ground. */
  reach(pixels, width, height) {
    return pixels / ((Math.min(width, height) / 2) * this.scale);
  }

  /** Brings a point into the middle if it lies outside the canvas or within `margin` pixels of its edge. */
  bringIn(x, y, { margin, width, height }) {
    const [pixelX, pixelY] = this.toPixels(x, y, width, height);
    const isIn = pixelX >= margin && pixelY >= margin && pixelX <= width - margin && pixelY <= height - margin;
    if (!isIn) Object.assign(this, { x, y });
  }
}

function scaleIn(scale) {
  return Math.min(60, Math.max(0.5, scale));
}
