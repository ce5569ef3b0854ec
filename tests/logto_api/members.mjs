// The four operations on the members of an organization.
import assert from 'node:assert/strict';
import { NOBODY, checkPage, ids, isRecent, keys, places, sorted, suite } from './logto.mjs';

const LIST = 'GET /api/organizations/{id}/users';
const ADD = 'POST /api/organizations/{id}/users';
const REPLACE = 'PUT /api/organizations/{id}/users';
const REMOVE = 'DELETE /api/organizations/{id}/users/{userId}';
const FOREIGN_KEY = 'entity.relation_foreign_key_not_found';

const USER_KEYS = [
  'applicationId',
  'avatar',
  'createdAt',
  'customData',
  'hasPassword',
  'id',
  'identities',
  'isSuspended',
  'lastSignInAt',
  'name',
  'primaryEmail',
  'primaryPhone',
  'profile',
  'updatedAt',
  'username',
];

/** The roles of each member. */
export async function rolesOf(api, id) {
  const members = await api.call(200, LIST, { path: { id } });
  return Object.fromEntries(members.map((member) => [member.id, ids(member.organizationRoles)]));
}

suite('members', (test) => {
  test('added users are listed by id and the answer repeats the list', async ({ api, make }) => {
    const [first, second] = await make.users(2);
    const [role] = await make.roles(1);
    const path = { id: await make.organizationWith([first], [role]) };
    const body = { userIds: [second, first, second] };
    assert.deepEqual(await api.call(201, ADD, { path, body }), body);
    assert.deepEqual(ids(await api.call(200, LIST, { path })), [first, second]);
    assert.deepEqual(await rolesOf(api, path.id), { [first]: [role], [second]: [] });
  });

  test('a member is the user that was made with roles', async ({ api, make }) => {
    const person = {
      name: 'Zoë Müller-Łukasz 🏠',
      username: 'zoe_whole',
      primaryEmail: 'zoe.whole@example.org',
      primaryPhone: '33612345678',
      avatar: 'https://example.org/zoe.png',
      customData: { pets: [{ name: 'Rex', age: 3.5 }], none: null },
      profile: { familyName: 'Müller', address: { locality: 'Łódź' } },
    };
    const user = await api.call(200, 'POST /api/users', { body: person });
    assert.deepEqual(
      keys(user).filter((key) => key !== 'cimdClientId'),
      USER_KEYS,
    );
    assert.ok(isRecent(user.createdAt) && isRecent(user.updatedAt) && user.id.length <= 12);
    const { hasPassword, ...visible } = user;
    assert.equal(hasPassword, false);
    assert.deepEqual(visible, { ...visible, ...person, lastSignInAt: null, isSuspended: false, identities: {} });
    const tag = make.name('sorted');
    const [last, first] = [await make.role({ name: `${tag}b` }), await make.role({ name: `${tag}a` })];
    const path = { id: await make.organizationWith([user.id], [last.id, first.id]) };
    await make.organizationWith([user.id], await make.roles(1));
    const organizationRoles = [first, last].map(({ id, name }) => ({ id, name }));
    assert.deepEqual(await api.call(200, LIST, { path }), [{ ...visible, organizationRoles }]);
  });

  test('the list has pages that fit together', async ({ server, api, make }) => {
    const rows = await make.users(30);
    const path = { id: await make.organizationWith([...rows].reverse()) };
    for (const query of [{}, { page: 2 }, { page: 2, page_size: 10 }, { page: '', page_size: '100' }, { page: 9 }]) {
      await checkPage(server.base, api, LIST, rows, { path, query });
    }
    await checkPage(server.base, api, LIST, [], { path: { id: await make.organization() } });
    for (const query of [{ page: 0 }, { page: 'one' }, { page_size: 101 }]) {
      await api.refused(400, 'guard.invalid_pagination', LIST, { path, query });
    }
  });

  test('q and a role filter the list and what is counted', async ({ server, api, make }) => {
    const [held, other] = await make.roles(2);
    const name = make.name('Needle');
    const [first, second] = sorted([await make.user({ name: `The ${name}` }), await make.user({ name })]);
    const third = await make.user();
    const id = await make.organizationWith([first, second, third], [other]);
    const organizationRoleIds = [held];
    const userIds = [second, third];
    const roles = { path: { id }, body: { userIds, organizationRoleIds } };
    await api.call(201, 'POST /api/organizations/{id}/users/roles', roles);
    const path = { id };
    const check = (rows, query) => checkPage(server.base, api, LIST, rows, { path, query });
    await check([first, second], { q: name.toUpperCase() });
    await check(sorted([second, third]), { organizationRoleId: held });
    await check([second], { organizationRoleId: held, q: name });
    await check([first, second], { q: name, page: 2, page_size: 1 });
    await check([], { organizationRoleId: NOBODY });
    // The filter does not shorten what a member holds.
    const [row] = await api.call(200, LIST, { path, query: { organizationRoleId: held, q: name } });
    assert.deepEqual(sorted(ids(row.organizationRoles)), sorted([held, other]));
    await api.refused(400, 'guard.invalid_input', LIST, { path, query: { organizationRoleId: '' } });
  });

  test('an unknown organization has no members', async ({ server, api }) => {
    for (const id of [NOBODY, '0', 'a-b']) {
      await checkPage(server.base, api, LIST, [], { path: { id } });
    }
  });

  test('nothing is written when anybody is unknown', async ({ api, make }) => {
    const [member, other] = await make.users(2);
    const [role] = await make.roles(1);
    const id = await make.organizationWith([member], [role]);
    for (const operation of [ADD, REPLACE]) {
      const body = { userIds: [other, NOBODY] };
      await api.refused(422, FOREIGN_KEY, operation, { path: { id }, body });
      await api.refused(422, FOREIGN_KEY, operation, { path: { id: NOBODY }, body: { userIds: [other] } });
    }
    assert.deepEqual(await rolesOf(api, id), { [member]: [role] });
  });

  test('lists of users are checked', async ({ api, make }) => {
    const path = { id: await make.organizationWith([await make.user()]) };
    const before = await api.call(200, LIST, { path });
    for (const [operation, body, ...wrong] of [
      [ADD, { userIds: [] }, 'userIds'],
      [ADD, {}, 'userIds'],
      [ADD, { userIds: 'one' }, 'userIds'],
      [ADD, { userIds: [NOBODY, ''] }, 'userIds.1'],
      [ADD, { userIds: [5] }, 'userIds.0'],
      [ADD, { userIds: [5, NOBODY, '', 6] }, 'userIds.0', 'userIds.2', 'userIds.3'],
      [REPLACE, {}, 'userIds'],
      [REPLACE, { userIds: null }, 'userIds'],
      [REPLACE, { userIds: [''] }, 'userIds.0'],
    ]) {
      const error = await api.refused(400, 'guard.invalid_input', operation, { path, body });
      assert.deepEqual(places(error), wrong, JSON.stringify(body));
    }
    assert.deepEqual(await api.call(200, LIST, { path }), before);
  });

  test('who stays keeps roles, who leaves loses them, newcomers have none', async ({ api, make }) => {
    const [stays, leaves, comes] = await make.users(3);
    const [role] = await make.roles(1);
    const id = await make.organizationWith([stays, leaves], [role]);
    const replace = async (...userIds) => {
      assert.equal(await api.call(204, REPLACE, { path: { id }, body: { userIds } }), undefined);
      return rolesOf(api, id);
    };
    assert.deepEqual(await replace(comes, stays, comes), { [stays]: [role], [comes]: [] });
    assert.deepEqual(await replace(stays, comes), { [stays]: [role], [comes]: [] });
    assert.deepEqual(await replace(leaves, stays), { [stays]: [role], [leaves]: [] });
    assert.deepEqual(await replace(), {});
    assert.deepEqual(await replace(stays), { [stays]: [] });
    await api.call(204, REPLACE, { path: { id: NOBODY }, body: { userIds: [] } });
  });

  test('a removed member has no role operations and comes back without roles', async ({ api, make }) => {
    const [userId, other] = await make.users(2);
    const [organizationRoleId] = await make.roles(1);
    const id = await make.organizationWith([userId, other], [organizationRoleId]);
    const elsewhere = await make.organizationWith([userId], [organizationRoleId]);
    const path = { id, userId, organizationRoleId };
    assert.equal(await api.call(204, REMOVE, { path }), undefined);
    await api.refused(404, 'entity.not_found', REMOVE, { path });
    const body = { organizationRoleIds: [organizationRoleId] };
    for (const [operation, sent] of [
      ['GET /api/organizations/{id}/users/{userId}/roles'],
      ['POST /api/organizations/{id}/users/{userId}/roles', body],
      ['PUT /api/organizations/{id}/users/{userId}/roles', body],
      ['DELETE /api/organizations/{id}/users/{userId}/roles/{organizationRoleId}'],
    ]) {
      await api.refused(422, 'organization.require_membership', operation, { path, body: sent });
    }
    const many = 'POST /api/organizations/{id}/users/roles';
    await api.refused(422, FOREIGN_KEY, many, { path, body: { userIds: [userId], ...body } });
    assert.equal((await api.call(200, 'GET /api/users/{userId}', { path })).id, userId);
    await api.call(201, ADD, { path, body: { userIds: [userId] } });
    assert.deepEqual(await rolesOf(api, id), { [userId]: [], [other]: [organizationRoleId] });
    assert.deepEqual(await rolesOf(api, elsewhere), { [userId]: [organizationRoleId] });
  });

  test('whoever is no member cannot be removed', async ({ api, make }) => {
    const [id, userId] = [await make.organization(), await make.user()];
    for (const path of [
      { id, userId },
      { id, userId: NOBODY },
      { id: NOBODY, userId },
    ]) {
      await api.refused(404, 'entity.not_found', REMOVE, { path });
    }
  });

  test('a deleted user is no member any more', async ({ api, make }) => {
    const [userId, other] = await make.users(2);
    const id = await make.organizationWith([userId, other]);
    await api.call(204, 'DELETE /api/users/{userId}', { path: { userId } });
    assert.deepEqual(await rolesOf(api, id), { [other]: [] });
    await api.refused(404, 'entity.not_found', REMOVE, { path: { id, userId } });
  });
});
