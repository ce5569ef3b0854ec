// Logging in, staying so, and logging out: as web app, sibling service and stranger.
import assert from 'node:assert/strict';
import { ADMIN, App, PREFIX, suite } from './idah.mjs';

const AUTH = ['email', 'exp', 'name', 'picture_url', 'role_name', 'role_rights', 'role_scope'];
const nobody = (server) => new App(server.base + PREFIX);

/** What the web app reads of the answer to a login or refresh. */
function checkAuth({ data }) {
  assert.equal(data.type, 'iam:account_auths');
  assert.deepEqual(Object.keys(data.attributes).sort(), AUTH);
  const { email, role_name, role_scope, role_rights, exp } = data.attributes;
  assert.deepEqual([email, role_name], [ADMIN.email, 'admin']);
  assert.ok(role_scope !== null && typeof role_scope === 'object');
  // Permissions are derived by splitting at the dots.
  assert.ok(role_rights.length > 0 && role_rights.every((right) => right.split('.').length === 3), String(role_rights));
  assert.ok(role_rights.includes('iam:accounts.*.*'));
  const lifetime = new Date(exp * 1000) - Date.now();
  assert.ok(lifetime > 86_000_000 && lifetime <= 86_401_000, String(lifetime));
}

suite('logins', (test) => {
  test('the login page tells what is wrong', async ({ server }) => {
    const app = nobody(server);
    for (const [sent, status, detail, pointer] of [
      [{ ...ADMIN, password: 'Wrong-pass-1' }, 401, 'invalid_credentials'],
      [{ ...ADMIN, email: 'nobody@example.org' }, 401, 'invalid_credentials'],
      [{ email: ADMIN.email }, 422, 'is required', '/password'],
      [{ ...ADMIN, email: '' }, 422, 'must be filled', '/email'],
    ]) {
      const { status: found, data } = await app.send('POST', '/auth/login', sent);
      assert.deepEqual([found, data.errors[0].detail, data.errors[0].source?.pointer], [status, detail, pointer]);
      assert.equal(app.cookies.size, 0);
    }
    const none = await app.send('POST', '/auth/login', {});
    assert.deepEqual(
      none.data.errors.map((error) => error.source.pointer),
      ['/email', '/password'],
    );
  });

  test('a login of the web app sets both cookies, which are all it needs', async ({ server }) => {
    const app = nobody(server);
    const body = await app.login();
    checkAuth(body);
    assert.equal(typeof body.meta.token, 'string');
    const lines = app.last.headers['set-cookie'];
    assert.equal(lines.length, 2);
    for (const [name, path] of [
      ['auth-token', '/'],
      ['refresh-token', PREFIX],
    ]) {
      const line = lines.find((one) => one.startsWith(`${name}=`));
      const flags = line.split(/; */).map((flag) => flag.toLowerCase());
      assert.ok(flags.includes('httponly') && flags.includes('secure') && flags.includes(`path=${path}`), line);
      assert.ok(!flags.some((flag) => flag.startsWith('domain') || flag.startsWith('samesite')), line);
    }
    assert.equal(app.cookies.get('auth-token'), body.meta.token);
    const { data } = await app.api.findAll('iam:account', { filter: { email: ADMIN.email } });
    assert.equal(data[0].id, body.data.id);
  });

  test('every page load refreshes', async ({ server }) => {
    const app = nobody(server);
    await app.login();
    for (let load = 0; load < 3; load += 1) {
      const before = new Map(app.cookies);
      const { status, data } = await app.send('GET', '/auth/refresh');
      assert.equal(status, 200);
      checkAuth(data);
      assert.ok(!('meta' in data));
      assert.notEqual(app.cookies.get('refresh-token'), before.get('refresh-token'));
      assert.notEqual(app.cookies.get('auth-token'), before.get('auth-token'));
      await app.api.findAll('iam:account', { page: { size: 1 } });
    }
  });

  test('an old refresh token ends the session', async ({ server }) => {
    const app = nobody(server);
    await app.login();
    const thief = nobody(server);
    thief.cookies = new Map(app.cookies);
    assert.equal((await app.send('GET', '/auth/refresh')).status, 200);
    for (const one of [thief, app]) {
      const { status, data } = await one.send('GET', '/auth/refresh');
      assert.deepEqual([status, data.errors[0].title, data.errors[0].detail], [401, 'BadRefreshTokenError', 'Bad uid/refid']);
      assert.ok(!one.cookies.has('refresh-token'));
    }
  });

  test('only a refresh token refreshes', async ({ server }) => {
    const app = nobody(server);
    const { meta } = await app.login();
    for (const token of [undefined, 'x', meta.token]) {
      const other = nobody(server);
      if (token) {
        other.cookies.set('refresh-token', token);
      }
      const { status, data } = await other.send('GET', '/auth/refresh');
      assert.deepEqual([status, data.errors[0].title, data.errors[0].detail], [401, 'BadRefreshTokenError', 'Invalid JWT token']);
    }
  });

  test('logging out takes session and cookies away', async ({ server }) => {
    const app = nobody(server);
    await app.login();
    const before = new Map(app.cookies);
    assert.equal((await app.send('GET', '/auth/logout')).status, 204);
    assert.equal(app.cookies.size, 0);
    app.cookies = before;
    assert.equal((await app.send('GET', '/auth/refresh')).status, 401);
  });

  test('a service logs in without cookies and reuses its token', async ({ server }) => {
    const plain = nobody(server);
    const { data, headers } = await plain.send('POST', '/auth/login', ADMIN);
    assert.equal(headers['set-cookie'], undefined);
    const claims = JSON.parse(Buffer.from(data.meta.token.split('.')[1], 'base64url'));
    assert.equal(claims.exp, data.data.attributes.exp);
    assert.deepEqual([claims.u.id, claims.u.email, claims.r], [Number(data.data.id), ADMIN.email, 'admin']);
    assert.equal(typeof claims.s, 'object');
    // A proxy may have taken the prefix away.
    for (const prefix of ['', PREFIX]) {
      const service = new App(server.base + prefix, { Authorization: `Bearer ${data.meta.token}` });
      const found = await service.api.find('iam:account', data.data.id);
      assert.equal(found.data.email, ADMIN.email);
    }
  });

  test('a stranger is told so, whatever is asked', async ({ server }) => {
    for (const app of [nobody(server), new App(server.base + PREFIX, { Authorization: 'Bearer x' })]) {
      for (const model of ['iam:account', 'iam:account_session', 'iam:organization', 'iam:api_key']) {
        const errors = await app.refused(401, app.api.findAll(model));
        assert.equal(errors[0].title, 'Verse::Error::Authorization');
        assert.equal(errors[0].detail === 'unauthorized_access', app.last.config.headers.Authorization === undefined);
      }
    }
  });

  test('passwords are asked for, changed, and told to be wrong', async ({ server, make }) => {
    const app = nobody(server);
    for (const email of [ADMIN.email, make.email()]) {
      assert.equal((await app.send('POST', '/account/passwords/request_reset', { email })).status, 204);
    }
    const token = 'a'.repeat(64);
    const valid = await app.send('GET', `/account/passwords/token_valid?token=${token}`);
    assert.deepEqual(valid.data, { data: { valid: false } });
    const reset = await app.send('POST', '/account/passwords/reset', { token, password: 'Other-pass-1' });
    assert.deepEqual([reset.status, reset.data.errors[0].detail], [404, 'Invalid password reset token']);
    const weak = await app.send('POST', '/account/passwords/reset', { token, password: 'short' });
    assert.deepEqual([weak.status, weak.data.errors[0].detail], [422, 'must be at least 8 characters']);

    await app.login();
    const change = (current_password, new_password) =>
      app.send('POST', '/account/passwords/change', { current_password, new_password });
    const wrong = await change('Wrong-pass-1', 'Other-pass-1');
    assert.deepEqual([wrong.status, wrong.data.errors.length, wrong.data.errors[0].detail], [422, 1, 'Old password is incorrect']);
    assert.equal((await change(ADMIN.password, 'Other-pass-1')).status, 204);
    const after = nobody(server);
    assert.equal((await after.send('POST', '/auth/login', ADMIN)).status, 401);
    await after.login({ ...ADMIN, password: 'Other-pass-1' });
    assert.equal((await change('Other-pass-1', ADMIN.password)).status, 204);
  });

  test('what is malformed comes before who asks', async ({ server }) => {
    const app = nobody(server);
    const headers = { 'Content-Type': 'application/vnd.api+json' };
    for (const path of ['/accounts', '/organizations', '/auth/login']) {
      const { status, data } = await app.send('POST', path, '{"data":', headers);
      assert.deepEqual([status, data.type], [400, 'Verse::Error::BadRequest'], path);
    }
    assert.equal((await app.send('POST', '/accounts', { data: 1 }, headers)).status, 401);
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['PUT', '/accounts'],
      ['GET', '/accounts/'],
    ]) {
      const { status, data } = await app.send(method, path);
      assert.deepEqual([status, data.type], [404, 'Verse::Error::NotFound'], path);
    }
  });
});
