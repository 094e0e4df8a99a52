import { type ReportElements, referenceKey } from './element-texts.ts';
import type { PieceLook, StyledPiece } from './page-writer.ts';
import { type CheckedPicture, checkPicture, createPictureBudget, dataOfAddress } from './picture.ts';

/** What a report's Markdown points at: `@[attribute](uuid)`, `@![attribute](uuid)`, `@[tag](name)` and others. */
export interface ReportReference {
  readonly kind: string;
  /** A uuid, or the name of a tag. */
  readonly target: string;
  readonly isPicture: boolean;
}

/** Nothing is known. */
export const NO_ELEMENTS: ReportElements = { texts: new Map(), pictures: new Map() };

// Names of tags hold quotes, and brackets in pairs: misp-galaxy:threat-actor="Some (Name)".
const REFERENCE = /^@(!?)\[(attribute|object|tag|galaxymatrix|suggestion)\]\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)/;

/** The reference at the start of a text with its length, or null. */
export function readReference(text: string): (ReportReference & { readonly length: number }) | null {
  const match = REFERENCE.exec(text);
  if (match === null) return null;
  const [whole, sign, kind = '', target = ''] = match;
  return { kind, target: target.trim(), isPicture: sign === '!', length: whole.length };
}

const PLAIN: PieceLook = { colour: '#000000', background: '#e8e8e8' };

/** A reference as a label; of what is not known, only its kind and target. */
export function labelOf(elements: ReportElements, { kind, target }: ReportReference): StyledPiece {
  const known = elements.texts.get(referenceKey(kind, target));
  const text = known?.text ?? (kind === 'tag' || kind === 'suggestion' ? target : `${kind} ${target}`);
  return { text: `\u00a0${text}\u00a0`, look: known?.colour === undefined ? PLAIN : lookOf(known.colour) };
}

const looks = new Map<string, PieceLook>();

function lookOf(colour: string): PieceLook {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return PLAIN;
  let look = looks.get(colour);
  if (look === undefined) {
    if (looks.size > 1000) looks.clear();
    const [red = 0, green = 0, blue = 0] = Buffer.from(colour.slice(1), 'hex');
    // How light a colour looks (ITU-R BT.601).
    const isLight = 0.299 * red + 0.587 * green + 0.114 * blue > 140;
    look = { colour: isLight ? '#000000' : '#ffffff', background: colour };
    looks.set(colour, look);
  }
  return look;
}

/** Pictures that are drawn, by what a report calls them. */
export type DrawnPictures = ReadonlyMap<string, CheckedPicture>;

/** Checks the pictures that a report shows: of `data:` addresses, and attached ones. */
export async function checkPictures(
  addresses: Iterable<string>,
  references: Iterable<ReportReference>,
  elements: ReportElements,
): Promise<DrawnPictures> {
  const budget = createPictureBudget();
  const drawn = new Map<string, CheckedPicture>();
  for (const address of new Set(addresses)) {
    const bytes = dataOfAddress(address);
    const picture = bytes === null ? null : await checkPicture(bytes, budget);
    if (picture !== null) drawn.set(address, picture);
  }
  for (const target of new Set([...references].map((reference) => reference.target.toLowerCase()))) {
    const bytes = elements.pictures.get(target);
    const picture = bytes === undefined ? null : await checkPicture(bytes, budget);
    if (picture !== null) drawn.set(target, picture);
  }
  return drawn;
}
