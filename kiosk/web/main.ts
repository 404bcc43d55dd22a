/** The kiosk's page begins here. */
import { definePointing } from "../../media/web/pointing.ts";
import { defineTiles } from "../../media/web/tile.ts";
import { defineGuidedForm } from "../../signaling/web/form/form_view.ts";
import { defineSignView } from "../../signaling/web/sign/sign_view.ts";
import { KioskApp } from "./app.ts";
import "./kiosk.css";

defineTiles();
definePointing();
defineGuidedForm();
defineSignView();
customElements.define("kiosk-app", KioskApp);
// A touchscreen has no use for a context menu, and a second finger must not zoom the glass for the next person.
addEventListener("contextmenu", (event) => event.preventDefault());
