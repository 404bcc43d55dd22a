/** Which screen stands on the glass: the server's view first, the page's own steps inside idle and farewell. */
import type { TemplateResult } from "lit";
import type { Kiosk } from "./context.ts";
import { homeScreen, idleScreen, serviceScreen } from "./screens/choose.ts";
import { goodbyeScreen, ratingScreen } from "./screens/leave.ts";
import { lookUpScreen } from "./screens/look_up.ts";
import { parkedScreen, ringingScreen, waitingScreen } from "./screens/line.ts";
import {
  bringScreen, consentScreen, elsewhereScreen, questionScreen, refusedScreen, staffedWindowScreen, takingScreen,
} from "./screens/prepare.ts";
import { plainScreen } from "./screens/special.ts";
import { talkScreen } from "./screens/talk.ts";
import { whoScreen } from "./screens/who.ts";

/** `wiped`: the line has been gone so long that nothing of anybody may be shown. */
export function screenFor(kiosk: Kiosk, wiped: boolean): TemplateResult {
  const { booth, say } = kiosk;
  if (wiped) return plainScreen("out-of-order", say("kiosk.out.title"), say("kiosk.out.place-kept"));
  const screen = booth.screen;
  if (screen === null) return plainScreen("connecting", say("kiosk.starting"), say("kiosk.connecting.lead"));
  switch (screen.screen) {
    case "waiting": return waitingScreen(kiosk, screen);
    case "ringing": return ringingScreen(kiosk, screen);
    case "talking": return talkScreen(kiosk, screen.talk);
    case "parked": return parkedScreen(kiosk, screen);
    case "farewell": return booth.step.at === "rating" ? ratingScreen(kiosk, screen) : goodbyeScreen(kiosk, screen);
    case "idle": return ownScreen(kiosk);
  }
}

function ownScreen(kiosk: Kiosk): TemplateResult {
  const here = kiosk.booth.step;
  switch (here.at) {
    case "home": return homeScreen(kiosk);
    case "look-up": return lookUpScreen(kiosk, here);
    case "service": return serviceScreen(kiosk, here);
    case "question": return questionScreen(kiosk, here);
    case "elsewhere": return elsewhereScreen(kiosk, here);
    case "bring": return bringScreen(kiosk, here);
    case "who": return whoScreen(kiosk, here);
    case "consent": return consentScreen(kiosk, here);
    case "staffed-window": return staffedWindowScreen(kiosk, here);
    case "taking": return takingScreen(kiosk, here);
    case "refused": return refusedScreen(kiosk, here);
    case "touch":
    case "rating":
    case "goodbye": return idleScreen(kiosk);
  }
}
