/** Which screen "back" leads to from each of the page's own steps. Pure. */
import type { Step } from "./booth.ts";
import { START } from "./look_up.ts";
import { whoAgain, whoBack } from "./who.ts";

export function back(here: Step): Step {
  switch (here.at) {
    case "home": return { at: "touch" };
    case "look-up": return here.found !== null && here.found.at === "status" ? START : { at: "touch" };
    case "service":
      return here.lifeEvent !== null || here.search !== null ? { ...here, lifeEvent: null, search: null } : { at: "home" };
    case "question":
    case "elsewhere":
    case "bring": {
      // The last answer is taken back: what is asked then is what was asked before it.
      const { home, service, rules, answers } = here;
      return answers.length > 0 ? { at: "question", home, service, rules, answers: answers.slice(0, -1) } : { at: "service", home, lifeEvent: null, search: null };
    }
    case "who": {
      const who = whoBack(here.who);
      const { home, service, rules, answers, goesOn } = here;
      return who !== null ? { ...here, who } : goesOn?.from ?? { at: "bring", home, service, rules, answers };
    }
    case "consent": {
      const { home, service, rules, answers, goesOn } = here;
      return here.given.length > 0 ? { ...here, given: here.given.slice(0, -1) } : { at: "who", home, service, rules, answers, goesOn, who: whoAgain(here.people, here.wanted) };
    }
    case "staffed-window":
    case "refused":
      return here.goesOn?.from ?? { at: "service", home: here.home, lifeEvent: null, search: null };
    default: return here;
  }
}

/** Whether there is a way back. */
export function hasBack(here: Step): boolean {
  return back(here) !== here;
}
