/** A still of the document camera: the camera's own picture at its full resolution, never a frame of the video. */

/** Chromium's; not in the compiler's library. */
interface ImageCaptureLike {
  getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>;
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>;
}
declare const ImageCapture: new (track: MediaStreamTrack) => ImageCaptureLike;

/** Rejects when the camera does not give one. */
export async function takeStill(track: MediaStreamTrack): Promise<Blob> {
  const capture = new ImageCapture(track);
  const { imageWidth, imageHeight } = await capture.getPhotoCapabilities().catch(() => ({ imageWidth: undefined, imageHeight: undefined }));
  const largest = imageWidth === undefined || imageHeight === undefined || imageWidth.max === 0 ? {} : { imageWidth: imageWidth.max, imageHeight: imageHeight.max };
  return capture.takePhoto(largest);
}

/** The `Repr-Digest` of bytes (RFC 9530). */
export async function digestOf(data: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}
