const unseen = ['script', 'style'];
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const HIGHEST = 0x10ffff;

/**
 * The words of HTML and the targets of its links and pictures; enough to look for indicators in. Takes time by the length
 * alone, whatever the markup is.
 */
export function textOfHtml(html: string): string {
  const seen = withoutUnseen(html);
  const targets = [...seen.matchAll(/\b(?:href|src)\s*=\s*["']?([^"'\s<>]{1,4000})/gi)].map(
    ([, target = '']) => target,
  );
  return decodeEntities([seen.replaceAll(/<[^<>]{0,20000}>/g, ' '), ...targets].join('\n'));
}

/** Without programs and styles, whose addresses nobody is led to. One without an end is left where it is. */
function withoutUnseen(html: string): string {
  let text = html;
  for (const name of unseen) {
    const opening = new RegExp(`<${name}`, 'gi');
    const closing = new RegExp(`</${name}`, 'gi');
    const pieces: string[] = [];
    let from = 0;
    for (;;) {
      opening.lastIndex = from;
      const start = opening.exec(text)?.index;
      if (start === undefined) break;
      closing.lastIndex = start;
      const end = closing.exec(text)?.index;
      if (end === undefined) break;
      pieces.push(text.slice(from, start), ' ');
      from = end;
    }
    text = pieces.join('') + text.slice(from);
  }
  return text;
}

/** Characters written by number or by the names that addresses need (HTML, 13.5). */
function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= HIGHEST ? String.fromCodePoint(code).toWellFormed() : whole;
    },
  );
}
