import { type ApiClient, member } from '@magpie/testkit';
import { expect } from 'vitest';

/** Sets settings for the time of the work; what stood there before is set again. */
export async function havingSettings(
  admin: ApiClient,
  wanted: Readonly<Record<string, unknown>>,
  work: () => Promise<void>,
): Promise<void> {
  const before: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const place = `/servers/serverSettingsEdit/${name}`;
    before[name] = member((await admin.get(place)).body, name);
    const { status } = await admin.post(place, { value, force: true });
    expect([name, status]).toEqual([name, 200]);
  }
  try {
    await work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      await admin.post(`/servers/serverSettingsEdit/${name}`, { value, force: true });
    }
  }
}
