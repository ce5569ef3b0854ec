// Clients as the callers of the IDAH API are: the web app (a JSON:API layer, here the published one `devour-client`, with
// cookies), a sibling service and a script (plain HTTP with a bearer token).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Devour from 'devour-client';
import qs from 'qs';
import { check } from './documents.mjs';
import { Server } from './server.mjs';

export const ADMIN = { email: 'admin@example.org', password: 'Test-only-1' };

/** Where a reverse proxy serves the API. */
export const PREFIX = '/api/v1/iam';

/** An id that nothing has. */
export const NOBODY = '999999999999';

/** Operations that are tested here, by method and path. */
export const OPERATIONS = [
  'POST /auth/login',
  'GET /auth/refresh',
  'GET /auth/logout',
  'POST /auth/api/login',
  'POST /account/passwords/request_reset',
  'GET /account/passwords/token_valid',
  'POST /account/passwords/change',
  'GET /account_sessions',
  'DELETE /account_sessions/{id}',
  'GET /accounts',
  'POST /accounts',
  'GET /accounts/{id}',
  'PATCH /accounts/{id}',
  'DELETE /accounts/{id}',
  'POST /accounts/{id}/resend_invitation',
  'GET /organizations',
  'POST /organizations',
  'GET /organizations/{id}',
  'PATCH /organizations/{id}',
  'DELETE /organizations/{id}',
  'GET /api_keys',
  'POST /api_keys',
  'GET /api_keys/{id}',
  'PATCH /api_keys/{id}',
  'DELETE /api_keys/{id}',
  'POST /api_keys/{id}/revoke',
  'GET /api_keys/permissions',
  'GET /api_keys/permissions/{scope_type}',
];

/** Operations that have succeeded. */
export const succeeded = new Set();

const attributes = (names) => Object.fromEntries(names.split(' ').map((name) => [name, '']));
const one = (type) => ({ jsonApi: 'hasOne', type });

/** The models, by the singular of their types, which is how the client finds them. */
const MODELS = {
  'iam:account': [
    'accounts',
    attributes(
      'name email sso_channel enabled role_name role_scope picture_url joined_at invitation_expired_at created_at updated_at',
    ),
  ],
  'iam:account_session': [
    'account_sessions',
    { ...attributes('account_id user_agent ip created_at updated_at'), account: one('iam:accounts') },
  ],
  'iam:organization': ['organizations', attributes('name created_at updated_at')],
  'iam:account_auth': [
    'auth',
    attributes('email name picture_url role_name role_scope role_rights exp'),
  ],
  'iam:api_key': [
    'api_keys',
    {
      ...attributes(
        'account_id name key_label permissions scope_type scope_value expires_at revoked_at last_used_at status created_at updated_at key',
      ),
      service_account: one('iam:accounts'),
    },
  ],
  api_permission: ['permissions', attributes('name title description')],
};

const TYPES = {
  'iam:account': 'iam:accounts',
  'iam:account_session': 'iam:account_sessions',
  'iam:organization': 'iam:organizations',
  'iam:account_auth': 'iam:account_auths',
  'iam:api_key': 'iam:api_keys',
  api_permission: 'api_permissions',
};

/** As the web app writes queries: brackets are percent-encoded, a null is a bare name. */
const query = (params) => qs.stringify(params, { arrayFormat: 'brackets', strictNullHandling: true });

/** The operation of a request. */
function operation(method, url) {
  const path = new URL(url).pathname.replace(PREFIX, '');
  const template = path
    .replace(/^\/(accounts|account_sessions|organizations|api_keys)\/\d+/, '/$1/{id}')
    .replace(/^\/api_keys\/permissions\/.+/, '/api_keys/permissions/{scope_type}');
  return `${method.toUpperCase()} ${template}`;
}

/** A client; every answer it gets is checked before it reads it. */
export class App {
  #http;

  constructor(base, headers = {}) {
    this.base = base;
    this.cookies = new Map();
    const api = new Devour({ apiUrl: base, logger: false, errorBuilder: (error) => error });
    for (const [name, [collectionPath, fields]] of Object.entries(MODELS)) {
      api.define(name, fields, { type: TYPES[name], collectionPath });
    }
    api.replaceMiddleware('rails-params-serializer', {
      name: 'web-app-params',
      req(payload) {
        payload.req.paramsSerializer = { serialize: query };
        return payload;
      },
    });
    // What fails says how; the client's own errors, by field or position, go along.
    api.insertMiddlewareAfter('errors', {
      name: 'failure',
      error: (found) => {
        const told = `${this.last?.status} ${JSON.stringify(this.last?.data)}`;
        return found instanceof Error ? found : Object.assign(new Error(told), { errors: found });
      },
    });
    this.#http = api.axios.create({ timeout: 60_000, proxy: false });
    this.#http.interceptors.request.use((config) => {
      for (const [name, value] of Object.entries(headers)) {
        config.headers.set(name, value);
      }
      if (this.cookies.size > 0) {
        config.headers.set('Cookie', [...this.cookies].map((pair) => pair.join('=')).join('; '));
      }
      return config;
    });
    const seen = (response) => {
      const { method, url, params } = response.config;
      const path = params ? `${url}?${query(params)}` : url;
      this.last = response;
      this.#keep(response.headers['set-cookie'] ?? []);
      check(method.toUpperCase(), path, response.status, response.headers['content-type'], response.data);
      if (response.status < 400) {
        succeeded.add(operation(method, url));
      }
    };
    this.#http.interceptors.response.use(
      (response) => {
        seen(response);
        return response;
      },
      (error) => {
        if (error.response) {
          seen(error.response);
        }
        throw error;
      },
    );
    api.axios = this.#http;
    this.api = api;
  }

  /** As browsers do, but for `Secure`: tests have no TLS. */
  #keep(lines) {
    for (const line of lines) {
      const [pair, ...flags] = line.split(/; */);
      const [name, value] = pair.split(/=(.*)/s);
      const expires = flags.find((flag) => /^expires=/i.test(flag))?.slice('expires='.length);
      const age = flags.find((flag) => /^max-age=/i.test(flag))?.slice('max-age='.length);
      const isOver = age === undefined ? expires !== undefined && Date.parse(expires) <= Date.now() : Number(age) <= 0;
      if (isOver || value === '') {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, value);
      }
    }
  }

  /** A plain request, as the web app makes those that are about no record; refusals are answers, too. */
  async send(method, path, data, headers = {}) {
    const url = this.base + path;
    return this.#http.request({ method, url, data, headers, validateStatus: () => true });
  }

  /** The errors of a call of the client that must fail with this status, by field or position. */
  async refused(status, call) {
    const error = await call.then(
      () => assert.fail('no refusal'),
      (error) => error,
    );
    if (!error.errors) {
      throw error;
    }
    assert.equal(this.last.status, status, error.message);
    return error.errors;
  }

  /** Logs in as the web app does. */
  async login({ email, password } = ADMIN) {
    const answer = await this.send('POST', '/auth/login', { email, password, cookie: true });
    assert.equal(answer.status, 200, JSON.stringify(answer.data));
    return answer.data;
  }
}

/** Makes what a test needs, with names that no other test has. */
class Maker {
  #number = 0;

  name(kind) {
    this.#number += 1;
    return `${kind} ${this.#number}.`;
  }

  email() {
    this.#number += 1;
    return `somebody.${this.#number}@example.org`;
  }
}

/** Tests that share a server; each is given `{ server, app, make }`: `app` is logged in as an administrator. */
export function suite(name, register) {
  describe(name, () => {
    const shared = { make: new Maker() };
    before(async () => {
      shared.server = await Server.start({
        BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
        BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      });
      shared.app = new App(shared.server.base + PREFIX);
      await shared.app.login();
    });
    after(() => shared.server?.stop());
    register((title, body) => test(title, (context) => body(shared, context)));
  });
}

/** Whether a text is a time of this test run. */
export function isRecent(text) {
  const age = Date.now() - Date.parse(text);
  return age > -2_000 && age < 600_000;
}

export const ids = (rows) => rows.map((row) => row.id);
