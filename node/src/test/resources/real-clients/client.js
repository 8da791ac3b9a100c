// Node's ws as a client: says what came back, as one line of JSON.
const assert = require('assert');
const fs = require('fs');
const WebSocket = require('ws');

const [, , url, authority] = process.argv;
const socket = new WebSocket(url, {
  ca: authority && fs.readFileSync(authority),
  perMessageDeflate: { threshold: 0 },
  maxPayload: 8 << 20,
});
const received = [];
const waiting = [];
socket.on('message', (data, binary) => {
  const next = waiting.shift();
  next ? next({ data, binary }) : received.push({ data, binary });
});
const message = () => (received.length ? received.shift() : new Promise((resolve) => waiting.push(resolve)));

socket.on('open', async () => {
  const large = Buffer.alloc(1 << 20, 'shunt 0123456789');
  const noise = require('crypto').randomBytes(1 << 20);

  socket.send('one', { fin: false });
  socket.send(' two', { fin: false });
  socket.send(' three', { fin: true });
  const fragments = (await message()).data.toString();

  socket.send(large);
  assert(large.equals((await message()).data));
  socket.send(noise);
  const echoed = await message();
  assert(echoed.binary && noise.equals(echoed.data));

  const pong = new Promise((resolve) => socket.once('pong', (data) => resolve(data.toString())));
  socket.ping('are you there');

  console.log(
    JSON.stringify({ fragments, bytes: large.length + noise.length, pong: await pong, extensions: socket.extensions }));
  socket.close(1000, 'done');
});
socket.on('close', (code) => process.exit(code === 1000 ? 0 : 1));
socket.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
