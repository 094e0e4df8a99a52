import type { Settings } from '../features/administration/settings/settings.ts';
import { mispVersion } from '../http/version.ts';
import type { MinTlsVersion, ProxyServer } from './connections.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';

/**
 * The client as the instance's settings want it: `Proxy.host`, `Proxy.port`, `Proxy.user`, `Proxy.password`,
 * `MISP.curl_request_timeout`, `Security.min_tls_version`. URLs of users may lead to the given private networks too.
 */
export function createSettingsOutgoing(settings: Settings, reachableNetworks: readonly string[]): Outgoing {
  return createOutgoing({
    // Peers treat a client whose name begins so as a machine, and answer compactly.
    userAgent: () => `MISP ${mispVersion}`,
    proxy: () => proxyOf(settings),
    timeoutMs: () => Math.max(1, settings.get('MISP.curl_request_timeout')) * 1000,
    reachableNetworks,
    minTlsVersion: () => tlsVersions[settings.get('Security.min_tls_version')],
  });
}

/** Node's names for MISP's; what is not among them is the newest common choice, TLS 1.2. */
const tlsVersions: Readonly<Record<string, MinTlsVersion>> = {
  tlsv1_0: 'TLSv1',
  tlsv1_1: 'TLSv1.1',
  tlsv1_2: 'TLSv1.2',
  tlsv1_3: 'TLSv1.3',
};

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
