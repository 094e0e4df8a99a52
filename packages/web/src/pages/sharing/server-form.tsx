import { attributeTypes } from '@magpie/model';
import { post } from '../../api/client.ts';
import type { Server } from '../../api/sharing.ts';
import { type PanelField, PanelForm } from '../../components/panel-form.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';
import { ruleSection, useRemoteNames, useRuleNames } from './rule-fields.ts';

const flags = [
  'pull',
  'push',
  'push_sightings',
  'push_galaxy_clusters',
  'pull_galaxy_clusters',
  'push_analyst_data',
  'pull_analyst_data',
  'caching_enabled',
  'unpublish_event',
  'publish_without_email',
  'self_signed',
  'skip_proxy',
] as const;

const flagKeys = {
  pull: 'server.pull',
  push: 'server.push',
  push_sightings: 'server.pushSightings',
  push_galaxy_clusters: 'server.pushClusters',
  pull_galaxy_clusters: 'server.pullClusters',
  push_analyst_data: 'server.pushAnalystData',
  pull_analyst_data: 'server.pullAnalystData',
  caching_enabled: 'feed.caching',
  unpublish_event: 'server.unpublish',
  publish_without_email: 'server.noMail',
  self_signed: 'server.selfSigned',
  skip_proxy: 'server.skipProxy',
} as const;

/** Headings above the first switch of each group. */
const headings: Readonly<Record<string, MessageKey>> = {
  pull: 'server.directions',
  unpublish_event: 'server.handling',
  self_signed: 'server.connection',
};

/** A connected instance: address, key, directions, rules. */
export function ServerForm(props: ServerFormProps) {
  const names = useRuleNames();
  return names === undefined ? null : <LoadedForm {...props} names={names} />;
}

interface ServerFormProps {
  readonly server?: Server;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => Promise<unknown>;
}

function LoadedForm(props: ServerFormProps & { readonly names: NonNullable<ReturnType<typeof useRuleNames>> }) {
  const t = useT();
  const { server, names } = props;
  const { organisations, suggestions } = names;
  const there = useRemoteNames(server?.id);
  const types = [...attributeTypes].sort();
  const pull = ruleSection({
    t,
    name: 'pull_rules',
    heading: t('server.pullRules'),
    stored: server?.pull_rules ?? '',
    lists: ['tagsOr', 'tagsNot', 'orgsOr', 'orgsNot', 'typesNot', 'objectsNot'],
    hasParameters: true,
    // Rules of a pull are sent to the other instance: its names come first.
    suggestions: {
      ...suggestions,
      tagsOr: [...new Set([...there.tags, ...suggestions.tagsOr])],
      tagsNot: [...new Set([...there.tags, ...suggestions.tagsNot])],
      orgsOr: [...new Set([...there.organisations, ...suggestions.orgsOr])],
      orgsNot: [...new Set([...there.organisations, ...suggestions.orgsNot])],
      typesNot: types,
    },
    names: names.templates,
    when: (values) => values.pull === true,
  });
  const push = ruleSection({
    t,
    name: 'push_rules',
    heading: t('server.pushRules'),
    stored: server?.push_rules ?? '',
    lists: ['tagsOr', 'tagsNot', 'orgsOr', 'orgsNot', 'typesNot', 'objectsNot'],
    hasParameters: false,
    suggestions: { ...suggestions, typesNot: types },
    names: { ...names.byId, ...names.templates },
    // Kept by their ids here.
    knownOnly: ['tagsOr', 'tagsNot', 'orgsOr', 'orgsNot'],
    when: (values) => values.push === true,
  });
  const fields: PanelField[] = [
    { name: 'name', label: t('field.name'), required: true },
    { name: 'url', label: t('feed.url'), mono: true, required: true, help: t('server.urlHelp') },
    {
      name: 'authkey',
      label: t('authKey.key'),
      kind: 'secret',
      required: server === undefined,
      help: t(server === undefined ? 'server.keyHelp' : 'server.keyKeep'),
    },
    {
      name: 'remote_org_id',
      label: t('server.remoteOrganisation'),
      kind: 'pick',
      choices: organisations.map(({ id, name }) => ({ value: id, label: name })),
    },
    ...flags.map((flag): PanelField => {
      const heading = headings[flag];
      return {
        name: flag,
        label: t(flagKeys[flag]),
        kind: 'switch',
        ...(heading === undefined ? {} : { heading: t(heading) }),
      };
    }),
    ...pull.fields,
    ...push.fields,
  ];
  return (
    <PanelForm
      title={server === undefined ? t('server.add') : server.name}
      size={560}
      fields={fields}
      initial={{
        name: server?.name ?? '',
        url: server?.url ?? '',
        authkey: '',
        remote_org_id: server?.remote_org_id ?? organisations[0]?.id ?? '',
        ...Object.fromEntries(flags.map((flag) => [flag, server?.[flag] ?? false])),
        ...pull.initial,
        ...push.initial,
      }}
      check={(values) => ({ ...pull.check(values), ...push.check(values) })}
      save={async (values) => {
        const plain = Object.fromEntries(
          Object.entries(values).filter(([name]) => !name.includes('.') && name !== 'authkey'),
        );
        await post(server === undefined ? '/servers/add' : `/servers/edit/${server.id}`, {
          Server: {
            ...plain,
            ...(values.authkey ? { authkey: values.authkey } : {}),
            pull_rules: pull.text(values),
            push_rules: push.text(values),
          },
        });
        await props.onSaved(String(values.name));
      }}
      onClose={props.onClose}
    />
  );
}
