// Fills a new database and tells on standard output, as JSON, what the requests need.
// Usage: DB=peer.db BASE_URL=http://127.0.0.1:4801 node seed.mjs
//
// There are 50 people and an owner, all in one organization, and the owner is in 19 more: 51 members, of which the
// lists that are compared show 20, and 20 organizations of one person.
import { open } from './auth.mjs';

const MEMBERS = 50;
const ORGANIZATIONS = 20;
const PEOPLE_AT_A_TIME = 8;
const TOKENS = 16;

const { auth, database } = await open();
const password = 'Correct-Horse-Battery-1';

const signUp = async (number) => {
  const email = `person${number}@example.org`;
  const { user, token } = await auth.api.signUpEmail({ body: { email, password, name: `Person ${number}` } });
  return { email, id: user.id, token };
};
const people = [];
for (let first = 0; first <= MEMBERS; first += PEOPLE_AT_A_TIME) {
  const numbers = Array.from({ length: PEOPLE_AT_A_TIME }, (_, at) => first + at);
  people.push(...(await Promise.all(numbers.filter((number) => number <= MEMBERS).map(signUp))));
}
const [owner, ...members] = people;

const organizations = [];
for (let number = 1; number <= ORGANIZATIONS; number += 1) {
  const body = { name: `Organization ${number}`, slug: `organization-${number}`, userId: owner.id };
  organizations.push(await auth.api.createOrganization({ body }));
}
const [{ id: organization }] = organizations;
for (const { id: userId } of members) {
  await auth.api.addMember({ body: { userId, organizationId: organization, role: 'member' } });
}

const keys = [];
for (const { id: userId } of people.slice(0, TOKENS)) {
  keys.push((await auth.api.createApiKey({ body: { userId, name: 'load' } })).key);
}

database.pragma('wal_checkpoint(TRUNCATE)');
const emails = people.map(({ email }) => email);
const tokens = people.slice(0, TOKENS).map(({ token }) => token);
console.log(JSON.stringify({ password, emails, tokens, organization, keys }));
