import { useQuery } from '@tanstack/react-query';
import { type SharingGroupRow, sharingGroupsQuery } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import type { Feed } from '../../api/sharing.ts';
import { type PanelField, PanelForm, type PanelValues } from '../../components/panel-form.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { feedFormats } from './feed-words.ts';
import { ruleSection, useRuleNames } from './rule-fields.ts';

const isFormat = (format: string) => (values: PanelValues) => values.source_format === format;
const isNoMisp = (values: PanelValues) => values.source_format !== 'misp';
const flags = ['enabled', 'caching_enabled', 'lookup_visible'] as const;

/** A feed: where it is, what form it has, what becomes of what it brings. */
export function FeedForm(props: FeedFormProps) {
  const groups = useQuery(sharingGroupsQuery()).data;
  const names = useRuleNames();
  return groups === undefined || names === undefined ? null : <LoadedForm {...props} groups={groups} names={names} />;
}

interface FeedFormProps {
  readonly feed?: Feed;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => Promise<unknown>;
}

function LoadedForm(
  props: FeedFormProps & {
    readonly groups: readonly SharingGroupRow[];
    readonly names: NonNullable<ReturnType<typeof useRuleNames>>;
  },
) {
  const t = useT();
  const { feed, groups } = props;
  const rules = ruleSection({
    t,
    name: 'rules',
    heading: t('feed.rules'),
    stored: feed?.rules ?? '',
    lists: ['tagsOr', 'tagsNot', 'orgsOr', 'orgsNot'],
    hasParameters: true,
    suggestions: props.names.suggestions,
    when: isFormat('misp'),
  });
  const levels = (['0', '1', '2', '3'] as const).map((value) => ({ value, label: t(`distribution.${value}`) }));
  const distribution = groups.length === 0 ? levels : [...levels, { value: '4', label: t('distribution.4') }];
  const fields: PanelField[] = [
    { name: 'name', label: t('field.name'), required: true },
    { name: 'provider', label: t('feed.provider'), required: true },
    {
      name: 'input_source',
      label: t('feed.source'),
      kind: 'choice',
      choices: [
        { value: 'network', label: t('feed.network') },
        { value: 'local', label: t('feed.local') },
      ],
    },
    { name: 'url', label: t('feed.url'), mono: true, required: true, help: t('feed.urlHelp') },
    {
      name: 'source_format',
      label: t('feed.format'),
      kind: 'choice',
      choices: feedFormats(t),
    },
    { name: 'csv_value', label: t('feed.csvValue'), when: isFormat('csv'), help: t('feed.csvValueHelp') },
    { name: 'csv_delimiter', label: t('feed.csvDelimiter'), when: isFormat('csv') },
    { name: 'exclude', label: t('feed.exclude'), mono: true, when: isNoMisp, help: t('feed.excludeHelp') },
    { name: 'distribution', label: t('event.distribution'), kind: 'choice', choices: distribution },
    {
      name: 'sharing_group_id',
      label: t('distribution.4'),
      kind: 'choice',
      choices: groups.map((row) => ({ value: row.SharingGroup.id, label: row.SharingGroup.name })),
      when: (values) => values.distribution === '4',
    },
    { name: 'headers', label: t('feed.headers'), kind: 'area', rows: 2, mono: true, help: t('feed.headersHelp') },
    { name: 'enabled', label: t('feed.enable'), kind: 'switch', help: t('feed.enableHelp') },
    { name: 'caching_enabled', label: t('feed.enableCaching'), kind: 'switch', help: t('feed.enableCachingHelp') },
    { name: 'lookup_visible', label: t('feed.lookupVisible'), kind: 'switch', help: t('feed.lookupVisibleHelp') },
    { name: 'fixed_event', label: t('feed.fixed'), kind: 'switch', when: isNoMisp, help: t('feed.fixedHelp') },
    { name: 'delta_merge', label: t('feed.delta'), kind: 'switch', when: isNoMisp, help: t('feed.deltaHelp') },
    { name: 'publish', label: t('feed.publish'), kind: 'switch', when: isNoMisp },
    { name: 'override_ids', label: t('feed.overrideIds'), kind: 'switch', help: t('feed.overrideIdsHelp') },
    ...rules.fields,
  ];
  const initial = {
    name: feed?.name ?? '',
    provider: feed?.provider ?? '',
    input_source: feed?.input_source ?? 'network',
    url: feed?.url ?? '',
    source_format: feed?.source_format ?? 'misp',
    distribution: feed?.distribution ?? '3',
    sharing_group_id: feed?.distribution === '4' ? feed.sharing_group_id : (groups[0]?.SharingGroup.id ?? '0'),
    ...Object.fromEntries(flags.map((flag) => [flag, feed?.[flag] ?? false])),
    fixed_event: feed?.fixed_event ?? true,
    delta_merge: feed?.delta_merge ?? false,
    publish: feed?.publish ?? false,
    override_ids: feed?.override_ids ?? false,
    ...rules.initial,
  };
  return (
    <PanelForm
      title={feed === undefined ? t('feed.add') : feed.name}
      size={560}
      fields={fields}
      initial={initial}
      check={rules.check}
      save={async ({ csv_value, csv_delimiter, exclude, headers, ...values }) => {
        const plain = Object.fromEntries(Object.entries(values).filter(([name]) => !name.includes('.')));
        const settings: Record<string, unknown> = {};
        if (exclude) settings.common = { excluderegex: exclude };
        if (csv_value || csv_delimiter) settings.csv = { value: csv_value ?? '', delimiter: csv_delimiter || ',' };
        await post(feed === undefined ? '/feeds/add' : `/feeds/edit/${feed.id}`, {
          Feed: {
            ...plain,
            rules: rules.text(values),
            ...(Object.keys(settings).length > 0 ? { settings } : {}),
            ...(headers ? { headers } : {}),
          },
        });
        await props.onSaved(String(values.name));
      }}
      onClose={props.onClose}
    />
  );
}
