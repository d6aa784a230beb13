// Owns the arithmetic of outlines: the lowest and the highest sample of each step of a sound, and of each bar on screen.

/** Quiet sounds are drawn larger, but noise does not fill the box. */
const LEAST_PEAK = 0.06;

/** The outline of decoded samples: about `points` times [min, max]. */
export function outline(samples, points) {
  const step = Math.max(1, Math.floor(samples.length / points));
  const peaks = [];
  for (let from = 0; from < samples.length; from += step)
    peaks.push(extremes(samples, from, Math.min(from + step, samples.length)));
  return peaks;
}

/** An outline as `bars` times [min, max]. */
export function barsOf(peaks, bars) {
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    return merged(peaks.slice(from, to));
  });
}

/** How loud an outline is at its loudest, for scaling it into a box. */
export function loudestOf(peaks) {
  return peaks.reduce((most, [low, high]) => Math.max(most, -low, high), LEAST_PEAK);
}

function extremes(samples, from, to) {
  let [low, high] = [0, 0];
  for (let at = from; at < to; at += 1) {
    if (samples[at] < low) low = samples[at];
    if (samples[at] > high) high = samples[at];
  }
  return [low, high];
}

function merged(peaks) {
  return peaks.reduce(([low, high], [least, most]) => [Math.min(low, least), Math.max(high, most)], [0, 0]);
}
