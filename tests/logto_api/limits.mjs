// What other APIs take at their limits, as the client reads it; it sends records back as it has read them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Logto, manage } from './logto.mjs';
import { ADMIN, LONGEST_EMAIL, NAMES, eazyrent, idah } from './other_apis.mjs';
import { Server } from './server.mjs';

const ORGANIZATION = '/api/organizations/{id}';
const USER = '/api/users/{userId}';

/** Reads an organization, and saves it as it was read: nothing changes. */
async function savedOrganization(api, id) {
  const read = await api.call(200, `GET ${ORGANIZATION}`, { path: { id } });
  assert.ok(read.name.length > 0, JSON.stringify(read));
  assert.deepEqual(await api.call(200, `PATCH ${ORGANIZATION}`, { path: { id }, body: read }), read);
  return read;
}

/** The same of a user; nothing changes but the time. */
async function savedUser(api, userId) {
  const read = await api.call(200, `GET ${USER}`, { path: { userId } });
  const { username, primaryEmail, primaryPhone, name, avatar, customData, profile } = read;
  const body = { username, primaryEmail, primaryPhone, name, avatar, customData, profile };
  const written = await api.call(200, `PATCH ${USER}`, { path: { userId }, body });
  assert.deepEqual({ ...written, updatedAt: 0 }, { ...read, updatedAt: 0 });
  return read;
}

describe('limits of other APIs', () => {
  let server;
  let api;
  before(async () => {
    server = await Server.start({ BOOTSTRAP_ADMIN_EMAIL: ADMIN.email, BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password });
    api = new Logto(manage(server).apiClient);
  });
  after(() => server?.stop());

  test('organizations of IDAH and EazyRent are read and saved', async () => {
    for (const writer of [await idah(server), await eazyrent(server)]) {
      for (const name of NAMES) {
        assert.equal((await savedOrganization(api, await writer.organization({ name }))).name, name);
      }
    }
  });

  test('organizations without a name have one here, which is saved', async () => {
    const writer = await idah(server);
    for (const fields of [{}, { name: null }, { name: '' }]) {
      await savedOrganization(api, await writer.organization(fields));
    }
  });

  test('accounts of IDAH are read and saved', async () => {
    const writer = await idah(server);
    const organization = await writer.organization({ name: 'Read by Logto' });
    const others = [{}, { name: null }, { name: '' }, { email: LONGEST_EMAIL }, { enabled: false }];
    for (const fields of [...NAMES.map((name) => ({ name })), ...others]) {
      const read = await savedUser(api, await writer.user(organization, fields));
      assert.equal(read.name, fields.name || null);
      assert.equal(read.isSuspended, fields.enabled === false);
    }
  });

  test('members of EazyRent are read and saved', async () => {
    const writer = await eazyrent(server);
    const organization = await writer.organization({ name: 'Read by Logto' });
    for (const name of NAMES) {
      const read = await savedUser(api, await writer.user(organization, { first_name: name, last_name: name }));
      assert.equal(read.name, [...`${name} ${name}`].slice(0, 128).join(''));
      assert.deepEqual(read.profile, { givenName: name, familyName: name });
    }
  });
});
