// How the client gets its token, and who is let in.
import assert from 'node:assert/strict';
import { CLIENT_ID, CLIENT_SECRET } from './server.mjs';
import { NOBODY, OPERATIONS, RESOURCE, Logto, manage, stranger, suite } from './logto.mjs';

/** Every id that a path asks for is nobody's, and no body is right. */
const harmless = { path: { id: NOBODY, userId: NOBODY, organizationRoleId: NOBODY }, query: { page_size: 101 } };
const options = (operation) => (/^(GET|DELETE)/.test(operation) ? harmless : { ...harmless, body: { name: '' } });

/** A token by plain HTTP, other than the client asks for. */
async function token(server, path, changes) {
  const form = {
    grant_type: 'client_credentials',
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    ...changes,
  };
  const answer = await server.request('POST', path, { form });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text).access_token;
}

suite('access', (test) => {
  test('the client fetches one token for all its calls, and has nothing to warn of', async ({ server }, context) => {
    const warn = context.mock.method(console, 'warn', () => {});
    const { apiClient, clientCredentials } = manage(server);
    const api = new Logto(apiClient);
    await api.call(200, 'GET /api/organizations');
    const first = await clientCredentials.getAccessToken();
    await api.call(200, 'GET /api/organizations');
    assert.equal(await clientCredentials.getAccessToken(), first);
    assert.equal(first.scope, 'all');
    const lifetime = first.expiresAt - Date.now() / 1000;
    assert.ok(lifetime > 3500 && lifetime <= 3600, String(lifetime));
    assert.equal(warn.mock.callCount(), 0);
  });

  test('the client tells the status of a token that it did not get', async ({ server }) => {
    const cases = [
      [{ clientSecret: `${CLIENT_SECRET}x` }, 401],
      [{ clientId: '999999999999' }, 400],
      [{ apiIndicator: `${RESOURCE}/unknown` }, 400],
    ];
    for (const [changes, status] of cases) {
      await assert.rejects(manage(server, changes).apiClient.GET('/api/organizations'), {
        name: 'ClientCredentialsError',
        message: new RegExp(`: ${status} `),
      });
    }
  });

  test('only a token for the API with the scope all is let in, whatever is asked', async ({ server }) => {
    const management = await token(server, '/oidc/token', { resource: RESOURCE, scope: 'all' });
    const unscoped = await token(server, '/oidc/token', { resource: RESOURCE });
    const unknown = await token(server, '/oidc/token', { resource: RESOURCE, scope: 'everything' });
    const foreign = await token(server, '/oauth/v2/token');
    const cases = [
      [undefined, 401, 'auth.authorization_header_missing'],
      ['Basic YTpi', 401, 'auth.authorization_token_type_not_supported'],
      ['Bearer nonsense', 401, 'auth.unauthorized'],
      [`Bearer ${management.slice(0, management.lastIndexOf('.'))}.`, 401, 'auth.unauthorized'],
      [`Bearer ${foreign}`, 401, 'auth.unauthorized'],
      [`Bearer ${unscoped}`, 403, 'auth.forbidden'],
      [`Bearer ${unknown}`, 403, 'auth.forbidden'],
    ];
    for (const [authorization, status, code] of cases) {
      const nobody = stranger(server, authorization);
      for (const operation of OPERATIONS) {
        const error = await nobody.refused(status, code, operation, options(operation));
        if (code === 'auth.authorization_token_type_not_supported') {
          assert.deepEqual(error.data, { supportedTypes: ['Bearer'] });
        }
      }
    }
    const somebody = stranger(server, `Bearer ${management}`);
    await somebody.call(200, 'GET /api/organizations');
  });

  test('a stranger changes nothing', async ({ server, api, make }) => {
    const userId = await make.user();
    const [organizationRoleId, other] = await make.roles(2);
    const id = await make.organizationWith([userId], [organizationRoleId]);
    const path = { id, userId, organizationRoleId };
    const state = async () => [
      await api.call(200, 'GET /api/organizations/{id}', { path }),
      await api.call(200, 'GET /api/organizations/{id}/users', { path }),
    ];
    const before = await state();
    const nobody = stranger(server, `Bearer ${await token(server, '/oidc/token', { resource: RESOURCE })}`);
    for (const [operation, body] of [
      ['PATCH /api/organizations/{id}', { name: 'Stolen' }],
      ['POST /api/organizations/{id}/users', { userIds: [await make.user()] }],
      ['PUT /api/organizations/{id}/users', { userIds: [] }],
      ['POST /api/organizations/{id}/users/roles', { userIds: [userId], organizationRoleIds: [other] }],
      ['POST /api/organizations/{id}/users/{userId}/roles', { organizationRoleIds: [other] }],
      ['PUT /api/organizations/{id}/users/{userId}/roles', { organizationRoleIds: [] }],
      ['DELETE /api/organizations/{id}/users/{userId}/roles/{organizationRoleId}'],
      ['DELETE /api/organizations/{id}/users/{userId}'],
      ['DELETE /api/organizations/{id}'],
    ]) {
      await nobody.refused(403, 'auth.forbidden', operation, { path, body });
    }
    assert.deepEqual(await state(), before);
  });

  test('a body that is no JSON is told without a code', async ({ api }) => {
    const answer = await api.send('POST /api/organizations', { body: {}, bodySerializer: () => '{' });
    assert.equal(answer.status, 400);
    assert.deepEqual(Object.keys(answer.error), ['message']);
  });
});
