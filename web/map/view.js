// Owns the view on the map: which part of it is seen, and how pixels and points turn into each other.

/** The middle of what is seen, and how large: with a scale of 1 the smaller side of the canvas shows −1..=1. */
export class View {
  constructor() {
    this.fit();
  }

  fit() {
    Object.assign(this, { x: 0, y: 0, scale: 0.9 });
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
    this.scale = Math.min(60, Math.max(0.5, this.scale * factor));
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
