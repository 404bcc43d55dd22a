/** How loud a microphone is, for a person to see that they are heard. */

/** Mean power of `samples` (−1…1) as 0…1 on a scale that follows the ear: −60 dBFS is 0, −6 dBFS is 1. Pure. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (decibels + 60) / 54));
}

/** Calls `say(level)` some ten times a second until stopped. Needs a click or touch before, like all sound. */
export function meter(track: MediaStreamTrack, say: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    say(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
