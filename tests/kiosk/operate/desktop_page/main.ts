/** The kiosk's half of an operation alone: the window's track goes through a connection of the page to itself, as it would to the node. */
import { Desktop } from "../../../../kiosk/web/desktop.ts";
import { desktopHere } from "../../../../kiosk/web/desktop_place.ts";

const place = desktopHere()!;
const told: unknown[] = [];
const desktop = new Desktop(place.url, place.token, () => undefined);
desktop.onHappened = (id, n, entries) => told.push(...entries);
desktop.onEnded = (id, reason) => told.push({ ended: reason });
desktop.start();

/** Frames that have come through, and the size of the last. */
async function through(track: MediaStreamTrack): Promise<() => Promise<unknown>> {
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
  far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
  const shown = document.createElement("video");
  shown.muted = true;
  document.body.append(shown);
  far.ontrack = (event) => {
    shown.srcObject = event.streams[0]!;
    void shown.play();
  };
  near.addTrack(track, new MediaStream([track]));
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription!);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription!);
  return async () => {
    for (const each of (await far.getStats()).values()) {
      if (each.type === "inbound-rtp") return { frames: each.framesDecoded ?? 0, width: each.frameWidth ?? 0, height: each.frameHeight ?? 0 };
    }
    return { frames: 0, width: 0, height: 0 };
  };
}

Object.assign(window, { harness: { desktop, told, through, kept: () => Object.keys(localStorage), seen: null, hidden: () => document.hidden, hash: () => location.hash } });
