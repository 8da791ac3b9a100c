// A server that others wrote: Node's http, and the package ws with permessage-deflate. Says its port.
const fs = require('fs');
const http = require('http');
const { WebSocketServer } = require('ws');

const [, , page, result] = process.argv;

const server = http.createServer((request, response) => {
  if (request.url === '/') {
    response.setHeader('Content-Type', 'text/html');
    fs.createReadStream(page).pipe(response);
  } else if (request.url === '/data') {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ agent: request.headers['user-agent'], proto: request.headers['x-forwarded-proto'] }));
  } else if (request.url === '/echo') {
    request.pipe(response);
  } else if (request.url === '/result') {
    const file = fs.createWriteStream(result + '.part');
    request.pipe(file).on('finish', () => {
      fs.renameSync(result + '.part', result);
      response.end();
    });
  } else {
    response.statusCode = 404;
    response.end();
  }
});

new WebSocketServer({ server, perMessageDeflate: { threshold: 0 }, maxPayload: 8 << 20 }).on('connection', (socket) => {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
