import { useQuery } from '@tanstack/react-query';
import { organisationsQuery } from '../../api/administration.ts';
import { objectTemplatesQuery } from '../../api/attributes.ts';
import { tagsQuery } from '../../api/library.ts';
import { oneQuery } from '../../api/rows.ts';
import type { PanelField, PanelValues } from '../../components/panel-form.tsx';
import type { Translator } from '../../i18n/i18n.tsx';
import { badParameters, type Names, type RuleList, readSyncRules, unknownNames, writeSyncRules } from './sync-rules.ts';

/** One set of rules in a form: what it begins with, its fields, and its JSON out of what was filled in. */
export interface RuleSection {
  readonly initial: PanelValues;
  readonly fields: readonly PanelField[];
  readonly check: (values: PanelValues) => Readonly<Record<string, string>>;
  readonly text: (values: PanelValues) => string;
}

interface RuleOptions {
  readonly t: Translator['t'];
  /** Begins the names of its fields. */
  readonly name: string;
  readonly heading: string;
  readonly stored: string;
  readonly lists: readonly RuleList[];
  readonly hasParameters: boolean;
  readonly suggestions: Readonly<Partial<Record<RuleList, readonly string[]>>>;
  /** Of lists that are stored by id or uuid. */
  readonly names?: Names;
  /** Lists whose names must be known here. */
  readonly knownOnly?: readonly RuleList[];
  readonly when?: (values: PanelValues) => boolean;
}

const splitLines = (value: string | boolean | undefined): string[] =>
  String(value ?? '')
    .split('\n')
    .filter((line) => line !== '');

/** Fields for what is taken (`OR`) and what is left (`NOT`), in place of MISP's JSON. */
export function ruleSection(options: RuleOptions): RuleSection {
  const { t, name, lists, names = {} } = options;
  const rules = readSyncRules(options.stored, names);
  const fieldOf = (list: string) => `${name}.${list}`;
  const when = options.when === undefined ? {} : { when: options.when };
  const fields = lists.map(
    (list, index): PanelField => ({
      name: fieldOf(list),
      label: t(`rule.${list}`),
      kind: 'words',
      suggestions: options.suggestions[list] ?? [],
      ...(list === 'typesNot' ? { help: t('rule.typesHelp') } : {}),
      ...(index === 0 ? { heading: options.heading } : {}),
      ...when,
    }),
  );
  const parameters: PanelField = {
    name: fieldOf('parameters'),
    label: t('rule.parameters'),
    help: t('rule.parametersHelp'),
    kind: 'area',
    rows: 2,
    mono: true,
    ...when,
  };
  const filled = (values: PanelValues) =>
    Object.fromEntries(lists.map((list) => [list, splitLines(values[fieldOf(list)])]));
  return {
    initial: {
      ...Object.fromEntries(lists.map((list) => [fieldOf(list), rules[list].join('\n')])),
      ...(options.hasParameters ? { [fieldOf('parameters')]: rules.parameters } : {}),
    },
    fields: options.hasParameters ? [...fields, parameters] : fields,
    check(values) {
      const errors: Record<string, string> = {};
      for (const [list, word] of unknownNames({ ...rules, ...filled(values) }, names, options.knownOnly ?? []))
        errors[fieldOf(list)] = t('rule.unknown', { name: word });
      const bad = options.hasParameters ? badParameters(String(values[fieldOf('parameters')] ?? '')) : [];
      if (bad[0] !== undefined) errors[fieldOf('parameters')] = t('rule.badParameter', { line: bad[0] });
      return errors;
    },
    text: (values) =>
      writeSyncRules(
        {
          ...filled(values),
          ...(options.hasParameters ? { parameters: String(values[fieldOf('parameters')] ?? '') } : {}),
        },
        options.stored,
        names,
      ),
  };
}

/** Names that rules are made of: of this instance, and its ids for rules that are kept by id. Undefined while loading. */
export function useRuleNames() {
  const tags = useQuery(tagsQuery()).data;
  const organisations = useQuery(organisationsQuery('all')).data;
  const templates = useQuery(objectTemplatesQuery()).data;
  if (tags === undefined || organisations === undefined || templates === undefined) return undefined;
  const tagNames = new Map(tags.map((tag) => [tag.id, tag.name]));
  const organisationNames = new Map(organisations.map(({ id, name }) => [id, name]));
  return {
    organisations,
    suggestions: {
      tagsOr: unique(tagNames.values()),
      tagsNot: unique(tagNames.values()),
      orgsOr: unique(organisationNames.values()),
      orgsNot: unique(organisationNames.values()),
      objectsNot: unique(templates.map((template) => template.name)),
    },
    byId: { tagsOr: tagNames, tagsNot: tagNames, orgsOr: organisationNames, orgsNot: organisationNames },
    templates: { objectsNot: new Map(templates.map((template) => [template.uuid, template.name])) },
  };
}

const unique = (names: Iterable<string>): string[] => [...new Set(names)];

/** Tags and organisations as another instance names them; none when it does not answer. */
export function useRemoteNames(serverId: string | undefined) {
  const { data } = useQuery({
    ...oneQuery<{ readonly data: { readonly organisations?: readonly string[]; readonly tags?: readonly string[] } }>(
      'remoteRules',
      `/servers/queryAvailableSyncFilteringRules/${serverId}.json`,
    ),
    enabled: serverId !== undefined,
    retry: false,
    staleTime: 60_000,
  });
  return { tags: data?.data.tags ?? [], organisations: data?.data.organisations ?? [] };
}
