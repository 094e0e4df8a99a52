import { describe, expect, it } from 'vitest';
import { keptBody, LONGEST_KEPT_BYTES, partsOfKeptBody, setsSecret } from './kept-body.ts';

const kept = (contentType: string, text: string, isSecretValue = false) => {
  const { contentType: type, body } = partsOfKeptBody(
    keptBody({ contentType, bytes: Buffer.from(text) }, isSecretValue),
  );
  return { type, body: body.toString() };
};
const json = (value: unknown, isSecretValue = false) =>
  JSON.parse(kept('application/json', JSON.stringify(value), isSecretValue).body);

describe('a body that is kept', () => {
  it('holds what was sent, and asterisks for what signs somebody in', () => {
    expect(json({ info: 'x', Attribute: [{ type: 'domain', value: 'evil.example' }] })).toEqual({
      info: 'x',
      Attribute: [{ type: 'domain', value: 'evil.example' }],
    });
    const secrets = [
      'password',
      'confirm_password',
      'current_password',
      'authkey',
      'api_key',
      'apikey',
      'otp',
      'token',
    ];
    for (const name of [...secrets, 'external_auth_key', 'headers', 'header', 'client_secret', 'Password']) {
      expect(json({ User: { email: 'a@b.c', [name]: 'hidden' } })).toEqual({
        User: { email: 'a@b.c', [name]: '*****' },
      });
    }
    expect(json({ authkey: { nested: 'hidden' }, list: [{ password: ['hidden'] }] })).toEqual({
      authkey: '*****',
      list: [{ password: '*****' }],
    });
    expect(json({ body: '{"password":"hidden","id":1}' })).toEqual({ body: '{"password":"*****","id":1}' });
  });

  it('hides private keys, wherever they stand', () => {
    const pem = '-----BEGIN RSA PRIVATE KEY-----\nhidden\n-----END RSA PRIVATE KEY-----';
    const certificate = '-----BEGIN CERTIFICATE-----\nshown\n-----END CERTIFICATE-----';
    expect(json({ submitted_client_cert: `${certificate}\n${pem}`, submitted_cert: certificate })).toEqual({
      submitted_client_cert: '*****',
      submitted_cert: certificate,
    });
    expect(json({ note: '-----BEGIN PGP PRIVATE KEY BLOCK-----' })).toEqual({ note: '*****' });
  });

  it('hides the value of a setting that is secret', () => {
    expect(json({ value: 'hidden' }, true)).toEqual({ value: '*****' });
    for (const url of [
      '/servers/serverSettingsEdit/GnuPG.password',
      '/Servers//serversettingsedit//GnuPG.password.json?x=1',
      '/servers/%73erverSettingsEdit/GnuPG.password',
      '/servers/serverSettingsEdit/Plugin.Enrichment_unknown_key',
    ]) {
      expect([url, setsSecret(url)]).toEqual([url, true]);
    }
    expect(setsSecret('/servers/serverSettingsEdit/MISP.welcome_text_top')).toBe(false);
    expect(setsSecret('/events/edit/1')).toBe(false);
  });

  it('is a form with its secrets hidden, by the last part of a name', () => {
    const { body } = kept(
      'application/x-www-form-urlencoded; charset=UTF-8',
      'data%5BUser%5D%5Bpassword%5D=hidden&data[User][email]=a%40b.c&password=hidden',
    );
    expect([...new URLSearchParams(body)]).toEqual([
      ['data[User][password]', '*****'],
      ['data[User][email]', 'a@b.c'],
      ['password', '*****'],
    ]);
  });

  it('is left out where nobody knows what stands in it', () => {
    for (const [type, text] of [
      ['application/json', '{"password":"hid'],
      ['application/json', JSON.stringify({ x: 'y'.repeat(LONGEST_KEPT_BYTES) })],
      ['multipart/form-data; boundary=x', 'hidden'],
      ['text/plain', '{"password":"hidden"}'],
      ['application/xml', '<password>hidden</password>'],
    ] as const) {
      expect(kept(type, text)).toEqual({ type, body: '' });
    }
    expect(kept('application/json', '['.repeat(60_000)).body).toBe('');
    expect(kept('application/json\nX: y', '1').type).toBe('application/json X: y');
  });
});
