// Serves better-auth by node:http at 127.0.0.1:PORT, and says so. Usage: PORT=4801 DB=peer.db node server.mjs
//
// /api/auth/… is better-auth itself. It verifies API keys for the program that it is part of, but has no route for that:
// POST /verify-key is the thinnest one there can be.
import { createServer } from 'node:http';

import { toNodeHandler } from 'better-auth/node';

const base = `http://127.0.0.1:${process.env.PORT}`;
process.env.BASE_URL = base;
const { open } = await import('./auth.mjs');
const { auth } = await open();
const handler = toNodeHandler(auth);

const server = createServer(async (request, response) => {
  if (request.method !== 'POST' || request.url !== '/verify-key') return handler(request, response);
  let body = '';
  for await (const chunk of request) body += chunk;
  const answer = await auth.api.verifyApiKey({ body: JSON.parse(body) });
  response.writeHead(answer.valid ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`Serving ${base}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
