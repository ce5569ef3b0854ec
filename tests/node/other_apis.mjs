// Writing through the APIs that a suite's own client does not speak, by plain HTTP: what they take at their limits must
// be legal for that client.
import assert from 'node:assert/strict';
import { CLIENT_ID, CLIENT_SECRET, patience } from './server.mjs';

export const ADMIN = { email: 'admin@example.org', password: 'Test-only-1' };

/** Names that every contract allows, among them the shortest and the longest. */
export const NAMES = [
  'x',
  'x'.repeat(128),
  'é'.repeat(128),
  '名'.repeat(128),
  '𝒳'.repeat(128),
  'e\u0301'.repeat(64),
  '👩‍👩‍👧‍👧',
  'שלום',
  'null',
  '0',
];

/** An address of 128 characters. */
export const LONGEST_EMAIL = `${'limit'.padEnd(64, 'l')}@${'d'.repeat(55)}.example`;

let number = 0;

/** Sends a body; gives the answer, which must be a success. */
async function post(server, path, body, headers) {
  const answer = await fetch(server.base + path, { method: 'POST', headers, body, signal: patience() });
  const text = await answer.text();
  assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A token of the first machine client. */
async function token(server, path, more) {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET, ...more };
  return (await post(server, path, new URLSearchParams(form))).access_token;
}

const json = { 'content-type': 'application/json' };

/** The EazyRent API, spoken by the operator of the platform. */
export async function eazyrent(server) {
  const authorization = `Bearer ${await token(server, '/oauth/v2/token')}`;
  const make = async (path, body, at) => {
    const headers = { authorization, ...json, ...(at && { 'x-eaz-account-id': at }) };
    return (await post(server, `/iam/v1/${path}/`, JSON.stringify(body), headers)).id;
  };
  return {
    organization: (fields) => make('organizations/accounts', fields),
    user: (organization, fields) => {
      number += 1;
      const usual = { first_name: 'Ada', last_name: 'Lovelace', email: `eazyrent-${number}@example.org` };
      return make('team/members', { ...usual, ...fields }, organization);
    },
  };
}

/** The Logto API, spoken by the first machine client. */
export async function logto(server) {
  const more = { resource: 'https://default.logto.app/api', scope: 'all' };
  const authorization = `Bearer ${await token(server, '/oidc/token', more)}`;
  const send = (path, body) => post(server, `/api/${path}`, JSON.stringify(body), { authorization, ...json });
  return {
    organization: async (fields) => (await send('organizations', fields)).id,
    user: async (organization, fields) => {
      const { id } = await send('users', fields);
      await send(`organizations/${organization}/users`, { userIds: [id] });
      return id;
    },
  };
}

/** The IDAH API, spoken by the first administrator, whom the server must have been started with. */
export async function idah(server) {
  const { meta } = await post(server, '/auth/login', JSON.stringify(ADMIN), json);
  const headers = { authorization: `Bearer ${meta.token}`, 'content-type': 'application/vnd.api+json' };
  const make = async (path, type, attributes) =>
    (await post(server, path, JSON.stringify({ data: { type, attributes } }), headers)).data.id;
  return {
    organization: (fields) => make('/organizations', 'iam:organizations', fields),
    user: (organization, fields) => {
      number += 1;
      const usual = { email: `idah-${number}@example.org`, role_scope: { org: [organization] } };
      return make('/accounts', 'iam:accounts', { ...usual, ...fields });
    },
  };
}
