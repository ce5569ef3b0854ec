// The published client `@logto/api` against the WebAssembly build: `cargo xtask test` installs it and runs this file.
//
// Everything goes through the client, except what it cannot do: those tests use plain HTTP and say why.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './access.mjs';
import './organizations.mjs';
import './members.mjs';
import './roles.mjs';
import './limits.mjs';
import { OPERATIONS, succeeded } from './logto.mjs';

const filtered = process.execArgv.some((argument) => argument.startsWith('--test-name-pattern'));

test('every one of the 14 operations succeeded at least once', { skip: filtered }, () => {
  assert.equal(new Set(OPERATIONS).size, 14);
  assert.deepEqual(
    OPERATIONS.filter((operation) => !succeeded.has(operation)),
    [],
  );
});
