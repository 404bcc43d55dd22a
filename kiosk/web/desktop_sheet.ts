/** The window's pictures as a track: JPEG files onto a canvas, and from it only when one has been drawn. */
import { CONTENT_HINT } from "../../media/web/codecs.ts";

export interface Sheet {
  /** Draws the newest; one that comes while another is being decoded replaces those that wait. */
  draw(picture: ArrayBuffer): void;
  /** When something has been drawn; it has the window's size. */
  readonly track: Promise<MediaStreamTrack>;
  close(): void;
}

/** A sheet that is in no document: it is not laid out and not painted, so that it goes on while another window covers the page. */
export function sheet(): Sheet {
  const canvas = document.createElement("canvas");
  let waiting: ArrayBuffer | null = null;
  let busy = false;
  let closed = false;
  let track: CanvasCaptureMediaStreamTrack | null = null;
  let first: (track: MediaStreamTrack) => void = () => undefined;

  const paint = async (picture: ArrayBuffer): Promise<void> => {
    const image = await createImageBitmap(new Blob([picture], { type: "image/jpeg" }));
    if (closed) return image.close();
    if (canvas.width !== image.width || canvas.height !== image.height) [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d", { alpha: false })!.drawImage(image, 0, 0);
    image.close();
    if (track === null) {
      track = canvas.captureStream(0).getVideoTracks()[0] as CanvasCaptureMediaStreamTrack;
      track.contentHint = CONTENT_HINT.screen;
      first(track);
    }
    track.requestFrame();
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (waiting !== null) {
      const picture: ArrayBuffer = waiting;
      waiting = null;
      await paint(picture).catch(() => undefined); // a picture that cannot be read is followed by the next
    }
    busy = false;
  };

  return {
    draw: (picture) => {
      waiting = picture;
      void work();
    },
    track: new Promise((resolve) => {
      first = resolve;
    }),
    close: () => {
      closed = true;
      waiting = null;
      track?.stop();
    },
  };
}
