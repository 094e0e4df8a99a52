import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { defaultDataFolder } from './data-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'magpie-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig({ MAGPIE_DATA_DIR: folder, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('has a default for everything', () => {
    expect(readConfig({ MAGPIE_DATA_DIR: folder })).toEqual({
      dataDir: folder,
      host: '127.0.0.1',
      port: 8080,
      baseUrl: 'http://127.0.0.1:8080',
      databaseUrl: null,
      firstAdmin: { email: null, password: null, key: null, organisationName: null },
      bodyLimitBytes: 268_435_456,
      trustedProxies: [],
      reachableNetworks: [],
      smtpUrl: null,
      logLevel: 'info',
      contentSource: { kind: 'archives', baseUrl: 'https://codeload.github.com' },
    });
  });

  it('cannot be changed once read', () => {
    const config = readConfig({ MAGPIE_DATA_DIR: folder });
    expect([config, config.firstAdmin, config.trustedProxies].every(Object.isFrozen)).toBe(true);
  });

  it('reads every setting of the environment', () => {
    const config = readConfig({
      MAGPIE_DATA_DIR: folder,
      MAGPIE_HOST: '::1',
      MAGPIE_PORT: '9000',
      MAGPIE_BASE_URL: 'https://ti.example.org/',
      MAGPIE_DATABASE_URL: 'postgresql://magpie:secret@db.example.org/magpie',
      MAGPIE_ADMIN_EMAIL: 'Admin@Example.org',
      MAGPIE_ADMIN_PASSWORD: 'correct horse',
      MAGPIE_ADMIN_KEY: 'a'.repeat(40),
      MAGPIE_ORG_NAME: ' CIRCL ',
      MAGPIE_BODY_LIMIT: '64 mb',
      MAGPIE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8',
      MAGPIE_REACHABLE_NETWORKS: '10.20.0.0/16',
      MAGPIE_LOG_LEVEL: 'DEBUG',
      MAGPIE_CONTENT_SOURCE: 'https://mirror.example.org/misp/',
      MAGPIE_SMTP_URL: 'smtps://mailer:secret@mail.example.org',
    });
    expect(config).toEqual({
      dataDir: folder,
      host: '::1',
      port: 9000,
      baseUrl: 'https://ti.example.org',
      databaseUrl: 'postgresql://magpie:secret@db.example.org/magpie',
      firstAdmin: {
        email: 'admin@example.org',
        password: 'correct horse',
        key: 'a'.repeat(40),
        organisationName: 'CIRCL',
      },
      bodyLimitBytes: 67_108_864,
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      reachableNetworks: ['10.20.0.0/16'],
      smtpUrl: 'smtps://mailer:secret@mail.example.org',
      logLevel: 'debug',
      contentSource: { kind: 'archives', baseUrl: 'https://mirror.example.org/misp' },
    });
  });

  it('names a loopback URL when listening on every address, and brackets IPv6', () => {
    expect(readConfig({ MAGPIE_DATA_DIR: folder, MAGPIE_HOST: '0.0.0.0' }).baseUrl).toBe('http://localhost:8080');
    expect(readConfig({ MAGPIE_DATA_DIR: folder, MAGPIE_HOST: '::1' }).baseUrl).toBe('http://[::1]:8080');
  });

  it('takes an empty value for none', () => {
    expect(readConfig({ MAGPIE_DATA_DIR: folder, MAGPIE_PORT: '' }).port).toBe(8080);
  });
});

describe('faulty settings', () => {
  it.each([
    ['MAGPIE_HOST', 'two words'],
    ['MAGPIE_PORT', '80a'],
    ['MAGPIE_PORT', '65536'],
    ['MAGPIE_PORT', '-1'],
    ['MAGPIE_BASE_URL', 'magpie.example.org'],
    ['MAGPIE_BASE_URL', 'ftp://magpie.example.org'],
    ['MAGPIE_ADMIN_EMAIL', 'nobody'],
    ['MAGPIE_BODY_LIMIT', '12 apples'],
    ['MAGPIE_BODY_LIMIT', '1KB'],
    ['MAGPIE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['MAGPIE_TRUSTED_PROXIES', '127.0.0.1,,'],
    ['MAGPIE_REACHABLE_NETWORKS', 'intranet'],
    ['MAGPIE_LOG_LEVEL', 'loud'],
  ])('refuses %s=%s, naming the variable, the value and what was expected', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(`^${name}: ${JSON.stringify(value)} cannot be used: expected `),
    ]);
  });

  it.each([
    ['MAGPIE_ADMIN_KEY', 'abc-secret'],
    ['MAGPIE_ADMIN_PASSWORD', 'secret'],
    ['MAGPIE_DATABASE_URL', 'mysql://root:secret@db/x'],
  ])('does not repeat the value of %s', (name, value) => {
    const [problem] = problemsOf({ [name]: value });
    expect(problem).toMatch(new RegExp(`^${name}: the given value cannot be used: expected `));
    expect(problem).not.toContain('secret');
  });

  it('are all named at once', () => {
    expect(problemsOf({ MAGPIE_PORT: 'x', MAGPIE_LOG_LEVEL: 'x', MAGPIE_ADMIN_KEY: 'x' })).toHaveLength(3);
  });
});

describe('the settings file', () => {
  it('is read from magpie.env in the data folder, and the environment wins', () => {
    writeFileSync(join(folder, 'magpie.env'), '# ours\nMAGPIE_PORT=9001\nMAGPIE_HOST="::1"\n');
    const config = readConfig({ MAGPIE_DATA_DIR: folder, MAGPIE_PORT: '9002' });
    expect([config.port, config.host]).toEqual([9002, '::1']);
  });

  it('may be JSON', () => {
    writeFileSync(join(folder, 'magpie.json'), '{"MAGPIE_PORT": 9001}');
    expect(readConfig({ MAGPIE_DATA_DIR: folder }).port).toBe(9001);
  });

  it('may lie elsewhere and then name the data folder', () => {
    const path = join(folder, 'mine.env');
    writeFileSync(path, `MAGPIE_DATA_DIR=${join(folder, 'data')}\n`);
    expect(readConfig({ MAGPIE_CONFIG: path }).dataDir).toBe(join(folder, 'data'));
  });

  it('must exist when it is named', () => {
    expect(problemsOf({ MAGPIE_CONFIG: '/no/such/file' })).toEqual([expect.stringContaining('/no/such/file')]);
  });

  it('cannot move the data folder it lies in', () => {
    writeFileSync(join(folder, 'magpie.env'), 'MAGPIE_DATA_DIR=/elsewhere\n');
    expect(problemsOf({})).toEqual([expect.stringContaining('MAGPIE_DATA_DIR cannot be set by a file')]);
  });

  it.each([
    ['magpie.json', '{"MAGPIE_PORT": ', 'not valid JSON'],
    ['magpie.json', '[]', 'expected one JSON object'],
    ['magpie.json', '{"MAGPIE_PORT": [1]}', 'MAGPIE_PORT must be a text or a number'],
    ['magpie.json', '{"__proto__": "x"}', '__proto__ is not a setting'],
    ['magpie.env', 'MAGPIE_PROT=1\n', 'MAGPIE_PROT is not a setting'],
    ['magpie.env', 'MAGPIE_PORT=x\n', 'magpie.env): "x" cannot be used'],
  ])('%s with %s is refused', (name, text, expected) => {
    writeFileSync(join(folder, name), text);
    expect(problemsOf({})).toEqual([expect.stringContaining(expected)]);
  });
});

describe('the default data folder', () => {
  it.each([
    ['linux', 1000, { HOME: '/home/ada' }, '/home/ada/.local/share/magpie'],
    ['linux', 1000, { HOME: '/home/ada', XDG_DATA_HOME: '/srv' }, '/srv/magpie'],
    ['linux', 0, { HOME: '/root' }, '/var/lib/magpie'],
    ['linux', 0, { HOME: '/tmp/home' }, '/tmp/home/.local/share/magpie'],
    ['darwin', 501, { HOME: '/Users/ada' }, '/Users/ada/Library/Application Support/Magpie'],
  ] as const)('on %s as user %i with %j is %s', (platform, uid, env, expected) => {
    expect(defaultDataFolder(env, platform, uid)).toBe(expected);
  });
});
