/**
 * Gets the pictures out of a wrong rhythm. Pure; times in milliseconds.
 *
 * The browser shows each picture for a whole number of the display's frames and keeps to that although the pictures are then early or
 * late (Chromium's cadence): by up to a picture's length, and for as long as one plays. So it is looked at when pictures are really
 * shown. When that is wrong the element is led away from the clock for a moment: while its speed changes there is no rhythm, and
 * when it is back a new one begins where it should.
 */
export interface Steering {
  /** To be added to the clock's time for this element. */
  readonly lead: number;
  /** How early (negative: late) the last pictures were seen. */
  readonly seen: readonly number[];
  /** How often in a row it was led away. */
  readonly tries: number;
}

export interface SteeringPolicy {
  /** So many pictures are looked at before anything is changed, and again after each change. */
  readonly pictures: number;
  /** Milliseconds that are left alone: the rhythm of a display comes no nearer. */
  readonly loose: number;
  /** How far the element is led away, each time in the other direction. */
  readonly away: number;
}

export const STEERING: SteeringPolicy = { pictures: 10, loose: 25, away: 45 };

export const STRAIGHT: Steering = { lead: 0, seen: [], tries: 0 };

/** A picture was seen `early` milliseconds before its time. */
export function steer({ lead, seen, tries }: Steering, early: number, policy: SteeringPolicy = STEERING): Steering {
  const now = [...seen, early];
  if (now.length < policy.pictures) return { lead, seen: now, tries };
  const middle = [...now].sort((a, b) => a - b)[now.length >> 1]!;
  if (Math.abs(middle) <= policy.loose) return { lead, seen: [], tries };
  return { lead: Math.max(-80, Math.min(80, lead - middle)), seen: [], tries: tries + 1 };
}
