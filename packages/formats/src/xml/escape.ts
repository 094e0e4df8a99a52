/**
 * Escapes markup, quotes included, and carriage returns, which readers would make line feeds of (XML 1.0, section 2.11);
 * drops the characters that XML 1.0 (section 2.2) cannot hold.
 */
export function escapeXml(text: string): string {
  return escapeXmlText(text).replaceAll('"', '&quot;');
}

/** As `escapeXml`, but leaves quotes: for text between tags. */
export function escapeXmlText(text: string): string {
  if (!/[&<>\p{Cc}\ud800-\udfff\ufffe\uffff]/u.test(text)) return text;
  return text
    .replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}
