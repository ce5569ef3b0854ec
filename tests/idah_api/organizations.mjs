// Organizations and API keys, as the pages of the web app and scripts use them.
import assert from 'node:assert/strict';
import { App, NOBODY, PREFIX, ids, isRecent, suite } from './idah.mjs';

const ACCOUNT = 'iam:account';
const ORGANIZATION = 'iam:organization';
const KEY = 'iam:api_key';

suite('organizations', (test) => {
  test('one is made, shown, renamed and deleted', async ({ app, make }) => {
    const name = make.name('Organization');
    const { data: made } = await app.api.create(ORGANIZATION, { name });
    assert.equal(app.last.status, 201);
    assert.deepEqual(Object.keys(made).sort(), ['created_at', 'id', 'name', 'type', 'updated_at']);
    assert.ok(made.name === name && isRecent(made.created_at) && isRecent(made.updated_at));
    assert.deepEqual((await app.api.find(ORGANIZATION, made.id)).data, made);
    const { data: renamed } = await app.api.update(ORGANIZATION, { ...made, name: 'Renamed', created_at: '2000-01-01' });
    assert.deepEqual({ ...renamed, updated_at: '' }, { ...made, name: 'Renamed', updated_at: '' });

    // Whoever is in it is not any more.
    const account = { name: make.name('Member'), email: make.email(), role_name: 'org_owner', role_scope: { org: [made.id] } };
    const { data: member } = await app.api.create(ACCOUNT, account);
    await app.api.destroy(ORGANIZATION, made.id);
    assert.equal(app.last.status, 204);
    await app.refused(404, app.api.find(ORGANIZATION, made.id));
    const { data: after } = await app.api.find(ACCOUNT, member.id);
    assert.ok(!(after.role_scope.org ?? []).includes(made.id));
    assert.equal(after.role_name, 'org_owner');
  });

  test('a list is filtered, sorted and paged', async ({ app, make }) => {
    const name = make.name('Listed');
    const made = [];
    for (const letter of ['b', 'c', 'a']) {
      made.push((await app.api.create(ORGANIZATION, { name: `${name}${letter}` })).data);
    }
    const [b, c, a] = ids(made);
    const filter = { name__match: name.toLowerCase() };
    const cases = [
      [{ filter, sort: 'name' }, [a, b, c]],
      [{ filter, sort: '-name', page: { size: 2, number: 1 } }, [c, b]],
      [{ filter: { id__in: [a, b] }, sort: 'name' }, [a, b]],
      [{ filter: { id: [c, NOBODY] } }, [c]],
      [{ filter: { name: `${name}a` } }, [a]],
      [{ filter: { ...filter, created_at__gte: '2000-01-01', created_at__lte: '2001-01-01' } }, []],
    ];
    for (const [params, wanted] of cases) {
      const { data } = await app.api.findAll(ORGANIZATION, { ...params, fields: { 'iam:organizations': ['id', 'name'] } });
      assert.deepEqual(ids(data), wanted, JSON.stringify(params));
      assert.ok(data.every((row) => Object.keys(row).length === 3));
    }
    const counted = await app.api.findAll(ORGANIZATION, { filter, count: true, page: { size: 1 } });
    assert.deepEqual(counted.meta, { count: 3, more: false });
  });

  test('keys are made once, used by scripts, and end', async ({ server, app, make }) => {
    const { data: organization } = await app.api.create(ORGANIZATION, { name: make.name('Organization') });
    await app.api.create(ORGANIZATION, { name: make.name('Other') });
    const permissions = await app.send('GET', '/api_keys/permissions');
    assert.ok(permissions.data.data.every((one) => one.id === one.attributes.name && one.id.endsWith('_all')));
    const limited = await app.send('GET', '/api_keys/permissions/org');
    const names = ids(limited.data.data);
    assert.ok(names.includes('org_ro_org') && names.every((name) => name.endsWith('_org')), String(names));

    const sent = { name: make.name('Key'), permissions: ['org_ro_org', 'nothing'], scope_type: 'org', scope_value: [organization.id] };
    const { data: made } = await app.api.create(KEY, sent);
    assert.equal(app.last.status, 201);
    assert.match(made.key, /^IDAH_[0-9a-f]{64}$/);
    assert.equal(made.key_label, `${made.key.slice(0, 10)}...${made.key.slice(-4)}`);
    assert.deepEqual([made.permissions, made.status, made.scope_value], [['org_ro_org'], 'active', [organization.id]]);
    assert.deepEqual([made.service_account.type, made.service_account.id], ['iam:accounts', String(made.account_id)]);
    assert.equal((await app.api.find(KEY, made.id)).data.key, null);
    const { data: listed } = await app.api.findAll(KEY, { filter: { name__match: sent.name, status__in: ['active'] } });
    assert.deepEqual(listed.map((row) => [row.id, row.key]), [[made.id, null]]);

    const script = new App(server.base + PREFIX);
    const login = await script.send('POST', '/auth/api/login', { api_key: made.key, token_expiration: 600 });
    assert.equal(login.status, 200);
    const { email, name, role_name, exp } = login.data.data.attributes;
    assert.deepEqual([typeof email, typeof name, role_name], ['string', 'string', 'api:org_ro_org']);
    assert.ok(Math.abs(exp - Date.now() / 1000 - 600) < 60);
    assert.equal(login.headers['set-cookie'], undefined);
    const bearer = new App(server.base + PREFIX, { Authorization: `Bearer ${login.data.meta.token}` });
    assert.deepEqual(ids((await bearer.api.findAll(ORGANIZATION)).data), [organization.id]);
    const errors = await bearer.refused(403, bearer.api.create(ORGANIZATION, { name: 'x' }));
    assert.equal(errors[0].detail, 'unauthorized action `create` on `iam:organizations`');

    const { data: renamed } = await app.api.update(KEY, { id: made.id, name: 'Renamed', permissions: ['org_rw_org'] });
    assert.deepEqual([renamed.name, renamed.permissions], ['Renamed', ['org_ro_org']]);
    const revoked = await app.send('POST', `/api_keys/${made.id}/revoke`);
    assert.deepEqual([revoked.status, revoked.data.data.attributes.status], [200, 'revoked']);
    assert.ok(isRecent(revoked.data.data.attributes.revoked_at));
    const refused = await script.send('POST', '/auth/api/login', { api_key: made.key });
    assert.deepEqual([refused.status, refused.data.errors[0].detail], [401, 'API key has been revoked or expired']);
    await app.api.destroy(KEY, made.id);
    assert.equal(app.last.status, 204);
    await app.refused(404, app.api.find(KEY, made.id));
  });

  test('keys that cannot be are refused', async ({ server, app, make }) => {
    const sent = { name: make.name('Key'), scope_type: 'all', scope_value: [] };
    const errors = await app.refused(422, app.api.create(KEY, { ...sent, permissions: ['nothing'] }));
    assert.deepEqual([errors[0].title, errors[0].detail], ['Verse::Error::CannotCreateRecord', 'Invalid API Key permission.']);
    await app.refused(422, app.api.create(KEY, { ...sent, permissions: ['org_ro_all'], scope_type: 'nothing' }));
    await app.refused(422, app.api.create(KEY, { ...sent, permissions: ['org_ro_org'], scope_type: 'org' }));
    const script = new App(server.base + PREFIX);
    for (const [api_key, detail] of [
      ['IDAH_x', 'Invalid Key'],
      [`IDAH_${'0'.repeat(64)}`, 'Invalid credentials'],
    ]) {
      const { status, data } = await script.send('POST', '/auth/api/login', { api_key });
      assert.deepEqual([status, data.errors[0].detail], [401, detail]);
    }
  });
});
