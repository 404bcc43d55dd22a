/** The review page begins here. */
import { definePlayer } from "../../../recordings/web/define.ts";
import { ReviewApp } from "./app.ts";
import "../counter.css";
import "../../../recordings/web/player.css";
import "./review.css";
import "./papers.css";

definePlayer();
customElements.define("review-app", ReviewApp);
