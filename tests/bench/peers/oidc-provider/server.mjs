// Serves oidc-provider at 127.0.0.1:PORT, and says so. Usage: PORT=4802 ALGORITHM=ES256 node server.mjs
//
// It has one client, which gets a JWT when it names the resource https://api.example.org, or else an opaque token, and
// may ask about opaque ones (it does not introspect its JWTs). Everything is kept by its built-in adapter, in memory.
import { generateKeyPairSync } from 'node:crypto';

import { Provider } from 'oidc-provider';

const ALGORITHMS = {
  ES256: { name: 'ES256', make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  EdDSA: { name: 'Ed25519', make: () => generateKeyPairSync('ed25519') },
};
const algorithm = ALGORITHMS[process.env.ALGORITHM ?? 'ES256'];
const key = { ...algorithm.make().privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm.name, kid: 'one' };

const base = `http://127.0.0.1:${process.env.PORT}`;
const provider = new Provider(base, {
  clients: [{
    client_id: 'load',
    client_secret: 'load-secret-load-secret-load-secret',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: algorithm.name,
  }],
  jwks: { keys: [key] },
  scopes: ['read', 'write'],
  ttl: { ClientCredentials: 43200 }, // seconds: longer than a long run
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: () => ({
        scope: 'read write',
        audience: 'https://api.example.org',
        accessTokenTTL: 43200,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: algorithm.name } },
      }),
    },
  },
});
provider.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`Serving ${base}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
