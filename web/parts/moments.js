// Owns which spans of a sound are worth a mark, and which comes next.

/** From this share on a span is as good as the whole sound. */
const WHOLE_SHARE = 0.95;

/** A jump lands on a moment only if it lies at least this far from where the player is. */
const AHEAD_SECONDS = 0.05;
const BEHIND_SECONDS = 0.6;

/** A sound is better understood if it is heard from a little before its best moment. */
const LEAD_SECONDS = 0.5;

/** Where to begin to play a span: a little before its peak, but not before the span itself. */
export function playFrom({ start = 0, peak }) {
  return peak ? Math.max(start, peak.start - LEAD_SECONDS) : start;
}

/** Whether a span is a part of a sound of `seconds`, and not nearly all of it. */
export function isPart({ start, end }, seconds) {
  return Boolean(end) && end - start < seconds * WHOLE_SHARE;
}

/** The moments of a sound, best first. */
export function bestFirst(sound) {
  return [...(sound.moments ?? [])].sort((a, b) => b.score - a.score);
}

/** The moments of a sound as they follow each other. */
export function inOrder(sound) {
  return [...(sound.moments ?? [])].sort((a, b) => a.start - b.start);
}

/** The moment after (1) or before (−1) `now` among moments in order; past the last comes the first. */
export function neighbour(moments, now, direction) {
  if (direction > 0) return moments.find(({ start }) => start > now + AHEAD_SECONDS) ?? moments[0];
  return moments.findLast(({ start }) => start < now - BEHIND_SECONDS) ?? moments.at(-1);
}
