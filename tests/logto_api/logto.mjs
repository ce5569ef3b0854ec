// The published client with what its tests do and look at again and again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createApiClient, createManagementApi, getManagementApiIndicator } from '@logto/api/management';
import { CLIENT_ID, CLIENT_SECRET, Server, patience } from './server.mjs';

export const RESOURCE = getManagementApiIndicator('default');

/** An id that nothing has. */
export const NOBODY = 'zzzzzzzzzzzz';

/** The operations of the organizations API, by method and path as the client's types have them. */
export const OPERATIONS = [
  'GET /api/organizations',
  'POST /api/organizations',
  'GET /api/organizations/{id}',
  'PATCH /api/organizations/{id}',
  'DELETE /api/organizations/{id}',
  'GET /api/organizations/{id}/users',
  'POST /api/organizations/{id}/users',
  'PUT /api/organizations/{id}/users',
  'POST /api/organizations/{id}/users/roles',
  'DELETE /api/organizations/{id}/users/{userId}',
  'GET /api/organizations/{id}/users/{userId}/roles',
  'POST /api/organizations/{id}/users/{userId}/roles',
  'PUT /api/organizations/{id}/users/{userId}/roles',
  'DELETE /api/organizations/{id}/users/{userId}/roles/{organizationRoleId}',
];

/** Operations that have succeeded. */
export const succeeded = new Set();

const ERROR_KEYS = new Set(['code', 'message', 'data', 'details']);

/** Calls operations of an API client. */
export class Logto {
  constructor(client) {
    this.client = client;
  }

  /** Calls `'<method> <path>'`; `options` are `path`, `query`, `body` and whatever else the client takes. */
  async send(operation, { path, query, ...options } = {}) {
    const [method, template] = operation.split(' ');
    const params = { path, query };
    const { data, error, response } = await this.client[method](template, { params, signal: patience(), ...options });
    if (response.ok) {
      succeeded.add(operation);
    }
    return { data, error, status: response.status, headers: response.headers };
  }

  /** The answer of an operation, which must succeed with just this status. */
  async answer(status, operation, options) {
    const answer = await this.send(operation, options);
    assert.equal(answer.status, status, `${operation}: ${JSON.stringify(answer.error)}`);
    if (answer.data !== undefined) {
      assert.match(answer.headers.get('content-type'), /^application\/json; ?charset=utf-8$/i);
    }
    return answer;
  }

  /** The data of that answer. */
  async call(status, operation, options) {
    return (await this.answer(status, operation, options)).data;
  }

  /** Calls an operation, which must fail with just this status and code; gives the body of the answer. */
  async refused(status, code, operation, options) {
    const { error, ...answer } = await this.send(operation, options);
    const context = `${operation}: ${JSON.stringify(error)}`;
    assert.deepEqual([answer.status, error?.code], [status, code], context);
    assert.ok(typeof error.message === 'string' && error.message, context);
    assert.ok(
      Object.keys(error).every((key) => ERROR_KEYS.has(key)),
      context,
    );
    if (code === 'guard.invalid_input') {
      assert.ok(typeof error.details === 'string' && error.details, context);
      assert.ok(places(error).length > 0, context);
    }
    return error;
  }
}

/** Where the faults are that a `guard.invalid_input` names. */
export const places = (error) => error.data.issues.map((issue) => issue.path.join('.')).sort();

export const ids = (rows) => rows.map((row) => row.id);
export const sorted = (values) => [...values].sort();
export const keys = (row) => sorted(Object.keys(row));

/** Whether a number is a time of this test run, in milliseconds. */
export function isRecent(moment) {
  const age = Date.now() - moment;
  return Number.isInteger(moment) && age >= 0 && age < 600_000;
}

/** Asks for a page of a list whose ids are `rows`, and looks at its rows and headers. */
export async function checkPage(base, api, operation, rows, { path = {}, query = {} } = {}) {
  const { data, headers } = await api.answer(200, operation, { path, query });
  // Empty is absent.
  const page = Number(query.page || 1);
  const size = Number(query.page_size || 20);
  const last = Math.max(1, Math.ceil(rows.length / size));
  assert.deepEqual(ids(data), rows.slice((page - 1) * size, page * size));
  assert.equal(headers.get('total-number'), String(rows.length));
  const relations = { first: 1, ...(page > 1 && { prev: page - 1 }), last, ...(page < last && { next: page + 1 }) };
  const found = headers.get('link').split(', ');
  const wanted = Object.entries(relations);
  assert.equal(found.length, wanted.length);
  const address = base + operation.split(' ')[1].replace(/\{(\w+)\}/g, (_, name) => path[name]);
  for (const [index, [name, number]] of wanted.entries()) {
    const [, link, relation] = /^<([^>]+)>; rel="(\w+)"$/.exec(found[index]);
    const url = new URL(link);
    assert.equal(relation, name);
    assert.equal(url.origin + url.pathname, address);
    const kept = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]));
    assert.deepEqual(Object.fromEntries(url.searchParams), { ...kept, page: String(number) });
  }
}

/** Makes what a test needs, with names that no other test has. */
class Maker {
  #api;
  #number = 0;

  constructor(api) {
    this.#api = api;
  }

  name(kind) {
    this.#number += 1;
    return `${kind}-${this.#number}.`;
  }

  async organization(fields) {
    const body = { name: this.name('organization'), ...fields };
    return (await this.#api.call(201, 'POST /api/organizations', { body })).id;
  }

  async user(fields) {
    const body = { name: this.name('user'), ...fields };
    return (await this.#api.call(200, 'POST /api/users', { body })).id;
  }

  /** New users, in the order of their ids. */
  async users(number) {
    const made = [];
    while (made.length < number) {
      made.push(await this.user());
    }
    return sorted(made);
  }

  /** A new organization role, as the server answered. */
  role(fields) {
    const body = { name: this.name('role'), ...fields };
    return this.#api.call(201, 'POST /api/organization-roles', { body });
  }

  /** Ids of new organization roles. */
  async roles(number) {
    const made = [];
    while (made.length < number) {
      made.push((await this.role()).id);
    }
    return made;
  }

  /** A new organization of these members, who all have these roles. */
  async organizationWith(userIds, organizationRoleIds = []) {
    const id = await this.organization();
    await this.#api.call(201, 'POST /api/organizations/{id}/users', { path: { id }, body: { userIds } });
    if (organizationRoleIds.length > 0) {
      const body = { userIds, organizationRoleIds };
      await this.#api.call(201, 'POST /api/organizations/{id}/users/roles', { path: { id }, body });
    }
    return id;
  }
}

/** The client as its documentation makes it, with the credentials of the first machine client. */
export const manage = (server, options) =>
  createManagementApi('default', {
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    baseUrl: server.base,
    apiIndicator: RESOURCE,
    ...options,
  });

/** A client with any value of the header, or with none. */
export function stranger(server, authorization) {
  const client = createApiClient({ baseUrl: server.base, getToken: async () => 'replaced' });
  client.use({
    onRequest({ request }) {
      request.headers.delete('Authorization');
      if (authorization !== undefined) {
        request.headers.set('Authorization', authorization);
      }
      return request;
    },
  });
  return new Logto(client);
}

/** Tests that share a server; each is given `{ server, api, make }`. */
export function suite(name, register) {
  describe(name, () => {
    const shared = {};
    before(async () => {
      shared.server = await Server.start();
      shared.api = new Logto(manage(shared.server).apiClient);
      shared.make = new Maker(shared.api);
    });
    after(() => shared.server?.stop());
    register((title, body) => test(title, (context) => body(shared, context)));
  });
}
