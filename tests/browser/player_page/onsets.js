/** Tells the context's time at which it becomes loud after at least a quarter of a second of quiet. */
class Onsets extends AudioWorkletProcessor {
  loudAt = -1;

  process([input], [output]) {
    input.forEach((channel, index) => output[index]?.set(channel));
    const [samples] = input;
    for (let index = 0; samples !== undefined && index < samples.length; index += 1) {
      if (Math.abs(samples[index]) < 0.05) continue;
      const at = (currentFrame + index) / sampleRate;
      if (at - this.loudAt > 0.25) this.port.postMessage(at);
      this.loudAt = at;
    }
    return true;
  }
}

registerProcessor("onsets", Onsets);
