// PHP's is_numeric without the spaces it allows around a number: they would leave a line break outside of quotes.
const NUMERIC = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A cell of MISP's CSV: numbers (also as text) and booleans bare, anything else between quotes with quotes doubled.
 *
 * NOTE: spreadsheets run cells that begin with `=`, `+`, `-` or `@` as formulas, quoted or not. MISP's clients compare
 * values byte by byte, so nothing is put in front of them; files from here are for programs, or to be imported as text.
 */
export function csvCell(value: string | boolean): string {
  if (value === true) return '1';
  if (value === false) return '0';
  return isNumeric(value) ? value : quoted(value);
}

/** Between quotes, whatever it is. */
export function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

function isNumeric(text: string): boolean {
  const first = text.charCodeAt(0);
  // Digits, plus, minus and the point: what does not begin so is no number.
  const mayBegin = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  return mayBegin && NUMERIC.test(text);
}
