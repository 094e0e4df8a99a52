import {
  type ApiClient,
  type Made,
  makeEvent,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPgpFingerprint } from './openpgp.ts';

/** A version 4 key packet as RFC 4880 lays it out: version, time, algorithm, numbers; here none that encrypts. */
const packet = Buffer.from([0x99, 0x00, 0x0a, 4, 0x60, 0, 0, 0, 22, 1, 2, 3, 4]);
const armour = (bytes: Buffer) =>
  `-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: test\n\n${bytes.toString('base64')}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n`;
const key = armour(packet);

let magpie: TestMagpie;
let owner: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const { admin } = magpie;
  const user = (organisation: Made) => magpie.user(organisation, '2');
  owner = await user(await makeOrganisation(admin));
  stranger = await user(await makeOrganisation(admin));
});

afterAll(() => magpie.stop());

describe('the fingerprint of a key', () => {
  it('is that of the first packet, in the old and the new format of packets', () => {
    const fingerprint = openPgpFingerprint(key);
    expect(fingerprint).toMatch(/^[0-9A-F]{40}$/);
    expect(openPgpFingerprint(armour(Buffer.concat([Buffer.from([0xc6, 0x0a]), packet.subarray(3)])))).toBe(
      fingerprint,
    );
  });

  it('is not given for what is no public key', () => {
    for (const text of [
      '',
      'x',
      key.replace('PUBLIC', 'PRIVATE'),
      armour(Buffer.from([0x99, 0xff])),
      armour(Buffer.alloc(9)),
    ]) {
      expect(openPgpFingerprint(text)).toBeNull();
    }
  });
});

describe('a protected event', () => {
  it('is made one by those who may change it, which unpublishes it', async () => {
    const event = await makeEvent(owner, { published: true, Attribute: [{ type: 'text', value: 'x' }] });
    expect((await stranger.post(`/events/protect/${event.id}`)).status).toBe(404);
    expect((await owner.post(`/events/protect/${event.id}`)).body).toMatchObject({
      message: 'Event switched to protected mode.',
      id: event.id,
    });
    expect((await owner.get(`/events/view/${event.id}`)).body).toMatchObject({
      Event: { protected: true, published: false },
    });
    await owner.post(`/events/unprotect/${event.uuid}`);
    expect((await owner.get(`/events/view/${event.id}`)).body).toMatchObject({ Event: { protected: false } });
  });

  it('shows its keys, which the creator organisation alone adds and removes', async () => {
    const event = await makeEvent(owner);
    const body = { type: 'pgp', key_data: key };
    expect((await stranger.post(`/cryptographicKeys/add/Event/${event.id}`, body)).status).toBe(403);
    const added = await owner.post(`/cryptographicKeys/add/Event/${event.id}`, body);
    const id = String(member(added.body, 'CryptographicKey', 'id'));
    expect(added.body).toMatchObject({
      CryptographicKey: { parent_id: event.id, parent_type: 'Event', revoked: false },
    });
    expect((await owner.post(`/cryptographicKeys/add/Event/${event.id}`, body)).status).toBe(403);
    expect((await owner.post(`/cryptographicKeys/add/Event/${event.id}`, { type: 'pgp', key_data: 'x' })).status).toBe(
      403,
    );
    expect((await stranger.get(`/events/view/${event.id}`)).body).toMatchObject({
      Event: { CryptographicKey: [{ id, key_data: key, fingerprint: openPgpFingerprint(key) }] },
    });
    expect((await stranger.get(`/cryptographicKeys/index/Event/${event.id}`)).body).toHaveLength(1);
    expect((await stranger.post(`/cryptographicKeys/delete/${id}`)).status).toBe(403);
    expect((await owner.post(`/cryptographicKeys/delete/${id}`)).status).toBe(200);
    expect((await owner.get(`/cryptographicKeys/view/${id}`)).status).toBe(404);
  });

  it('brings its keys along, keeps them to those who see it, and loses them when it is deleted', async () => {
    const event = await makeEvent(owner, {
      distribution: '0',
      protected: true,
      CryptographicKey: [{ type: 'pgp', key_data: key, fingerprint: 'claimed' }],
    });
    const { body } = await owner.get(`/events/view/${event.id}`);
    const [{ id, fingerprint }] = member(body, 'Event', 'CryptographicKey') as [{ id: string; fingerprint: string }];
    expect(fingerprint).toBe(openPgpFingerprint(key));
    expect((await stranger.get(`/cryptographicKeys/view/${id}`)).status).toBe(404);
    expect((await stranger.get(`/cryptographicKeys/index/Event/${event.id}`)).status).toBe(404);
    await owner.post(`/events/delete/${event.id}`);
    expect((await magpie.admin.get(`/cryptographicKeys/view/${id}`)).status).toBe(404);
    await magpie.admin.post(`/events/recoverEvent/${event.id}`);
    expect((await owner.get(`/cryptographicKeys/view/${id}`)).status).toBe(200);
  });
});
