import type { Settings } from '../features/administration/settings/settings.ts';
import { mispVersion } from '../http/version.ts';
import type { ProxyServer } from './connections.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';

/** The client as the instance's settings want it: `Proxy.host`, `Proxy.port`, `Proxy.user`, `Proxy.password`. */
export function createSettingsOutgoing(settings: Settings): Outgoing {
  return createOutgoing({
    // Peers treat a client whose name begins so as a machine, and answer compactly.
    userAgent: () => `MISP ${mispVersion}`,
    proxy: () => proxyOf(settings),
  });
}

function proxyOf(settings: Settings): ProxyServer | null {
  const host = settings.stored('Proxy.host');
  if (typeof host !== 'string' || host === '') return null;
  const text = (name: string) => {
    const value = settings.stored(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    host,
    port: Number(settings.stored('Proxy.port')) || 3128,
    user: text('Proxy.user'),
    password: text('Proxy.password'),
  };
}
