/** Codes of one length, in hexadecimal: from, to. */
type Range = readonly [from: string, to: string];

/** An encoding that PDF's predefined maps of characters (ISO 32000-1, table 118) are of. */
interface Encoding {
  /** As WHATWG's Encoding Standard calls it; '' where codes are those of Unicode. */
  readonly label: string;
  readonly ranges: readonly Range[];
  /** Added to a code: the maps of 7 bits are those of 8 bits without their high bits. */
  readonly shift?: number;
}

const ascii: Range = ['00', '80'];
const double: readonly Range[] = [ascii, ['8140', 'fefe']];
const sevenBit: readonly Range[] = [['2121', '7e7e']];

const encodings: readonly (readonly [names: RegExp, encoding: Encoding])[] = [
  [/RKSJ$/, { label: 'shift_jis', ranges: [ascii, ['a0', 'df'], ['8140', '9ffc'], ['e040', 'fcfc']] }],
  [/^EUC$/, { label: 'euc-jp', ranges: [ascii, ['8ea0', '8edf'], ['a1a1', 'fefe']] }],
  [/^GB(pc|K|Kp)?-EUC$|^GBK2K$/, { label: 'gb18030', ranges: double }],
  [/^KSC(pc)?-EUC$|^KSCms-UHC(-HW)?$/, { label: 'euc-kr', ranges: double }],
  [/B5$|^B5pc$/, { label: 'big5', ranges: double }],
  [
    /^Uni.*-(UCS2|UTF16)(-HW)?$/,
    {
      label: '',
      ranges: [
        ['0000', 'd7ff'],
        ['e000', 'ffff'],
      ],
    },
  ],
  [/^$/, { label: 'euc-jp', ranges: sevenBit, shift: 0x8080 }],
  [/^GB$/, { label: 'gb18030', ranges: sevenBit, shift: 0x8080 }],
  [/^KSC$/, { label: 'euc-kr', ranges: sevenBit, shift: 0x8080 }],
];

/**
 * The predefined maps of characters of PDF, made when one is asked for. A true one leads from codes to the glyphs of a
 * collection, and from these another one to Unicode; where nothing but the text is wanted, the glyphs may as well be
 * numbered as Unicode is. Those of Adobe's collections exist only once a map to such numbers was given.
 */
export class CharacterMaps {
  #isUsed = false;

  /** The parser's way to ask. Throws for whatever is not there; the parser then goes on without it. */
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const text = kind === 'cMapUrl' ? this.#textOf(filename) : null;
    if (text === null) throw new Error(`there is no ${filename}`);
    return Buffer.from(text);
  }

  #textOf(name: string): string | null {
    if (/^Adobe-(Japan1|GB1|CNS1|Korea1)-UCS2$/.test(name)) return this.#isUsed ? unicodeMap() : null;
    const [, plain = '', direction] = /^(?:(.+)-)?([HV])$/.exec(name) ?? [];
    const encoding = encodings.find(([names]) => names.test(plain))?.[1];
    if (encoding === undefined || direction === undefined) return null;
    this.#isUsed = true;
    return mapOf(encoding, direction === 'V');
  }
}

function mapOf({ label, ranges, shift = 0 }: Encoding, isVertical: boolean): string {
  const space = ranges.map(([from, to]) => `<${from}><${to}>`).join('\n');
  const lines = label === '' ? ranges.map(([from, to]) => `<${from}><${to}>${Number.parseInt(from, 16)}`) : null;
  const body =
    lines === null
      ? `begincidchar\n${ranges.flatMap((range) => charactersOf(range, label, shift)).join('\n')}\nendcidchar`
      : `begincidrange\n${lines.join('\n')}\nendcidrange`;
  const mode = isVertical ? '/WMode 1 def\n' : '';
  return `${mode}begincodespacerange\n${space}\nendcodespacerange\n${body}\nendcmap`;
}

/** The codes of a range that are one character each, with its number. */
function charactersOf([from, to]: Range, label: string, shift: number): string[] {
  const decoder = new TextDecoder(label);
  const size = from.length / 2;
  const bytes = Buffer.alloc(size);
  const lines: string[] = [];
  for (let code = Number.parseInt(from, 16); code <= Number.parseInt(to, 16); code += 1) {
    bytes.writeUIntBE(code + shift, 0, size);
    const text = decoder.decode(bytes);
    const number = text.charCodeAt(0);
    if (text.length === 1 && number !== 0xfffd)
      lines.push(`<${code.toString(16).padStart(from.length, '0')}>${number}`);
  }
  return lines;
}

/** Numbers to the two bytes of Unicode that they are, 256 at a time: the parser counts the last byte up. */
function unicodeMap(): string {
  const rows = Array.from({ length: 256 }, (_, high) => high.toString(16).padStart(2, '0'));
  const lines = rows.map((row) => `<${row}00><${row}ff><${row}00>`);
  return `begincodespacerange\n<0000><ffff>\nendcodespacerange\nbeginbfrange\n${lines.join('\n')}\nendbfrange\nendcmap`;
}
