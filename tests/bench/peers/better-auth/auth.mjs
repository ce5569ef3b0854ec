// better-auth as a team of its users would set it up for what is compared: organizations, administrators, API keys, and
// tokens in the Authorization header beside cookies. What only protects a public service (CSRF, rate limits, telemetry)
// is off, as it would answer a load from one address by refusals.
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { admin, bearer, organization } from 'better-auth/plugins';
import Database from 'better-sqlite3';

// Opens DB, makes its tables if it is new, and gives the service for BASE_URL.
export async function open() {
  const { DB: file, BASE_URL: baseURL } = process.env;
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  const options = {
    database,
    baseURL,
    trustedOrigins: [baseURL],
    secret: 'a-fixed-secret-for-measurements-on-loopback-0123456789',
    telemetry: { enabled: false },
    logger: { level: 'error' },
    rateLimit: { enabled: false },
    advanced: { disableCSRFCheck: true, ipAddress: { disableIpTracking: true } },
    emailAndPassword: { enabled: true }, // hashed by its default: scrypt, N = 16384, r = 16, p = 1
    plugins: [
      bearer(),
      admin(),
      organization({ membershipLimit: 100000 }),
      apiKey({ rateLimit: { enabled: false } }),
    ],
  };
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
  return { auth: betterAuth(options), database };
}
