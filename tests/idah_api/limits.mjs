// What other APIs take at their limits, as the web app reads it; it sends records back as it has read them.
import assert from 'node:assert/strict';
import { suite } from './idah.mjs';
import { LONGEST_EMAIL, NAMES, eazyrent, logto } from './other_apis.mjs';

const ACCOUNT = 'iam:account';
const ORGANIZATION = 'iam:organization';

/** Reads a record, and saves it as it was read: nothing changes but the time. */
async function saved(app, kind, id) {
  const { data: read } = await app.api.find(kind, id);
  const { data: written } = await app.api.update(kind, read);
  assert.deepEqual({ ...written, updated_at: '' }, { ...read, updated_at: '' });
  return read;
}

suite('limits of other APIs', (test) => {
  test('users and organizations of Logto are read and saved', async ({ server, app }) => {
    const writer = await logto(server);
    const organization = await writer.organization({ name: 'Read by IDAH' });
    const bodies = [
      ...NAMES.map((name) => ({ name })),
      ...NAMES.map((name) => ({ profile: { givenName: name } })),
      {},
      { primaryEmail: LONGEST_EMAIL },
      { avatar: 'mock://host/x.png' },
      { customData: { x: 'y'.repeat(60_000) } },
    ];
    for (const body of bodies) {
      const read = await saved(app, ACCOUNT, await writer.user(organization, body));
      assert.equal(read.name, body.name ?? body.profile?.givenName ?? null);
      assert.equal(read.email, body.primaryEmail ?? '');
      assert.deepEqual(read.role_scope, { org: [organization] });
    }
    for (const name of NAMES) {
      assert.equal((await saved(app, ORGANIZATION, await writer.organization({ name }))).name, name);
    }
  });

  test('names on more than one line are refused or saved', async ({ server, app }) => {
    const writer = await logto(server);
    const organization = await writer.organization({ name: 'Lines' });
    for (const name of ['a\nb', 'a\tb', '\u0007']) {
      const made = await writer.user(organization, { name }).catch((error) => error);
      if (made instanceof Error) {
        assert.match(made.message, / 4(00|22) /);
      } else {
        await saved(app, ACCOUNT, made);
      }
    }
  });

  test('members and accounts of EazyRent are read and saved', async ({ server, app }) => {
    const writer = await eazyrent(server);
    for (const name of NAMES) {
      const organization = await writer.organization({ name });
      assert.equal((await saved(app, ORGANIZATION, organization)).name, name);
      const user = await writer.user(organization, { first_name: name, last_name: name });
      const read = await saved(app, ACCOUNT, user);
      assert.equal(read.name, [...`${name} ${name}`].slice(0, 128).join(''));
    }
  });
});
