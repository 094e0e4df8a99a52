import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Refused } from '../../../errors.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { viewAttribute } from '../../intelligence/attributes/view.ts';
import type { OfferedModule } from './modules.ts';
import { attributeQuestion, takesType } from './question.ts';

/** What a module says of a value, for reading. */
export interface HoverAnswer {
  readonly module: string;
  readonly results?: unknown;
  readonly error?: string;
}

/** How long an answer is shown again without asking. */
const KEPT_MS = 15 * 60_000;
const MAX_KEPT = 500;
/** Larger answers are not kept: together they stay under 50 MB. */
const MAX_KEPT_LENGTH = 100_000;
const AT_ONCE = 4;

interface Kept {
  readonly answer: HoverAnswer;
  readonly until: number;
}

/**
 * Looks attributes up by the hover modules that take their type. Answers are kept for a while for each state of an
 * attribute and module; whether the viewer sees the attribute and may use the module is looked at every time.
 */
export function createHover(
  magpie: Magpie,
): (viewer: Viewer, attributeKey: string | undefined, options: { persistent: boolean }) => Promise<HoverAnswer[]> {
  const kept = new Map<string, Kept>();

  function keep(key: string, answer: HoverAnswer): void {
    if (answer.error !== undefined || JSON.stringify(answer).length > MAX_KEPT_LENGTH) return;
    kept.delete(key);
    kept.set(key, { answer, until: Date.now() + KEPT_MS });
    // The first is the one that was put in longest ago.
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) return;
      kept.delete(oldest);
    }
  }

  async function ask(module: OfferedModule, attribute: JsonObject, persistent: boolean): Promise<HoverAnswer> {
    const { name } = module.descriptor;
    const key = [attribute.id, attribute.timestamp, attribute.type, attribute.value, name, persistent].join('\n');
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.answer;
    const body = { ...attributeQuestion(module.descriptor, attribute), ...(persistent ? { persistent: 1 } : {}) };
    const outcome = await magpie.modules.ask(module, { use: 'hover', body });
    const answer = outcome.ok
      ? { module: name, results: outcome.value.results }
      : { module: name, error: outcome.message };
    keep(key, answer);
    return answer;
  }

  return async (viewer, attributeKey, { persistent }) => {
    // Without tags: which of them are seen depends on who asks, and the answer is kept for others.
    const { Tag: _tags, ...attribute } = await viewAttribute(magpie, viewer, attributeKey, { withContext: true });
    if (magpie.settings.stored('Plugin.Enrichment_hover_enable') !== true) {
      throw new Refused('Hover enrichment is not enabled.');
    }
    const offered = await magpie.modules.offered('Enrichment', viewer, ['hover']);
    const modules = offered.filter(({ descriptor }) => takesType(descriptor, attribute.type));
    const answers: HoverAnswer[] = [];
    for (let start = 0; start < modules.length; start += AT_ONCE) {
      const group = modules.slice(start, start + AT_ONCE);
      answers.push(...(await Promise.all(group.map((module) => ask(module, attribute, persistent)))));
    }
    return answers;
  };
}
