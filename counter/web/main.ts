/** The counter's page begins here. */
import { definePointing } from "../../media/web/pointing.ts";
import { defineTiles } from "../../media/web/tile.ts";
import { CounterApp } from "./app.ts";
import "./counter.css";

defineTiles();
definePointing();
customElements.define("counter-app", CounterApp);
