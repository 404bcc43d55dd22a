/** The counter's page begins here. */
import { defineTiles } from "../../media/web/tile.ts";
import { CounterApp } from "./app.ts";
import "./counter.css";

defineTiles();
customElements.define("counter-app", CounterApp);
