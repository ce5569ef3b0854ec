// The five operations on organizations.
import assert from 'node:assert/strict';
import { NOBODY, checkPage, ids, isRecent, places, sorted, suite } from './logto.mjs';

const LIST = 'GET /api/organizations';
const CREATE = 'POST /api/organizations';
const GET = 'GET /api/organizations/{id}';
const UPDATE = 'PATCH /api/organizations/{id}';
const DELETE = 'DELETE /api/organizations/{id}';

/** Every field that the caller may set. */
const WHOLE = {
  name: 'Agence Zoë 🏠',
  description: 'Lets flats',
  customData: { plan: { seats: 3 }, tags: ['a', null], rate: 1.5 },
  isMfaRequired: true,
  color: { primaryColor: '#Ab1', darkPrimaryColor: '#00ffAA', isDarkModeEnabled: true },
  branding: {
    logoUrl: 'https://example.org/logo.png',
    darkLogoUrl: 'mock://host/x.png',
    favicon: 'https://example.org/favicon.ico?v=1',
    darkFavicon: 'https://example.org/dark.ico',
  },
  customCss: 'body { color: red }',
};
const DEFAULTS = {
  tenantId: 'default',
  description: null,
  customData: {},
  isMfaRequired: false,
  color: {},
  branding: {},
  customCss: null,
};

/** What is no value of a field, with the place that the server must name. */
const WRONG = [
  ['name', ''],
  ['name', 'n'.repeat(129)],
  ['name', 5],
  ['name', null],
  ['description', 'd'.repeat(257)],
  ['description', 5],
  ['customData', []],
  ['customData', 'text'],
  ['customData', null],
  ['isMfaRequired', 'true'],
  ['isMfaRequired', null],
  ['color', null],
  ['color', { primaryColor: 'red' }, 'color.primaryColor'],
  ['color', { darkPrimaryColor: '#12345' }, 'color.darkPrimaryColor'],
  ['color', { isDarkModeEnabled: 1 }, 'color.isDarkModeEnabled'],
  ['branding', { logoUrl: 'logo.png' }, 'branding.logoUrl'],
  ['branding', { favicon: null }, 'branding.favicon'],
  ['branding', null],
  ['customCss', 5],
];

suite('organizations', (test) => {
  test('a new organization has every key and is what is read back', async ({ api, make }) => {
    for (const body of [{ name: make.name('plain') }, WHOLE]) {
      const made = await api.call(201, CREATE, { body });
      assert.deepEqual(made, { ...DEFAULTS, ...body, id: made.id, createdAt: made.createdAt });
      assert.match(made.id, /^[0-9a-z]{1,21}$/);
      assert.ok(isRecent(made.createdAt));
      assert.deepEqual(await api.call(200, GET, { path: made }), made);
      // Whoever makes it does not become a member.
      assert.deepEqual(await api.call(200, 'GET /api/organizations/{id}/users', { path: made }), []);
    }
  });

  test('the server alone gives ids and dates, and drops what it does not know', async ({ api, make }) => {
    const name = make.name('own');
    const own = { id: 'chosen', tenantId: 'other', createdAt: 1, unknown: true };
    const made = await api.call(201, CREATE, { body: { name, ...own } });
    assert.deepEqual(made, { ...DEFAULTS, name, id: made.id, createdAt: made.createdAt });
    assert.ok(made.id !== 'chosen' && isRecent(made.createdAt));
    const changed = await api.call(200, UPDATE, { path: made, body: { customCss: 'a', ...own } });
    assert.deepEqual(changed, { ...made, customCss: 'a' });
  });

  test('a wrong value is refused with its place, and nothing changes', async ({ api, make }) => {
    const id = await make.organization(WHOLE);
    const before = await api.call(200, GET, { path: { id } });
    const name = make.name('refused');
    for (const [field, value, place = field] of WRONG) {
      const wrong = { name, [field]: value };
      for (const [operation, options] of [
        [CREATE, { body: wrong }],
        [UPDATE, { path: { id }, body: wrong }],
      ]) {
        const error = await api.refused(400, 'guard.invalid_input', operation, options);
        assert.deepEqual(places(error), [place], JSON.stringify(wrong));
      }
    }
    assert.deepEqual(places(await api.refused(400, 'guard.invalid_input', CREATE, { body: {} })), ['name']);
    assert.deepEqual(await api.call(200, GET, { path: { id } }), before);
    assert.deepEqual(await api.call(200, LIST, { query: { q: name } }), []);
  });

  test('thirty organizations can be made at once', async ({ api, make }) => {
    const tag = make.name('parallel');
    const bodies = Array.from({ length: 30 }, (_, number) => ({ name: `${tag}${number}` }));
    const made = await Promise.all(bodies.map((body) => api.call(201, CREATE, { body })));
    const found = await api.call(200, LIST, { query: { q: tag, page_size: 100 } });
    assert.deepEqual(sorted(ids(found)), sorted(ids(made)));
  });

  test('an unknown or odd id is not found', async ({ api }) => {
    for (const id of [NOBODY, '0', 'Zoë', 'a/b', '%2e%2e']) {
      const path = { id };
      await api.refused(404, 'entity.not_exists_with_id', GET, { path });
      await api.refused(404, 'entity.not_exists', UPDATE, { path, body: { name: 'Nowhere' } });
      await api.refused(404, 'entity.not_found', DELETE, { path });
    }
  });

  test('a list has pages that fit together', async ({ server, api, make }) => {
    const q = make.name('paged & more');
    const made = [];
    while (made.length < 30) {
      made.push(await make.organization({ name: q + made.length }));
    }
    const rows = ids(await api.call(200, LIST, { query: { q, page_size: 100 } }));
    assert.deepEqual(sorted(rows), sorted(made));
    const pages = [
      {},
      { page: '', page_size: '' },
      { page: 2 },
      { page_size: 10 },
      { page: 2, page_size: 10 },
      { page: 3, page_size: 10 },
      { page: 9 },
    ];
    for (const page of pages) {
      await checkPage(server.base, api, LIST, rows, { query: { q, ...page } });
    }
    for (const wrong of [{ page: 0 }, { page: -1 }, { page: 'x' }, { page_size: 0 }, { page_size: 101 }]) {
      await api.refused(400, 'guard.invalid_pagination', LIST, { query: { q, ...wrong } });
    }
  });

  test('q searches ids and names whatever their case', async ({ api, make }) => {
    const name = make.name('Searched');
    const id = await make.organization({ name: `The ${name}`, description: 'Undescribable' });
    const found = async (q) => ids(await api.call(200, LIST, { query: { q } }));
    for (const q of [name.toUpperCase(), `he ${name}`, id, id.slice(1)]) {
      assert.ok((await found(q)).includes(id), q);
    }
    assert.deepEqual(await found('undescribable'), []);
    const counts = await Promise.all([{}, { q: '' }].map((query) => api.answer(200, LIST, { query })));
    const [all, empty] = counts.map(({ headers }) => headers.get('total-number'));
    assert.equal(empty, all);
  });

  test('showFeatured adds three members and the number of all', async ({ api, make }) => {
    const tag = make.name('featured');
    const avatar = 'https://example.org/ada.png';
    const users = {};
    for (const number of [1, 2, 3, 4, 5]) {
      const name = `${tag}${number}`;
      const id = await make.user({ name, avatar });
      users[id] = { id, name, avatar };
    }
    const empty = await make.organization({ name: `${tag}empty` });
    const full = await make.organization({ name: `${tag}full` });
    const body = { userIds: Object.keys(users) };
    await api.call(201, 'POST /api/organizations/{id}/users', { path: { id: full }, body });
    const plain = await api.call(200, LIST, { query: { q: tag } });
    assert.deepEqual(
      plain.find(({ id }) => id === full),
      await api.call(200, GET, { path: { id: full } }),
    );
    for (const showFeatured of ['1', 'true', 'Y', 'yes', 'YEP', 'yeah']) {
      const rows = await api.call(200, LIST, { query: { q: tag, showFeatured } });
      const [first, second] = [empty, full].map((wanted) => rows.find(({ id }) => id === wanted));
      const { usersCount, featuredUsers, ...rest } = second;
      assert.deepEqual(
        rest,
        plain.find(({ id }) => id === full),
      );
      assert.deepEqual([first.usersCount, first.featuredUsers, usersCount], [0, [], 5]);
      assert.equal(new Set(ids(featuredUsers)).size, 3);
      assert.deepEqual(
        featuredUsers,
        featuredUsers.map(({ id }) => users[id]),
      );
    }
    for (const showFeatured of ['0', 'false', 'no', '', 'on']) {
      assert.deepEqual(await api.call(200, LIST, { query: { q: tag, showFeatured } }), plain);
    }
  });

  test('only what is sent changes, and as a whole', async ({ api, make }) => {
    const id = await make.organization(WHOLE);
    let state = await api.call(200, GET, { path: { id } });
    for (const change of [
      { name: 'New' },
      { customData: { plan: { rooms: 1 } } },
      { color: { isDarkModeEnabled: false } },
      { branding: { favicon: 'https://example.org/new.ico' } },
      { isMfaRequired: false },
      { description: null, customCss: null },
      { customData: {}, color: {}, branding: {} },
    ]) {
      state = { ...state, ...change };
      assert.deepEqual(await api.call(200, UPDATE, { path: { id }, body: change }), state);
      assert.deepEqual(await api.call(200, GET, { path: { id } }), state);
    }
  });

  test('an empty text that may be null is null', async ({ api, make }) => {
    const id = await make.organization({ ...WHOLE, description: '' });
    const before = await api.call(200, GET, { path: { id } });
    assert.equal(before.description, null);
    await api.call(200, UPDATE, { path: { id }, body: { description: 'Again' } });
    const body = { description: '', customCss: '' };
    assert.deepEqual(await api.call(200, UPDATE, { path: { id }, body }), { ...before, customCss: null });
  });

  test('a change of nothing is refused, even of nothing', async ({ api, make }) => {
    for (const id of [await make.organization(), NOBODY]) {
      for (const body of [{}, { unknown: 1 }]) {
        await api.refused(422, 'entity.invalid_input', UPDATE, { path: { id }, body });
      }
    }
  });

  test('a deleted organization is gone and its members and roles stay', async ({ api, make }) => {
    const userId = await make.user();
    const role = await make.role();
    const other = await make.organizationWith([userId]);
    const path = { id: await make.organizationWith([userId], [role.id]), userId };
    assert.equal(await api.call(204, DELETE, { path }), undefined);
    await api.refused(404, 'entity.not_found', DELETE, { path });
    await api.refused(404, 'entity.not_exists_with_id', GET, { path });
    const roles = 'GET /api/organizations/{id}/users/{userId}/roles';
    await api.refused(422, 'organization.require_membership', roles, { path });
    const left = await api.call(200, 'GET /api/users/{userId}/organizations', { path });
    assert.deepEqual(ids(left), [other]);
    const again = await api.call(200, 'GET /api/organization-roles/{id}', { path: role });
    assert.deepEqual(again, role);
  });
});
