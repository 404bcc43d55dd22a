/** Times as people read them: always Asia/Shanghai, whatever the machine's zone; the wire carries UTC seconds. */
import type { Language } from "./words.ts";

const ZONE = "Asia/Shanghai";

/** Hours and minutes of `at` (seconds since 1970 UTC), for instance `14:05`. */
export function hourAndMinute(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at * 1000);
}

/** Weekday, day and time of `at`, for instance of the next opening. */
export function dayAndTime(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, {
    timeZone: ZONE, weekday: "long", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(at * 1000);
}

/** A calendar day (`2026-12-04`) with its weekday. */
export function dayInWords(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "short", year: "numeric", month: "long", day: "numeric" }).format(Date.parse(`${day}T00:00:00Z`));
}

/** `seconds` as a running clock: `4:09`, `1:02:30`. Never negative. */
export function runningTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
