/** A page with the player and the timeline, wired as the review page wires them, and what a story wants to know of them. */
import { speaker } from "../../../config/web/words.ts";
import type { Language } from "../../../config/web/words.ts";
import { definePlayer } from "../../../recordings/web/define.ts";
import type { Problem, SegmentSource, Timeline } from "../../../recordings/web/kinds.ts";
import type { SessionPlayer } from "../../../recordings/web/player.ts";
import type { SessionTimeline } from "../../../recordings/web/timeline.ts";
import { Listener, Looker } from "./measure.ts";
import "./page.css";

const language: Language = new URLSearchParams(location.search).get("language") === "en" ? "en" : "zh-CN";
document.documentElement.lang = language;
const say = speaker(language);

class HttpSource implements SegmentSource {
  readonly asked: string[] = [];

  async open(publication: string, epoch: number, segment: number, abort: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    this.asked.push(`${publication}/${epoch}/${segment}`);
    const answer = await fetch(`/segments/${publication}/${epoch}/${segment}`, { signal: abort });
    if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`);
    return answer.body;
  }
}

async function timeline(): Promise<Timeline> {
  return (await (await fetch("/timeline")).json()) as Timeline;
}

definePlayer();
const player = document.querySelector<SessionPlayer>("session-player")!;
const rows = document.querySelector<SessionTimeline>("session-timeline")!;
const source = new HttpSource();
const harness = {
  player, source,
  problems: [] as Problem[],
  moved: 0,
  firstPicture: null as number | null,
  lookers: new Map<string, Looker>(),
  listeners: new Map<string, Listener>(),
  /** Take the server's timeline, for the first time or anew. */
  async refresh(): Promise<void> {
    const taken = await timeline();
    [player.timeline, rows.timeline] = [taken, taken];
    await player.updateComplete;
  },
  element: (publication: string): HTMLMediaElement => document.querySelector<HTMLMediaElement>(`[data-publication="${publication}"]:is(video, audio)`)!,
  async measure(): Promise<void> {
    const audio = new AudioContext();
    for (const video of document.querySelectorAll("video")) harness.lookers.set(video.dataset["publication"]!, new Looker(video));
    for (const sound of document.querySelectorAll("audio")) harness.listeners.set(sound.dataset["publication"]!, await Listener.of(audio, sound));
    await audio.resume();
  },
  measured: () => ({
    flashes: Object.fromEntries([...harness.lookers].map(([name, looker]) => [name, looker.flashes])),
    beeps: Object.fromEntries([...harness.listeners].map(([name, listener]) => [name, listener.beeps])),
    latency: [...harness.listeners.values()][0]?.latency ?? null,
  }),
  /** The number drawn as 16 squares into the picture that is shown. */
  number(publication: string): number {
    const video = harness.element(publication) as HTMLVideoElement;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const picture = canvas.getContext("2d")!;
    picture.drawImage(video, 0, 0);
    const side = Math.floor(canvas.width / 16);
    let number = 0;
    for (let bit = 0; bit < 16; bit += 1) if (picture.getImageData(bit * side + side / 2, canvas.height / 8, 1, 1).data[0]! > 128) number |= 1 << bit;
    return number;
  },
  ranges: (publication: string): [number, number][] => {
    const { buffered } = harness.element(publication);
    return Array.from({ length: buffered.length }, (_, index) => [buffered.start(index), buffered.end(index)]);
  },
};

player.addEventListener("player-problem", (event) => harness.problems.push((event as CustomEvent<Problem>).detail));
player.addEventListener("player-first-picture", () => (harness.firstPicture ??= performance.now()));
player.addEventListener("player-moved", (event) => {
  harness.moved += 1;
  rows.at = (event as CustomEvent<{ at: number }>).detail.at;
});
rows.addEventListener("timeline-seek", (event) => player.seek((event as CustomEvent<{ at: number }>).detail.at));
document.addEventListener("keydown", (event) => player.press(event));

[player.say, rows.say, player.source] = [say, say, source];
player.names = rows.names = { clerk: "李敏" };
player.watermark = "周督导 2026-11-23 20:31";
Object.assign(globalThis, { harness });
void harness.refresh();
