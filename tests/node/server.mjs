// A server of the WebAssembly build on a state folder of its own, and plain HTTP to it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export const CLIENT_ID = '123456789012';
export const CLIENT_SECRET = 'test-only-secret-0123456789abcdefghij';

// Milliseconds that any one request may take.
const TIMEOUT = 60_000;

// Starts the server; when standard input closes, however this process ends, stops it and takes its folder away.
// Standard output is the server's alone, and ends with it.
const KEEPER = `folder=$1; shift
"$@" & pid=$!; exec >&-; read -r _
kill -TERM $pid 2>/dev/null; wait $pid; status=$?
rm -rf "$folder"; exit $status`;

/** An environment variable that `cargo xtask test` sets. */
function variable(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: run the tests by \`cargo xtask test\``);
  }
  return value;
}

export class Server {
  #keeper;

  constructor(keeper, base) {
    this.#keeper = keeper;
    this.base = base;
  }

  /** `variables` are those of the server, by their names in capitals. */
  static async start(variables = {}) {
    const host = variable('EDGE_IAM_HOST_BIN');
    const manifest = variable('EDGE_IAM_SPIN_TOML');
    const cache = join(dirname(host), 'edge-iam-test-cache');
    const folder = mkdtempSync(join(tmpdir(), 'edge-iam-'));
    const command = [host, '-f', manifest, '--cache-dir', cache, '--listen', '127.0.0.1:0', '--state-dir', folder];
    const given = Object.entries(variables).map(([name, value]) => [`SPIN_VARIABLE_${name}`, value]);
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('SPIN_VARIABLE_'));
    const keeper = spawn('sh', ['-c', KEEPER, 'keeper', folder, ...command], {
      // A key that interrupts the tests is for them: the keeper has to clean up.
      detached: true,
      env: {
        ...Object.fromEntries(kept),
        SPIN_VARIABLE_BOOTSTRAP_CLIENT_ID: CLIENT_ID,
        SPIN_VARIABLE_BOOTSTRAP_CLIENT_SECRET: CLIENT_SECRET,
        ...Object.fromEntries(given),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: keeper.stdout });
    const base = await new Promise((ready, failed) => {
      // Lines after the first are read as well, so that none of them blocks the server.
      lines.on('line', (line) => line.startsWith('Serving ') && ready(line.slice('Serving '.length).trim()));
      lines.on('close', () => failed(new Error('the server ended before it was ready; its message is on stderr')));
    }).catch(async (error) => {
      keeper.stdin.end();
      await once(keeper, 'exit');
      throw error;
    });
    return new Server(keeper, base);
  }

  async stop() {
    const ended = once(this.#keeper, 'exit');
    this.#keeper.stdin.end();
    const [status] = await ended;
    assert.equal(status, 0, 'the server did not end cleanly');
  }

  /** One request by plain HTTP; `form` is sent as a form. */
  async request(method, path, { headers, form } = {}) {
    const response = await fetch(this.base + path, {
      method,
      headers,
      body: form && new URLSearchParams(form),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

/** A signal for one request. */
export const patience = () => AbortSignal.timeout(TIMEOUT);
