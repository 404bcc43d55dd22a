// A page that publishes fake devices and subscribes to them again through the node; `order(kind, fields)` gives the orders.
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function connected(pc) {
  for (let i = 0; i < 6000 && pc.connectionState !== "connected"; i++) await sleep(10);
  if (pc.connectionState !== "connected") throw new Error("not connected: " + pc.connectionState);
}

// Drop the candidates of an offer: the node must find this end by its checks.
const bare = (sdp) => sdp.split("\r\n").filter((line) => !line.startsWith("a=candidate:")).join("\r\n");

function prefer(transceiver, kind) {
  const wanted = kind === "audio" ? ["audio/opus"] : ["video/VP8", "video/rtx"];
  transceiver.setCodecPreferences(RTCRtpReceiver.getCapabilities(kind).codecs.filter((c) => wanted.includes(c.mimeType)));
}

async function publish(room, participant, epoch, videos, { candidates = true, width = 1280, height = 720 } = {}) {
  const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width, height } });
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const sources = {};
  const names = ["microphone", "camera", "screen", "document"].slice(0, videos + 1);
  const tracks = [devices.getAudioTracks()[0], devices.getVideoTracks()[0]];
  for (let i = 1; i < videos; i++) tracks.push(devices.getVideoTracks()[0].clone());
  for (const track of tracks) prefer(pc.addTransceiver(track, { direction: "sendonly", streams: [devices] }), track.kind);
  await pc.setLocalDescription(await pc.createOffer());
  pc.getTransceivers().forEach((t, i) => (sources[t.mid] = names[i]));
  window.pub = { pc, room, participant, epoch, sources };
  const sdp = candidates ? pc.localDescription.sdp : bare(pc.localDescription.sdp);
  const reply = await order("publish", { room, participant, epoch, sdp, sources });
  await pc.setRemoteDescription({ type: "answer", sdp: reply.sdp });
  await connected(pc);
  return reply.sdp;
}

async function renegotiate({ restart }) {
  const { pc, room, participant, epoch, sources } = window.pub;
  if (restart) pc.restartIce();
  await pc.setLocalDescription(await pc.createOffer());
  const reply = await order("publish", { room, participant, epoch, sdp: pc.localDescription.sdp, sources });
  await pc.setRemoteDescription({ type: "answer", sdp: reply.sdp });
}

// wants: [[participant, source], …]; returns milliseconds until the first picture
async function subscribe(room, participant, wants) {
  const began = performance.now();
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const stream = new MediaStream();
  for (const [, source] of wants) {
    const kind = source === "microphone" ? "audio" : "video";
    prefer(pc.addTransceiver(kind, { direction: "recvonly" }), kind);
  }
  const streams = new Map();
  pc.ontrack = (event) => {
    for (const s of event.streams) streams.set(event.track.kind + event.transceiver.mid, s.id);
    stream.addTrack(event.track);
  };
  const video = document.createElement("video");
  Object.assign(video, { autoplay: true, muted: true, playsInline: true, srcObject: stream });
  document.body.append(video);
  const first = new Promise((seen) => video.requestVideoFrameCallback(() => seen(performance.now() - began)));
  await pc.setLocalDescription(await pc.createOffer());
  const mids = pc.getTransceivers().map((t) => t.mid);
  const reply = await order("subscribe", {
    room, participant, sdp: pc.localDescription.sdp, fresh: true,
    wants: wants.map(([other, source], i) => ({ mid: mids[i], participant: other, source })),
  });
  await pc.setRemoteDescription({ type: "answer", sdp: reply.sdp });
  await connected(pc);
  window.sub = { pc, video, streams };
  return first;
}

async function received() {
  const report = await window.sub.pc.getStats();
  const found = [];
  report.forEach((s) => {
    if (s.type === "inbound-rtp")
      found.push({
        kind: s.kind, mid: s.mid, packets: s.packetsReceived, lost: s.packetsLost, decoded: s.framesDecoded || 0, freezes: s.freezeCount || 0,
        width: s.frameWidth || 0, playout: s.estimatedPlayoutTimestamp || 0, plis: s.pliCount || 0, nacks: s.nackCount || 0, bytes: s.bytesReceived,
        concealed: s.concealedSamples || 0, samples: s.totalSamplesReceived || 0, rtx: s.retransmittedPacketsReceived || 0,
      });
  });
  return found;
}

async function sending() {
  const report = await window.pub.pc.getStats();
  let rate = 0;
  let audio = 0;
  let plis = 0;
  let rtt = -1;
  report.forEach((s) => {
    if (s.type === "outbound-rtp" && s.kind === "video") {
      rate += s.targetBitrate || 0;
      plis += s.pliCount || 0;
    }
    if (s.type === "outbound-rtp" && s.kind === "audio") audio = s.packetsSent;
    if (s.type === "remote-inbound-rtp") rtt = s.roundTripTime ?? -1;
  });
  return { rate, audio, plis, rtt };
}
