// What every answer must be: valid by the JSON Schema of JSON:API that the package `jsonapi-validator` has, and what the
// contract says besides. Where the contract departs from JSON:API, just that is excepted, here and by name.
import assert from 'node:assert/strict';
import validator from 'jsonapi-validator';

const jsonApi = new validator.Validator();

const TYPES = new Set([
  'iam:accounts',
  'iam:account_sessions',
  'iam:organizations',
  'iam:account_auths',
  'iam:api_keys',
  'api_permissions',
]);

const HIDDEN = [
  'id',
  'hashed_password',
  'password_reset_token',
  'password_reset_token_expires_at',
  'invitation_token',
  'refresh_seq',
  'nonce',
  'key_sha',
];

/** Answers of these paths are `{"data": <value>}`, and the value is no record. */
const VALUES = [/\/account\/passwords\/token_valid(\?|$)/, /\/accounts\/[^/]+\/resend_invitation$/];

/** Fails if an answer is none of the IDAH API. `body` is the parsed JSON, or nothing. */
export function check(method, path, status, contentType, body) {
  const context = `${method} ${path}: ${status} ${JSON.stringify(body)}`;
  assert.ok(status < 500, context);
  if (status === 204) {
    assert.ok(body === undefined || body === '' || body === null, context);
    return;
  }
  assert.ok(body !== null && typeof body === 'object' && !Array.isArray(body), context);
  if (status >= 400) {
    checkRefusal(status, body, context);
    return;
  }
  if (VALUES.some((pattern) => pattern.test(path))) {
    assert.deepEqual(Object.keys(body), ['data'], context);
    return;
  }
  assert.equal(contentType, 'application/vnd.api+json', context);
  valid(body, context);
  assert.ok(!('links' in body) && !('jsonapi' in body), context);
  assert.ok(!('included' in body) || body.included.length > 0, context);
  if (Array.isArray(body.data) && method === 'GET' && !path.includes('/api_keys/permissions')) {
    assert.ok('meta' in body, context);
  }
  for (const resource of [body.data, body.included ?? []].flat()) {
    checkResource(resource, context);
  }
  checkLinkage(body, context);
}

/** The type that a resource has is one that the web app knows, and nothing hidden is in it. */
function checkResource(resource, context) {
  assert.ok(TYPES.has(resource.type), context);
  assert.ok(resource.attributes, context);
  if (resource.type !== 'api_permissions') {
    assert.match(resource.id, /^[1-9]\d*$/, context);
  }
  for (const name of HIDDEN) {
    assert.ok(!(name in resource.attributes), `${name}: ${context}`);
  }
  for (const [name, value] of Object.entries(resource.attributes)) {
    assert.match(name, /^[a-z]+(_[a-z]+)*$/, context);
    if (name.endsWith('_at') && value !== null) {
      assert.match(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, context);
    }
  }
  if ('relationships' in resource) {
    assert.ok(Object.keys(resource.relationships).length > 0, context);
  }
}

/** JSON:API, "Compound Documents": every included resource once, and only what something refers to. */
function checkLinkage({ data, included = [] }, context) {
  const name = ({ type, id }) => `${type} ${id}`;
  const linked = [data, included]
    .flat()
    .flatMap((resource) => Object.values(resource.relationships ?? {}))
    .map((relation) => name(relation.data));
  const names = included.map(name);
  assert.equal(new Set(names).size, names.length, context);
  assert.ok(
    names.every((one) => linked.includes(one)),
    context,
  );
}

function checkRefusal(status, body, context) {
  if (!('errors' in body)) {
    // Exception: what is malformed, and what is no route, has no list of errors.
    const types = { 400: 'Verse::Error::BadRequest', 404: 'Verse::Error::NotFound' };
    assert.deepEqual({ ...body, detail: typeof body.detail }, { status: String(status), type: types[status], detail: 'string' }, context);
    return;
  }
  assert.ok(body.errors.length > 0, context);
  const errors = body.errors.map((error) => {
    assert.ok(error.title && error.detail, context);
    if (error.title !== 'Verse::Error::ValidationFailed') {
      return error;
    }
    // Exception: the status of a validation that failed is a number.
    assert.deepEqual([status, error.status], [422, 422], context);
    return { ...error, status: String(error.status) };
  });
  assert.ok(
    errors.every((error) => error.status === String(status)),
    context,
  );
  valid({ ...body, errors }, context);
}

function valid(document, context) {
  try {
    jsonApi.validate(document);
  } catch (error) {
    assert.fail(`${error.message} ${error.errors.map((one) => `${one.dataPath} ${one.message}`).join('; ')}: ${context}`);
  }
}
