/** The staffed window's page begins here. */
import { WindowApp } from "./app.ts";
import "../counter.css";
import "./window.css";

customElements.define("window-app", WindowApp);
