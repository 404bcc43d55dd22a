// A page whose devices are a canvas that flashes and an oscillator that beeps at the same moments.
//
// Sound is rendered ahead in blocks: `sounding` is how much the page's clock is before the context's when a block has just been rendered, the
// smallest that was seen. A picture that was drawn is taken later, on a busy machine much later, and only the picture itself says when:
// `captured` has the timestamps of the first bright picture of each flash, as the encoder gets them too. Their clock has an origin of its own;
// none is taken before it is drawn, and of many one is taken at once: so the largest difference is the origin.
function perform(apart) {
  const canvas = document.body.appendChild(Object.assign(document.createElement("canvas"), { width: 640, height: 360 }));
  const paper = canvas.getContext("2d", { alpha: false });
  const context = new AudioContext({ sampleRate: 48000 });
  const microphone = context.createMediaStreamDestination();
  const loudness = new GainNode(context, { gain: 0 });
  loudness.connect(microphone);
  const tone = new OscillatorNode(context, { frequency: 1000 });
  tone.connect(loudness);
  tone.start();
  const stage = (window.stage = { drawn: [], beeps: [], captured: [], wanted: 0, sounding: Infinity });
  let beep = null, due = 0, number = 0;
  setInterval(() => (stage.sounding = Math.min(stage.sounding, performance.now() - context.currentTime * 1000)), 2);
  function draw() {
    const now = performance.now();
    if (beep === null && stage.drawn.length < stage.wanted) {
      beep = Math.max(context.currentTime + 0.2, due);
      loudness.gain.setValueAtTime(0.5, beep);
      loudness.gain.setValueAtTime(0, beep + 0.1);
    }
    if (beep !== null && now >= stage.sounding + beep * 1000) {
      stage.beeps.push(beep * 1000);
      stage.drawn.push(now);
      due = beep + apart[stage.drawn.length % apart.length];
      beep = null;
    }
    const lit = stage.drawn.length > 0 && now < stage.drawn.at(-1) + 200;
    paper.fillStyle = lit ? "white" : "rgb(30, 30, 30)";
    paper.fillRect(0, 0, 640, 360);
    paper.fillStyle = lit ? "white" : "rgb(60, 120, 90)";
    paper.fillRect((number++ * 4) % 560, 120, 80, 120);
    requestAnimationFrame(draw);
  }
  requestAnimationFrame(draw);
  const [pictures] = canvas.captureStream(30).getTracks();
  void look(pictures.clone(), stage);
  navigator.mediaDevices.getUserMedia = async () => new MediaStream([...microphone.stream.getTracks(), pictures]);
}

async function look(track, stage) {
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 30 }).readable.getReader();
  const glance = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  for (let bright = false; ; ) {
    const { value: picture, done } = await reader.read();
    if (done) return;
    glance.drawImage(picture, 0, 0, 1, 1);
    const now = glance.getImageData(0, 0, 1, 1).data[0] > 140;
    if (now && !bright) stage.captured.push(picture.timestamp / 1000);
    bright = now;
    picture.close();
  }
}

const stage_over = () => stage.captured.length === stage.wanted && performance.now() > stage.drawn.at(-1) + 500;

// By how many milliseconds the picture of each flash was taken after its beep.
function skews() {
  const origin = Math.max(...stage.drawn.map((at, index) => at - stage.captured[index]));
  return stage.captured.map((at, index) => at + origin - stage.sounding - stage.beeps[index]);
}
