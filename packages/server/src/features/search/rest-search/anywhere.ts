import { likePattern } from '../../../database/like-pattern.ts';
import { textCondition } from './attribute-condition.ts';
import type { Anywhere } from './criteria.ts';
import { type ResolvedNames, tagIds } from './resolved-names.ts';
import type { Bind } from './sql-text.ts';
import { valueCondition, valuePartCondition } from './value-condition.ts';

/** Attributes at alias `a` with the text in value, comment, their event's info or a tag's name. */
export function attributeAnywhere(anywhere: Anywhere, names: ResolvedNames, a: string, bind: Bind): string {
  if (!names.isCommonText) return `${a}.id in (${attributeIdsAnywhere(anywhere, names, bind)})`;
  const { ofValue, ofComment, ofTag } = branches(anywhere, names, bind);
  return `(${a}.event_id in (${eventIdsAbove(anywhere, names, bind)}) or ${ofValue(a)} or ${ofComment(a)}
    or exists (select from visible_attribute_tags t where t.attribute_id = ${a}.id and ${ofTag('t')}))`;
}

/** Their ids, some more than once; each branch by its own index. */
export function attributeIdsAnywhere(anywhere: Anywhere, names: Pick<ResolvedNames, 'tags'>, bind: Bind): string {
  return `${attributeIdsWithin(anywhere, names, bind)}
    union all select x.id from visible_attributes x where x.event_id in (${eventIdsAbove(anywhere, names, bind)})`;
}

/** Ids of attributes that have the text themselves, whatever their event has; `among` narrows each branch. */
export function attributeIdsWithin(
  anywhere: Anywhere,
  names: Pick<ResolvedNames, 'tags'>,
  bind: Bind,
  among: (alias: string) => string = () => 'true',
): string {
  const { ofValue, ofComment, ofTag } = branches(anywhere, names, bind);
  return `select x.id from visible_attributes x where ${ofValue('x')} and ${among('x')}
    union all select x.id from visible_attributes x where ${ofComment('x')} and ${among('x')}
    union all select t.attribute_id from visible_attribute_tags t where ${ofTag('t')} and ${among('t')}`;
}

/** Ids of events that have the text in their info or a tag of their own. */
export function eventIdsAbove(anywhere: Anywhere, names: Pick<ResolvedNames, 'tags'>, bind: Bind): string {
  const { ofInfo, ofTag } = branches(anywhere, names, bind);
  return `select i.id from visible_events i where ${ofInfo('i')}
    union all select t.event_id from visible_event_tags t where ${ofTag('t')}`;
}

/** The same of events `e` as a condition, where they are too many to gather. */
export function eventHasAbove(anywhere: Anywhere, names: Pick<ResolvedNames, 'tags'>, e: string, bind: Bind): string {
  const { ofInfo, ofTag } = branches(anywhere, names, bind);
  return `(${ofInfo(e)} or ${e}.id in (select t.event_id from visible_event_tags t where ${ofTag('t')}))`;
}

/** Events `e` with the text in info, a live attribute or a tag; as a part also in the creator's name. */
export function eventAnywhere(anywhere: Anywhere, names: ResolvedNames, bind: Bind): string {
  const { ofValue, ofComment, ofTag } = branches(anywhere, names, bind);
  const creators = anywhere.asPart
    ? `union all select i.id from visible_events i where i.orgc_id in (
        select o.id from organisations o where lower(o.name) like lower(${partPattern(anywhere.text, bind)}))`
    : '';
  const above = `${eventIdsAbove(anywhere, names, bind)} ${creators}`;
  const tagged = `select x.event_id from visible_attribute_tags t join visible_attributes x on x.id = t.attribute_id
    where ${ofTag('t')} and not x.deleted`;
  if (names.isCommonText) {
    return `(e.id in (${above}) or exists (${tagged} and t.event_id = e.id) or exists (
      select from visible_attributes x where x.event_id = e.id and not x.deleted and (${ofValue('x')} or ${ofComment('x')})))`;
  }
  return `e.id in (${above}
    union all select x.event_id from visible_attributes x where not x.deleted and ${ofValue('x')}
    union all select x.event_id from visible_attributes x where not x.deleted and ${ofComment('x')}
    union all ${tagged})`;
}

function branches({ text, asPart }: Anywhere, names: Pick<ResolvedNames, 'tags'>, bind: Bind) {
  if (asPart) {
    const pattern = partPattern(text, bind);
    return {
      ofValue: (a: string) => valuePartCondition([text], a, bind),
      ofComment: (a: string) => `(${a}.comment <> '' and lower(${a}.comment) like lower(${pattern}))`,
      ofInfo: (e: string) => `lower(${e}.info) like lower(${pattern})`,
      ofTag: (t: string) =>
        `${t}.tag_id in (select g.id from visible_tags g where lower(g.name) like lower(${pattern}))`,
    };
  }
  const ids = bind(tagIds(names, [text]), 'bigint[]');
  return {
    ofValue: (a: string) => valueCondition([text], 'any', a, bind),
    ofComment: (a: string) =>
      `(${a}.comment <> '' and ${textCondition(`${a}.comment`, [text], bind, { ignoreCase: true })})`,
    ofInfo: (e: string) => textCondition(`${e}.info`, [text], bind, { ignoreCase: true }),
    ofTag: (t: string) => `${t}.tag_id = any (${ids})`,
  };
}

function partPattern(text: string, bind: Bind): string {
  return bind(`%${likePattern(text)}%`, 'text');
}
