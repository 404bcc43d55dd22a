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
  /** Milliseconds that are left alone: the rhythm of a display comes no nearer. */
  readonly loose: number;
  readonly most: number;
}

export const STEERING: SteeringPolicy = { pictures: 8, loose: 28, most: 80 };

export const STRAIGHT: Steering = { lead: 0, seen: [] };

/** A picture was seen `early` milliseconds before its time. */
export function steer({ lead, seen }: Steering, early: number, policy: SteeringPolicy = STEERING): Steering {
  const now = [...seen, early];
  if (now.length < policy.pictures) return { lead, seen: now };
  const middle = [...now].sort((a, b) => a - b)[now.length >> 1]!;
  return { lead: Math.abs(middle) <= policy.loose ? lead : Math.max(-policy.most, Math.min(policy.most, lead - middle)), seen: [] };
}
