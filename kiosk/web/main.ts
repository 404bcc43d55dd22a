/** The kiosk's page begins here. */
import { definePointing } from "../../media/web/pointing.ts";
import { defineTiles } from "../../media/web/tile.ts";
import { KioskApp } from "./app.ts";
import "./kiosk.css";

defineTiles();
definePointing();
customElements.define("kiosk-app", KioskApp);
// A touchscreen has no use for a context menu, and a second finger must not zoom the glass for the next person.
addEventListener("contextmenu", (event) => event.preventDefault());
