import { parseIpv6 } from './internet-address.ts';

// Printable ASCII without the space and without characters RFC 3986 gives no place anywhere.
const urlCharacters = /^[\x21-\x7e]+$/;
const structure = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)/;
const hostLabel = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/**
 * True for a URL with scheme and host in ASCII, as PHP's URL filter judges it:
 * any scheme; host names of http and https must be well-formed.
 */
export function isAbsoluteUrl(text: string): boolean {
  if (!urlCharacters.test(text)) return false;
  if (/^(mailto|news):./i.test(text) || /^file:\/\/\/./i.test(text)) return true;
  const match = structure.exec(text);
  if (match === null) return false;
  const [, scheme = '', authority = ''] = match;
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1);
  const portMatch = /:([0-9]{0,5})$/.exec(hostAndPort);
  const host = portMatch ? hostAndPort.slice(0, portMatch.index) : hostAndPort;
  if (portMatch && Number(portMatch[1]) > 65535) return false;
  if (host === '') return false;
  return /^https?$/i.test(scheme) ? isHost(host) : true;
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && parseIpv6(host.slice(1, -1)) !== null;
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return name.length <= 253 && name.split('.').every((label) => hostLabel.test(label));
}
