// Owns which sounds fall into which bucket, in which order, and how full each is.

/** The bucket of what has none of the labels. */
export const NONE = '\u0000none';

/** How the bucket of a label is called. */
export function bucketName(label) {
  return label === NONE ? 'none of these' : label;
}

/**
 * A bucket for each of `labels` and one for what has none: [{ label, sounds, number, share }]. `results` are only the
 * best sounds; `counts` and `none` say how many there are in all, of `total`.
 */
export function bucketsOf({ labels, results, counts, none, total }) {
  return [...labels, NONE].map((label) => {
    const sounds = soundsUnder(results, label);
    const number = label === NONE ? none : (counts?.[label] ?? sounds.length);
    return { label, sounds, number, share: total > 0 ? number / total : null };
  });
}

/** The sounds that have a label, the most probable first; those that have none as they come. */
export function soundsUnder(results, label) {
  if (label === NONE) return results.filter(({ found }) => found.length === 0);
  const sounds = results.filter(({ found }) => found.includes(label));
  return sounds.sort((a, b) => presenceOf(b, label) - presenceOf(a, label));
}

/** How probable it is that a sound has a label, 0 to 1; null for the bucket of what has none. */
export function presenceOf(sound, label) {
  if (label === NONE) return null;
  return sound.labels.find((each) => each.label === label)?.presence ?? 0;
}
