// The IDAH API against the WebAssembly build, as its known callers use it: `cargo xtask test` installs the packages and
// runs this file. Every answer is validated by documents.mjs.
//
// Joining by an invitation and setting a password by a mailed token are tested where mails are read, in tests/it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './logins.mjs';
import './accounts.mjs';
import './organizations.mjs';
import './limits.mjs';
import { check } from './documents.mjs';
import { OPERATIONS, succeeded } from './idah.mjs';

const filtered = process.execArgv.some((argument) => argument.startsWith('--test-name-pattern'));

test('every one of the 28 operations succeeded at least once', { skip: filtered }, () => {
  assert.equal(new Set(OPERATIONS).size, 28);
  assert.deepEqual(
    OPERATIONS.filter((operation) => !succeeded.has(operation)),
    [],
  );
});

test('what is no answer of the API is told so', () => {
  const type = 'application/vnd.api+json';
  const account = { type: 'iam:accounts', id: '1', attributes: { name: 'x' } };
  const error = { status: '404', title: 'Verse::Error::RecordNotFound', detail: 'x' };
  const link = { account: { data: { type: 'iam:accounts', id: '1' } } };
  const session = { type: 'iam:account_sessions', id: '2', attributes: {}, relationships: link };
  check('GET', '/accounts', 200, type, { data: [account], meta: {} });
  check('GET', '/account_sessions', 200, type, { data: [session], included: [account], meta: {} });
  check('GET', '/accounts/1', 404, 'application/json', { errors: [error] });
  check('GET', '/account/passwords/token_valid?token=x', 200, 'application/json', { data: { valid: true } });
  for (const [status, body] of [
    [200, { data: [account] }],
    [200, { data: [account, account], meta: {} }],
    [200, { data: [{ ...account, id: 1 }], meta: {} }],
    [200, { data: [{ ...account, type: 'accounts' }], meta: {} }],
    [200, { data: [{ ...account, extra: 1 }], meta: {} }],
    [200, { data: [{ ...account, attributes: { id: 1 } }], meta: {} }],
    [200, { data: [{ ...account, attributes: { key_sha: 'x' } }], meta: {} }],
    [200, { data: [{ ...account, attributes: { joined_at: '2026-01-14 10:23:18 +0000' } }], meta: {} }],
    [200, { data: [account], included: [account], meta: {} }],
    [200, { data: [session], included: [account, { ...account, attributes: {} }], meta: {} }],
    [200, { data: { valid: true } }],
    [200, { errors: [error] }],
    [404, { errors: [{ ...error, status: 404 }] }],
    [404, { errors: [] }],
    [404, { detail: 'x' }],
    [422, { errors: [{ status: '422', title: 'Verse::Error::ValidationFailed', detail: 'x' }] }],
    [204, { data: null }],
    [500, { errors: [{ ...error, status: '500' }] }],
  ]) {
    assert.throws(() => check('GET', '/accounts', status, type, body), JSON.stringify(body));
  }
});
