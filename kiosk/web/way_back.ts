/** Which screen "back" leads to from each of the page's own steps. Pure. */
import type { Step } from "./booth.ts";

export function back(here: Step): Step {
  switch (here.at) {
    case "home": return { at: "touch" };
    case "service":
      return here.lifeEvent !== null || here.search !== null ? { ...here, lifeEvent: null, search: null } : { at: "home" };
    case "question":
      return here.index > 0 ? { ...here, index: here.index - 1 } : { at: "service", home: here.home, lifeEvent: null, search: null };
    case "elsewhere": return { ...here, at: "question" };
    case "bring": {
      const last = here.questions.length - 1;
      return last >= 0 ? { ...here, at: "question", index: last } : { at: "service", home: here.home, lifeEvent: null, search: null };
    }
    case "who": return { at: "bring", home: here.home, service: here.service, questions: here.questions };
    case "consent":
      return here.given.length > 0 ? { ...here, given: here.given.slice(0, -1) } : { ...here, at: "who" };
    case "staffed-window":
    case "refused":
      return { at: "service", home: here.home, lifeEvent: null, search: null };
    default: return here;
  }
}

/** Whether there is a way back. */
export function hasBack(here: Step): boolean {
  return back(here) !== here;
}
