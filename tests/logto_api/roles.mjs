// The five operations on the roles of members.
import assert from 'node:assert/strict';
import { NOBODY, checkPage, ids, places, sorted, suite } from './logto.mjs';
import { rolesOf } from './members.mjs';

const ASSIGN_ALL = 'POST /api/organizations/{id}/users/roles';
const LIST = 'GET /api/organizations/{id}/users/{userId}/roles';
const ASSIGN = 'POST /api/organizations/{id}/users/{userId}/roles';
const REPLACE = 'PUT /api/organizations/{id}/users/{userId}/roles';
const REMOVE = 'DELETE /api/organizations/{id}/users/{userId}/roles/{organizationRoleId}';

const FOREIGN_KEY = 'entity.relation_foreign_key_not_found';
const WRONG_TYPE = 'entity.db_constraint_violated';
const MEMBERSHIP = 'organization.require_membership';
const NAMES = 'organization.role_names_not_found';

/** The roles of a member. */
const held = async (api, path) => sorted(ids(await api.call(200, LIST, { path })));

/** A fresh member who has these roles. */
async function member(make, roles = []) {
  const userId = await make.user();
  return { id: await make.organizationWith([userId], roles), userId };
}

suite('roles', (test) => {
  test('every user gets every role and keeps the others', async ({ api, make }) => {
    const [first, second, third] = await make.users(3);
    const [old, added, newer] = await make.roles(3);
    const id = await make.organizationWith([first, second, third], [old]);
    const body = { userIds: [first, second, first], organizationRoleIds: [newer, added, old, added] };
    const all = sorted([old, added, newer]);
    for (let time = 0; time < 2; time += 1) {
      // The client would throw here, should the body be a text.
      assert.equal(await api.call(201, ASSIGN_ALL, { path: { id }, body }), undefined);
      const found = Object.entries(await rolesOf(api, id)).map(([user, roles]) => [user, sorted(roles)]);
      assert.deepEqual(Object.fromEntries(found), { [first]: all, [second]: all, [third]: [old] });
    }
  });

  test('no role is given to many when anything is wrong', async ({ api, make }) => {
    const machine = (await make.role({ type: 'MachineToMachine' })).id;
    const [role] = await make.roles(1);
    const [user, other] = await make.users(2);
    const id = await make.organizationWith([user]);
    for (const [code, where, userIds, organizationRoleIds] of [
      [FOREIGN_KEY, NOBODY, [user], [role]],
      [FOREIGN_KEY, id, [user, NOBODY], [role]],
      [FOREIGN_KEY, id, [user, other], [role]],
      [FOREIGN_KEY, id, [user], [role, NOBODY]],
      [WRONG_TYPE, id, [user], [role, machine]],
      [WRONG_TYPE, id, [user], [machine, NOBODY]],
    ]) {
      const body = { userIds, organizationRoleIds };
      await api.refused(422, code, ASSIGN_ALL, { path: { id: where }, body });
    }
    for (const [body, wrong] of [
      [{}, ['organizationRoleIds', 'userIds']],
      [{ userIds: [], organizationRoleIds: [role] }, ['userIds']],
      [{ userIds: [user], organizationRoleIds: [] }, ['organizationRoleIds']],
      [{ userIds: [user, ''], organizationRoleIds: [role] }, ['userIds.1']],
      [{ userIds: [user], organizationRoleIds: [5] }, ['organizationRoleIds.0']],
    ]) {
      const error = await api.refused(400, 'guard.invalid_input', ASSIGN_ALL, { path: { id }, body });
      assert.deepEqual(places(error), wrong);
    }
    assert.deepEqual(await rolesOf(api, id), { [user]: [] });
  });

  test("a member's roles are what was made", async ({ api, make }) => {
    const role = await make.role({ description: 'Reads' });
    const path = await member(make, [role.id]);
    assert.deepEqual(await api.call(200, LIST, { path }), [role]);
    assert.deepEqual(role, { tenantId: 'default', id: role.id, name: role.name, description: 'Reads', type: 'User' });
  });

  test('all thirty roles come at once and pages only when asked for', async ({ server, api, make }) => {
    const made = await make.roles(30);
    const path = await member(make, made);
    for (const query of [{}, { page: '', page_size: '' }]) {
      const answer = await api.answer(200, LIST, { path, query });
      assert.deepEqual(sorted(ids(answer.data)), sorted(made));
      assert.deepEqual([answer.headers.get('total-number'), answer.headers.get('link')], [null, null]);
    }
    const rows = ids(await api.call(200, LIST, { path }));
    for (const query of [
      { page: 1 },
      { page: 2, page_size: 10 },
      { page_size: 100 },
      { page: '', page_size: 7 },
      { page: 9 },
    ]) {
      await checkPage(server.base, api, LIST, rows, { path, query });
    }
    for (const query of [{ page: 0 }, { page_size: 101 }]) {
      await api.refused(400, 'guard.invalid_pagination', LIST, { path, query });
    }
  });

  test('roles are added by id and by name, and the answer has each once', async ({ api, make }) => {
    const [old, added] = await make.roles(2);
    const named = await make.role();
    const path = await member(make, [old]);
    const body = { organizationRoleIds: [added, old, added], organizationRoleNames: [named.name, named.name] };
    for (let time = 0; time < 2; time += 1) {
      const answer = await api.call(201, ASSIGN, { path, body });
      assert.deepEqual(answer, { organizationRoleIds: [added, old, named.id] });
      assert.deepEqual(await held(api, path), sorted([old, added, named.id]));
    }
    for (const nothing of [{}, { organizationRoleIds: [], organizationRoleNames: [] }]) {
      assert.deepEqual(await api.call(201, ASSIGN, { path, body: nothing }), { organizationRoleIds: [] });
    }
    // By its id and by its name.
    const both = { organizationRoleIds: [named.id], organizationRoleNames: [named.name] };
    assert.deepEqual(await api.call(201, ASSIGN, { path, body: both }), { organizationRoleIds: [named.id] });
    assert.equal((await held(api, path)).length, 3);
  });

  test('replaced roles are just those that are sent, here alone', async ({ api, make }) => {
    const [old, stays] = await make.roles(2);
    const named = await make.role();
    const path = await member(make, [old, stays]);
    const { userId } = path;
    const elsewhere = { id: await make.organizationWith([userId], [old]), userId };
    for (const [body, wanted] of [
      [{ organizationRoleIds: [stays, stays], organizationRoleNames: [named.name] }, [stays, named.id]],
      [{ organizationRoleNames: [named.name] }, [named.id]],
      [{ organizationRoleIds: [] }, []],
      [{ organizationRoleIds: [old] }, [old]],
      [{}, []],
    ]) {
      assert.equal(await api.call(204, REPLACE, { path, body }), undefined);
      assert.deepEqual(await held(api, path), sorted(wanted));
    }
    assert.deepEqual(await held(api, elsewhere), [old]);
  });

  for (const operation of [ASSIGN, REPLACE]) {
    test(`the roles of a member stay when one cannot be given: ${operation}`, async ({ api, make }) => {
      const machine = await make.role({ type: 'MachineToMachine' });
      const [old] = await make.roles(1);
      const other = await make.role();
      const path = await member(make, [old]);
      for (const [code, body] of [
        [FOREIGN_KEY, { organizationRoleIds: [other.id, NOBODY] }],
        [WRONG_TYPE, { organizationRoleIds: [other.id, machine.id] }],
        [WRONG_TYPE, { organizationRoleIds: [NOBODY, machine.id] }],
        [WRONG_TYPE, { organizationRoleNames: [machine.name] }],
        [NAMES, { organizationRoleIds: [other.id], organizationRoleNames: [make.name('unknown')] }],
        [NAMES, { organizationRoleNames: [other.name.toUpperCase()] }],
        [NAMES, { organizationRoleNames: [other.name, other.name.slice(1)] }],
      ]) {
        await api.refused(422, code, operation, { path, body });
      }
      for (const [body, place] of [
        [{ organizationRoleIds: [other.id, ''] }, 'organizationRoleIds.1'],
        [{ organizationRoleIds: other.id }, 'organizationRoleIds'],
        [{ organizationRoleNames: [''] }, 'organizationRoleNames.0'],
      ]) {
        const error = await api.refused(400, 'guard.invalid_input', operation, { path, body });
        assert.deepEqual(places(error), [place]);
      }
      assert.deepEqual(await held(api, path), [old]);
    });
  }

  test('one role is taken away and goes on to exist', async ({ api, make }) => {
    const role = await make.role();
    const [stays] = await make.roles(1);
    const path = { ...(await member(make, [role.id, stays])), organizationRoleId: role.id };
    assert.equal(await api.call(204, REMOVE, { path }), undefined);
    assert.deepEqual(await held(api, path), [stays]);
    for (const organizationRoleId of [role.id, NOBODY, '0']) {
      await api.refused(404, 'entity.not_found', REMOVE, { path: { ...path, organizationRoleId } });
    }
    const again = await api.call(200, 'GET /api/organization-roles/{id}', { path: role });
    assert.deepEqual(again, role);
  });

  test('membership is checked before anything that is sent', async ({ api, make }) => {
    const [organizationRoleId] = await make.roles(1);
    const { id, userId } = await member(make);
    const empty = await make.organization();
    for (const who of [
      { id: empty, userId },
      { id, userId: NOBODY },
      { id: NOBODY, userId },
      { id: '0', userId: 'a/b' },
    ]) {
      const path = { ...who, organizationRoleId };
      await api.refused(422, MEMBERSHIP, LIST, { path, query: { page: 0 } });
      await api.refused(422, MEMBERSHIP, REMOVE, { path });
      for (const operation of [ASSIGN, REPLACE]) {
        for (const body of [{ organizationRoleIds: [organizationRoleId] }, { organizationRoleIds: 5 }, {}]) {
          await api.refused(422, MEMBERSHIP, operation, { path, body });
        }
      }
    }
  });
});
