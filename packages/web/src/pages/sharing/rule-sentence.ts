import type { Translator } from '../../i18n/i18n.tsx';
import type { RuleCondition, RuleGroup } from './blueprint-rules.ts';

const list = (language: string, type: 'conjunction' | 'disjunction', parts: readonly string[]) =>
  new Intl.ListFormat(language, { type }).format(parts);

/**
 * Rules as a sentence: "Sector: Energy or Water, and Nationality: Japan, except Name: Mill". Of organisations and groups
 * that are told by number or UUID the name is shown, where it is among `names`.
 */
export function ruleSentence(
  group: RuleGroup,
  t: Translator['t'],
  language: string,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  const clause = ({ selector, values }: RuleCondition) =>
    t('rule.clause', {
      field: t(`rule.by.${selector}`),
      values: list(
        language,
        'disjunction',
        values.map((value) => names.get(`${selector} ${value}`) ?? value),
      ),
    });
  const parts = [
    ...group.conditions.map(clause),
    ...group.groups.map((inner) => `(${ruleSentence(inner, t, language, names)})`),
  ];
  const rules = list(language, group.join === 'AND' ? 'conjunction' : 'disjunction', parts);
  if (group.exceptions.length === 0) return rules;
  return t('rule.exceptFor', { rules, exceptions: list(language, 'disjunction', group.exceptions.map(clause)) });
}
