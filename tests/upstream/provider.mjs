// An OpenID provider for the tests: node-oidc-provider on a free port of this machine, with its accounts in memory.
//
// Says one line of JSON on standard output when it is ready: `issuer`, and `tokens`, an access token of each account for
// the userinfo endpoint. Ends when standard input closes, however the test ends.
//
//   GET /users/<sub>, GET /users?sub=<sub>&email=<address>   claims of an account, for a client with scope users:read
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const SCOPE = 'openid profile email phone';

const accounts = {
  ada: {
    given_name: 'Ada',
    family_name: 'Lovelace',
    email: 'ada@example.org',
    email_verified: true,
    phone_number: '+44 20 7946 0000',
  },
  // Its address is not proven.
  bob: { given_name: 'Robert', family_name: 'Smith', email: 'bob@example.org', email_verified: false },
  // Has moved to an address that is somebody else's at edge-iam.
  carol: { given_name: 'Carol', family_name: 'Jones', email: 'taken@example.org', email_verified: true },
  // Its subject has characters that mean something in URLs.
  'dave/7?x=1&y=#%': { given_name: 'Dave', email: 'dave@example.org', email_verified: true },
};

const claimsOf = (sub) => (Object.hasOwn(accounts, sub) ? { sub, ...accounts[sub] } : undefined);

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'edge-iam',
      // Characters that HTTP Basic must see form-encoded (RFC 6749 section 2.3.1).
      client_secret: 'test-only: secret+of/edge-iam%',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'users:read',
    },
    // The application that people have their own tokens from.
    {
      client_id: 'app',
      client_secret: 'test-only-secret-of-app',
      grant_types: ['authorization_code'],
      redirect_uris: ['https://app.example.org/callback'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [{ ...key, use: 'sig', alg: 'ES256', kid: 'test' }] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  scopes: ['openid', 'offline_access', 'users:read'],
  claims: {
    openid: ['sub'],
    profile: ['given_name', 'family_name'],
    email: ['email', 'email_verified'],
    phone: ['phone_number'],
  },
  ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 3600 },
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  findAccount: (_ctx, sub) => claimsOf(sub) && { accountId: sub, claims: () => claimsOf(sub) },
});

/** Subject that a request for the user endpoint asks for; by the address only where it names none. */
function asked(url) {
  if (url.pathname !== '/users') {
    return decodeURIComponent(url.pathname.slice('/users/'.length));
  }
  const email = url.searchParams.get('email');
  return url.searchParams.get('sub') || Object.keys(accounts).find((sub) => accounts[sub].email === email);
}

provider.use(async (ctx, next) => {
  const url = new URL(ctx.req.url, issuer);
  if (url.pathname !== '/users' && !url.pathname.startsWith('/users/')) {
    return next();
  }
  const [, value] = /^Bearer (.+)$/.exec(ctx.get('authorization')) ?? [];
  const token = value && (await provider.ClientCredentials.find(value));
  if (!token) {
    ctx.status = 401;
  } else if (!token.scope?.split(' ').includes('users:read')) {
    ctx.status = 403;
  } else {
    const claims = claimsOf(asked(url));
    ctx.status = claims ? 200 : 404;
    ctx.body = claims ?? { error: 'not_found' };
  }
});

/** An access token of `accountId`, as the application got it at a login. */
async function tokenOf(accountId) {
  const client = await provider.Client.find('app');
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(SCOPE);
  const grantId = await grant.save();
  return new provider.AccessToken({ accountId, client, grantId, scope: SCOPE, gty: 'authorization_code' }).save();
}

const tokens = {};
for (const sub of Object.keys(accounts)) {
  tokens[sub] = await tokenOf(sub);
}
server.on('request', provider.callback());
console.log(JSON.stringify({ issuer, tokens }));
process.stdin.on('end', () => process.exit(0)).resume();
