/**
 * How far ahead of the clock a picture's element must run so that its pictures are seen on time. Pure; times in milliseconds.
 *
 * The browser shows each picture for a whole number of the display's frames and keeps to that rhythm although the pictures are then
 * early or late (Chromium's cadence): at 15 pictures a second by up to 80 ms, for as long as one plays, once a busy machine has thrown
 * it out of step. So it is looked at when pictures are really shown, and the element is moved until that is right.
 */
export interface Steering {
  /** To be added to the clock's time for this element. */
  readonly lead: number;
  /** How early (negative: late) the last pictures were seen. */
  readonly seen: readonly number[];
}

export interface SteeringPolicy {
  /** So many pictures are looked at before anything is changed, and again after each change. */
  readonly pictures: number;
  /** What is left alone, as a part of a picture's length and in milliseconds: the rhythm of a display comes no nearer. */
  readonly loose: number;
  readonly least: number;
  readonly largest: number;
  readonly most: number;
}

export const STEERING: SteeringPolicy = { pictures: 8, loose: 0.5, least: 12, largest: 30, most: 80 };

export const STRAIGHT: Steering = { lead: 0, seen: [] };

/** A picture that lasts so long was seen `early` milliseconds before its time. */
export function steer({ lead, seen }: Steering, early: number, lasts: number, policy: SteeringPolicy = STEERING): Steering {
  const now = [...seen, early];
  if (now.length < policy.pictures) return { lead, seen: now };
  const middle = median(now);
  const loose = Math.min(policy.largest, Math.max(policy.least, lasts * policy.loose));
  return { lead: Math.abs(middle) <= loose ? lead : Math.max(-policy.most, Math.min(policy.most, lead - middle)), seen: [] };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
