/**
 * A value that no program turns into a link: `hxxp`, `[.]`, `[@]`.
 * Only values that could be followed are changed; a hash stays a hash.
 */
export function defang(value: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(value);
  if (scheme !== null) {
    const [, protocol = '', host = '', rest = ''] = scheme;
    return `${protocol.replace(/^http/i, 'hxxp').replace(/^ftp/i, 'fxp')}://${host.replaceAll('.', '[.]')}${rest}`;
  }
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return value.replace('@', '[@]').replaceAll('.', '[.]');
  if (/^[\p{L}\d_-]+(\.[\p{L}\d_-]+)+(\|.*|:\d+)?$/u.test(value)) return value.replaceAll('.', '[.]');
  return value;
}
