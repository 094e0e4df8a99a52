import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Forbidden } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { isObject, type JsonObject, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readTagDrafts } from '../../intelligence/events/tag-drafts.ts';

/** Where the rule is kept: beside the settings, but none of them. */
const STORED = 'event_block_rule';
const MOST_TAGS = 1000;

/** Throws `Forbidden` for an event that carries a tag which the instance does not take. */
export function refuseEventByRule(magpie: Magpie, body: JsonObject): void {
  const blocked = new Set(blockedTags(magpie).map((tag) => tag.toLowerCase()));
  if (blocked.size === 0) return;
  const tags = readTagDrafts(body).filter(({ deleted }) => !deleted);
  if (tags.some(({ name }) => blocked.has(name.toLowerCase()))) throw new Forbidden('Blocked by event block rules.');
}

/** The rule by which events are not taken in, whoever sends them. */
export function eventRuleOperations(magpie: Magpie): Operation[] {
  const place = { path: '/servers/eventBlockRule', permission: 'perm_site_admin', model: 'Server' } as const;
  const rule = Type.Object({ tags: Type.Array(Type.String()) });
  return [
    {
      ...place,
      name: 'servers.eventBlockRule_form',
      summary: 'The tags that keep events out of this instance',
      methods: ['GET'],
      effect: 'read',
      response: rule,
      handle: () => json({ tags: blockedTags(magpie) }),
    },
    {
      ...place,
      name: 'servers.eventBlockRule',
      summary: 'Sets the tags that keep events out: names, in upper or lower case; an empty list lets all in',
      methods: ['POST'],
      effect: 'write',
      body: rule,
      handle: async ({ viewer, body }: Call) => {
        const tags = readTags(body);
        await magpie.settings.store(viewer, STORED, JSON.stringify({ tags }));
        return success('Settings saved', { data: { tags } });
      },
    },
  ];
}

function blockedTags(magpie: Magpie): string[] {
  const rule = magpie.settings.stored(STORED);
  const { tags } = readText(typeof rule === 'string' ? rule : '');
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

/** `{"tags":[…]}`, or its text in `value` as MISP's form sends it. */
function readTags(body: unknown): string[] {
  const sent = unwrap(body, 'Server');
  const { tags } = typeof sent.value === 'string' ? readText(sent.value) : sent;
  if (!Array.isArray(tags) || tags.length > MOST_TAGS || !tags.every((tag) => typeof tag === 'string')) {
    throw new BadRequest(`tags: expected a list of at most ${MOST_TAGS} names.`);
  }
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}

function readText(text: string): JsonObject {
  if (text.trim() === '') return { tags: [] };
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch (cause) {
    throw new BadRequest('value: expected JSON.', { cause });
  }
}
