import { writeItems } from '../pieces.ts';

/** An event or attribute on which techniques were seen. */
export interface SeenTechniques {
  readonly uuid: string;
  /** Epoch seconds of the first and last time, sightings included. */
  readonly first: number;
  readonly last: number;
  /** Names of tags; those of other galaxies are passed over. */
  readonly tags: readonly string[];
}

const TECHNIQUE = /^misp-galaxy:mitre-attack-pattern=".*\b(T\d{4}(?:\.\d{3})?)"$/;

/** Sightings of techniques for MITRE's Sightings Ecosystem (data model 2.0): one JSON list. */
export function writeAttackSightings(batches: AsyncIterable<readonly SeenTechniques[]>): AsyncGenerator<string> {
  let separator = '';
  const item = ({ uuid, first, last, tags }: SeenTechniques) => {
    const ids = new Set(tags.flatMap((name) => TECHNIQUE.exec(name)?.[1] ?? []));
    if (ids.size === 0) return null;
    const text = JSON.stringify({
      id: uuid,
      sightingType: 'direct-technique-sighting',
      startTime: timeOf(first),
      endTime: timeOf(last),
      detectionType: 'raw',
      techniques: [...ids].map((techniqueID) => ({ techniqueID })),
    });
    const written = separator + text;
    separator = ',';
    return written;
  };
  return writeItems(batches, item, { opening: '[', closing: ']' });
}

function timeOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
