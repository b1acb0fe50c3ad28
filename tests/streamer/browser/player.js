// Plays a stream as a page would: Media Source Extensions, one source buffer, reconnecting at the
// byte it stopped at. Resolves to what a listener would notice.
window.listen = async (url, {hangUpAt = Infinity, from = null, untilSeconds = null} = {}) => {
  const audio = document.createElement("audio");
  document.body.append(audio);
  const source = new MediaSource();
  audio.src = URL.createObjectURL(source);
  await new Promise((go) => source.addEventListener("sourceopen", go, {once: true}));
  const buffer = source.addSourceBuffer('audio/webm; codecs="opus"');
  const seen = {controls: [], connections: 0, waited: 0, errors: []};
  audio.addEventListener("waiting", () => (seen.waited += 1));
  audio.addEventListener("error", () => seen.errors.push(audio.error.message));
  const queue = [];
  const append = () => {
    if (queue.length && !buffer.updating) buffer.appendBuffer(queue.shift());
  };
  buffer.addEventListener("updateend", append);
  const started = new Promise((go) => audio.addEventListener("playing", go, {once: true}));
  let received = 0, joined = false;
  const connect = (query) => new Promise((go) => {
    seen.connections += 1;
    const socket = new WebSocket(url + query);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({data}) => {
      if (typeof data === "string") return seen.controls.push(JSON.parse(data));
      received += data.byteLength;
      queue.push(data);
      append();
      if (received >= hangUpAt) { hangUpAt = Infinity; socket.close(); }
    };
    socket.onclose = () => go();
  });
  const play = setInterval(() => {
    if (!joined && buffer.buffered.length) {
      joined = true;
      audio.currentTime = buffer.buffered.start(0);
      audio.play();
    }
  }, 5);
  await connect(from ? `&from=${from}` : "&cursor=0");
  while (!["stream_end", "error"].includes(seen.controls.at(-1)?.type)) {
    await connect(`&cursor=${received}`);
  }
  await started;
  clearInterval(play);
  while (queue.length || buffer.updating) await new Promise((go) => setTimeout(go, 10));
  source.endOfStream();
  while (untilSeconds && audio.currentTime < untilSeconds && !audio.error) {
    await new Promise((go) => setTimeout(go, 20));
  }
  const ranges = [...Array(buffer.buffered.length).keys()]
    .map((n) => [buffer.buffered.start(n), buffer.buffered.end(n)]);
  return {...seen, received, ranges, position: audio.currentTime, duration: audio.duration};
};
