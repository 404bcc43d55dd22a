/** The counter's page begins here. */
import { definePointing } from "../../media/web/pointing.ts";
import { defineTiles } from "../../media/web/tile.ts";
import { defineGuidedForm } from "../../signaling/web/form/form_view.ts";
import { CounterApp } from "./app.ts";
import "./counter.css";
import { defineOperating } from "./desk/operate_surface.ts";

defineTiles();
definePointing();
defineGuidedForm();
defineOperating();
customElements.define("counter-app", CounterApp);
