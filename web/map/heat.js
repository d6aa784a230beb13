// Owns the numbers behind the colours of the map: how they arrive, and how warm each point is.

/** The coolest share of the points has no colour, so that what is warm stands out. */
const COOL_SHARE = 0.5;
/** This share and more is as warm as can be. */
const HOT_SHARE = 0.998;

/** Little-endian floats in base64. */
export function floatsIn(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Cosines as 0..=1, stretched between the middle of the library and its best. */
export function heatOf(scores) {
  const sorted = Float32Array.from(scores).sort();
  const cool = sorted[Math.floor((sorted.length - 1) * COOL_SHARE)];
  const hot = sorted[Math.floor((sorted.length - 1) * HOT_SHARE)];
  return scores.map((score) => Math.min(1, Math.max(0, (score - cool) / Math.max(1e-6, hot - cool))) ** 1.5);
}
