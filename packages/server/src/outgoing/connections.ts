import { createHash } from 'node:crypto';
import { lookup as resolveName } from 'node:dns';
import { type BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { type AddressPolicy, listNetworks, mayConnectTo } from './addresses.ts';
import { OutgoingError } from './outgoing-error.ts';

/** How the other side's certificate is judged and which one is shown to it. All PEM. */
export interface TlsOptions {
  /** Takes any certificate: what MISP calls self-signed. */
  allowSelfSigned?: boolean;
  /** Takes the certificate of a trusted authority whatever name it was made for. */
  anyName?: boolean;
  /** Authorities trusted for this request instead of the well-known ones. */
  ca?: string;
  /** Client certificate and its key; one text may hold both. */
  certificate?: string;
  key?: string;
}

/** Names of Node's `tls` for the oldest version that is spoken. */
export type MinTlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** The proxy that requests go through. */
export interface ProxyServer {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** What connections to other machines are bound to. */
export interface ConnectionOptions {
  policy: AddressPolicy;
  tls: TlsOptions & { minVersion: MinTlsVersion };
  proxy: ProxyServer | null;
}

/** Name resolution as `dns.lookup` with `all`; tests put their own. */
export type Resolver = (hostname: string) => Promise<{ address: string; family: number }[]>;

interface Guard {
  readonly resolver: Resolver;
  readonly reachable: BlockList;
}

const MAX_POOLS = 32;
const CONNECT_TIMEOUT_MS = 10_000;

/** The system's resolver. */
export function systemResolver(hostname: string): Promise<{ address: string; family: number }[]> {
  return new Promise((resolve, reject) => {
    resolveName(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

/** Pools of connections, one for each way to connect; the oldest is closed when there are too many. */
export interface Connections {
  /**
   * What sends a request to `url`. Throws `OutgoingError` when the URL's own address is refused; an address that a
   * name resolves to is checked when the connection is made, and is the one connected to.
   */
  dispatcherFor(url: URL, options: ConnectionOptions): Promise<Dispatcher>;
  close(): Promise<void>;
}

/** `reachable` are the private networks that URLs of users may lead to. */
export function createConnections(resolver: Resolver, reachable: readonly string[] = []): Connections {
  const guard: Guard = { resolver, reachable: listNetworks(reachable) };
  const pools = new Map<string, Dispatcher>();

  function pool(options: ConnectionOptions): Dispatcher {
    const key = createHash('sha256').update(JSON.stringify(options)).digest('hex');
    const known = pools.get(key);
    // Taken out and put back, so that the first of the map is the one not used for longest.
    pools.delete(key);
    const dispatcher = known ?? openPool(options, guard);
    pools.set(key, dispatcher);
    if (pools.size > MAX_POOLS) {
      const [oldest] = pools;
      if (oldest !== undefined) {
        pools.delete(oldest[0]);
        // Requests under way end first; that a broken connection cannot be closed cleanly changes nothing.
        oldest[1].close().catch(() => {});
      }
    }
    return dispatcher;
  }

  return {
    async dispatcherFor(url, options) {
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0) {
        if (!mayConnectTo(host, options.policy, guard.reachable)) throw refused(host);
      } else if (options.proxy !== null) {
        await checkBeforeProxy(host, options.policy, guard);
      }
      return pool(options);
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/**
 * Behind a proxy the proxy resolves. A name that resolves here to a refused address is refused all the same; one that
 * only the proxy knows is the proxy's to judge.
 */
async function checkBeforeProxy(host: string, policy: AddressPolicy, { resolver, reachable }: Guard): Promise<void> {
  const addresses = await resolver(host).catch(() => []);
  if (addresses.some(({ address }) => !mayConnectTo(address, policy, reachable))) throw refused(host);
}

function openPool({ policy, tls, proxy }: ConnectionOptions, guard: Guard): Dispatcher {
  const secure = {
    minVersion: tls.minVersion,
    ...(tls.allowSelfSigned ? { rejectUnauthorized: false } : {}),
    ...(tls.anyName ? { checkServerIdentity: () => undefined } : {}),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate, key: tls.key ?? tls.certificate }),
  };
  const shared = { connections: 8, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 };
  if (proxy !== null) {
    const token = `Basic ${Buffer.from(`${proxy.user}:${proxy.password}`).toString('base64')}`;
    const host = isIP(proxy.host) === 6 ? `[${proxy.host}]` : proxy.host;
    return new ProxyAgent({
      ...shared,
      uri: `http://${host}:${proxy.port}`,
      requestTls: secure,
      ...(proxy.user === '' ? {} : { token }),
    });
  }
  const connect = buildConnector({
    ...secure,
    timeout: CONNECT_TIMEOUT_MS,
    lookup: guardedLookup(policy, guard),
  });
  return new Agent({ ...shared, connect });
}

/**
 * Resolves once, for the connection itself, so that a name cannot answer one address to the check and another to the
 * connection. One refused address among several refuses the name.
 */
function guardedLookup(policy: AddressPolicy, { resolver, reachable }: Guard): LookupFunction {
  return (hostname, options, callback) => {
    resolver(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || addresses.some(({ address }) => !mayConnectTo(address, policy, reachable))) {
          callback(refused(hostname), '', 0);
        } else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

function refused(host: string): OutgoingError {
  return new OutgoingError('refused-address', `${host} is at an address that may not be reached.`);
}
