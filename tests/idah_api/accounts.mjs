// Accounts and their sessions, as the pages of the web app show and change them.
import assert from 'node:assert/strict';
import { ADMIN, App, NOBODY, PREFIX, ids, isRecent, suite } from './idah.mjs';

const ACCOUNT = 'iam:account';
const SESSION = 'iam:account_session';

/** What the web app asks for with every list. */
const FIELDS = { 'iam:accounts': ['id', 'name', 'email', 'role_name', 'role_scope', 'enabled', 'joined_at'] };
const PEOPLE = { role_name__nin: ['system', 'api_service'] };

suite('accounts', (test) => {
  test('somebody is invited', async ({ app, make }) => {
    const sent = { name: make.name('Invited'), email: make.email(), role_name: 'user', role_scope: {}, enabled: true };
    const { data } = await app.api.create(ACCOUNT, sent);
    assert.equal(app.last.status, 201);
    const { id, type, created_at, updated_at, invitation_expired_at, ...rest } = data;
    assert.deepEqual([typeof id, type], ['string', 'iam:accounts']);
    assert.deepEqual(rest, { ...sent, sso_channel: null, picture_url: null, joined_at: null });
    assert.ok(isRecent(created_at) && isRecent(updated_at));
    const days = (Date.parse(invitation_expired_at) - Date.now()) / 86_400_000;
    assert.ok(days > 2.9 && days <= 3.001, String(days));

    // The same address again is the same account, unchanged.
    const again = await app.api.create(ACCOUNT, { ...sent, name: 'Other' });
    assert.equal(app.last.status, 201);
    assert.deepEqual(again.data, data);
  });

  test('a page of the list is what the pager says', async ({ app, make }) => {
    const name = make.name('Listed');
    const made = [];
    for (let number = 0; number < 5; number += 1) {
      made.push((await app.api.create(ACCOUNT, { name: `${name}${number}`, email: make.email() })).data);
    }
    const page = (number) =>
      app.api.findAll(ACCOUNT, {
        page: { number, size: 2 },
        sort: '-name',
        count: true,
        filter: { ...PEOPLE, name__match: name.toUpperCase() },
        fields: FIELDS,
      });
    const seen = [];
    for (const number of [1, 2, 3, 4]) {
      const { data, meta } = await page(number);
      // The size of the whole list as far as it was counted; nothing is counted past the end.
      assert.deepEqual(meta, { count: number === 4 ? 6 : 5, more: false });
      seen.push(...data);
    }
    assert.deepEqual(ids(seen), ids(made).reverse());
    const keys = [...FIELDS['iam:accounts'], 'type'].sort();
    assert.deepEqual(Object.keys(seen[0]).sort(), keys);
    const uncounted = await app.api.findAll(ACCOUNT, { page: { size: 1 } });
    assert.deepEqual(uncounted.meta, {});
  });

  test('filters are written as the web app writes them', async ({ app, make }) => {
    const { data: organization } = await app.api.create('iam:organization', { name: make.name('Organization') });
    const scope = { org: [organization.id] };
    const sent = { name: make.name('Filtered'), email: make.email(), role_name: 'org_owner', role_scope: scope };
    const { data: made } = await app.api.create(ACCOUNT, sent);
    assert.deepEqual(made.role_scope, scope);
    const now = new Date().toISOString();
    const cases = [
      [{ with_role_scope: scope }, [made.id]],
      [{ with_role_scope: JSON.stringify(scope) }, [made.id]],
      [{ role_scope: JSON.stringify(scope) }, [made.id]],
      [{ id__in: [made.id, NOBODY] }, [made.id]],
      [{ email__in: [made.email] }, [made.id]],
      [{ email: made.email, joined_at: null }, [made.id]],
      [{ email: made.email, joined_at__gte: '2000-01-01T00:00:00.000Z' }, []],
      [{ email: made.email, created_at__lte: now, created_at__gte: '2020-01-01T00:00:00.000Z' }, [made.id]],
      [{ email: made.email, role_name__in: ['org_owner', 'user'] }, [made.id]],
      [{ email: made.email, role_name__nin: ['org_owner'] }, []],
      [{ email: made.email, enabled: true }, [made.id]],
      [{ email: made.email, enabled: false }, []],
      [{ email: made.email, hashed_password: 'x' }, [made.id]],
    ];
    for (const [filter, wanted] of cases) {
      const { data } = await app.api.findAll(ACCOUNT, { filter });
      assert.deepEqual(ids(data), wanted, JSON.stringify(filter));
    }
    const errors = await app.refused(422, app.api.findAll(ACCOUNT, { filter: { created_at: 'x' }, count: 1 }));
    assert.deepEqual([errors.created_at.detail, errors.count.detail], ['must be a datetime', 'must be a boolean']);
  });

  test('a form is saved whole, and only what may change does', async ({ app, make }) => {
    const { data: made } = await app.api.create(ACCOUNT, { name: make.name('Saved'), email: make.email() });
    const { data: organization } = await app.api.create('iam:organization', { name: make.name('Organization') });
    const now = new Date().toISOString();
    const { data } = await app.api.update(ACCOUNT, {
      ...made,
      name: 'Saved Name',
      enabled: false,
      role_name: 'org_owner',
      role_scope: { org: [organization.id] },
      email: make.email(),
      picture_url: 'https://example.org/a.png',
      joined_at: now,
      created_at: now,
      updated_at: now,
    });
    const { updated_at, ...rest } = data;
    const { updated_at: _, ...before } = made;
    const changed = { name: 'Saved Name', enabled: false, role_name: 'org_owner', role_scope: { org: [organization.id] } };
    assert.deepEqual(rest, { ...before, ...changed });
    assert.ok(isRecent(updated_at));
    assert.deepEqual((await app.api.find(ACCOUNT, made.id)).data, data);
    // Absent attributes are kept, the scope is replaced whole.
    const cleared = await app.api.update(ACCOUNT, { id: made.id, role_name: 'user', role_scope: {} });
    assert.deepEqual([cleared.data.name, cleared.data.role_scope, cleared.data.role_name], ['Saved Name', {}, 'user']);
  });

  test('faults are told at the fields of the form', async ({ app, make }) => {
    const { data: made } = await app.api.create(ACCOUNT, { name: make.name('Kept'), email: make.email() });
    const errors = await app.refused(422, app.api.create(ACCOUNT, { name: make.name('Nobody'), email: null }));
    assert.equal(errors.email.source.pointer, '/data/attributes/email');
    const wrong = { id: made.id, enabled: 'maybe', role_scope: 'x' };
    const faults = await app.refused(422, app.api.update(ACCOUNT, wrong));
    assert.deepEqual([faults.enabled.detail, faults.role_scope.detail], ['must be a boolean', 'must be a hash']);
    const type = { data: { type: 'accounts', attributes: { name: 'x' } } };
    const answer = await app.send('PATCH', `/accounts/${made.id}`, type);
    assert.deepEqual([answer.status, answer.data.errors[0].source.pointer], [422, '/data/type']);
    assert.deepEqual((await app.api.find(ACCOUNT, made.id)).data, made);
  });

  test('what is not there is not found', async ({ app }) => {
    for (const call of [app.api.find(ACCOUNT, NOBODY)]) {
      const errors = await app.refused(404, call);
      assert.equal(errors[0].title, 'Verse::Error::RecordNotFound');
    }
    const update = await app.refused(404, app.api.update(ACCOUNT, { id: NOBODY, name: 'x' }));
    assert.equal(update[0].title, 'Verse::Error::RecordNotFound');
    const errors = await app.refused(422, app.api.find(ACCOUNT, 'x'));
    assert.equal(errors.resource_id.detail, 'must be an integer');
    const join = await app.send('PATCH', `/accounts/${'a'.repeat(64)}/join`, { data: { joined_at: new Date() } });
    assert.deepEqual([join.status, join.data.errors[0].title], [404, 'Verse::Error::RecordNotFound']);
  });

  test('an invitation is sent again, and taken back', async ({ app, make }) => {
    const email = make.email();
    const { data: made } = await app.api.create(ACCOUNT, { name: make.name('Late'), email });
    const again = await app.send('POST', `/accounts/${made.id}/resend_invitation`, { id: made.id });
    assert.equal(again.status, 200);
    assert.ok('data' in again.data);
    await app.api.destroy(ACCOUNT, made.id);
    assert.equal(app.last.status, 204);
    await app.refused(404, app.api.find(ACCOUNT, made.id));
    // The address is free again.
    const { data } = await app.api.create(ACCOUNT, { name: make.name('New'), email });
    assert.notEqual(data.id, made.id);
  });

  test('who has joined is not deleted', async ({ app }) => {
    const { data } = await app.api.findAll(ACCOUNT, { filter: { email: ADMIN.email } });
    const errors = await app.refused(403, app.api.destroy(ACCOUNT, data[0].id));
    assert.equal(errors[0].detail, 'Cannot delete an account that has already joined');
    const answer = await app.send('POST', `/accounts/${data[0].id}/resend_invitation`);
    assert.deepEqual([answer.status, answer.data.errors[0].title], [404, 'Verse::Error::NotFound']);
  });

  test('sessions come with their accounts, and end', async ({ server, app }) => {
    const other = new App(server.base + PREFIX);
    const login = await other.login();
    const id = Number(login.data.id);
    const { data } = await app.api.findAll(SESSION, {
      filter: { account_id: id },
      included: ['account'],
      sort: '-id',
      count: true,
      fields: { 'iam:account_sessions': ['id', 'account_id', 'ip', 'user_agent'], 'iam:accounts': ['email'] },
    });
    assert.ok(data.length >= 2);
    for (const session of data) {
      assert.deepEqual([session.account_id, session.account.id, session.account.email], [id, login.data.id, ADMIN.email]);
      assert.equal(session.account.name, undefined);
    }
    assert.equal(app.last.data.included.length, 1);
    const bare = await app.api.findAll(SESSION, { filter: { account_id: id } });
    assert.deepEqual(bare.data[0].account, { type: 'iam:accounts', id: login.data.id });
    const errors = await app.refused(422, app.api.findAll(SESSION, { included: ['nothing'] }));
    assert.deepEqual(errors.included.detail, 'must be one of `account`');

    // The other one's is the session that its refresh token names.
    const claims = JSON.parse(Buffer.from(other.cookies.get('refresh-token').split('.')[1], 'base64url'));
    for (const _ of ['once', 'again']) {
      await app.api.destroy(SESSION, claims.sid);
      assert.equal(app.last.status, 204);
    }
    assert.equal((await other.send('GET', '/auth/refresh')).status, 401);
    const left = await app.api.findAll(SESSION, { filter: { id: claims.sid } });
    assert.deepEqual(left.data, []);
  });
});
