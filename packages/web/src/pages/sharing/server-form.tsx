import { useQuery } from '@tanstack/react-query';
import { organisationsQuery } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import type { Server } from '../../api/sharing.ts';
import { type PanelField, PanelForm } from '../../components/panel-form.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';

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
export function ServerForm(props: {
  readonly server?: Server;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => Promise<unknown>;
}) {
  const t = useT();
  const { server } = props;
  const organisations = useQuery(organisationsQuery('all')).data;
  if (organisations === undefined) return null;
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
    {
      name: 'pull_rules',
      heading: t('server.rules'),
      label: t('server.pullRules'),
      kind: 'area',
      rows: 2,
      mono: true,
      help: t('server.rulesHelp'),
    },
    { name: 'push_rules', label: t('server.pushRules'), kind: 'area', rows: 2, mono: true },
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
        pull_rules: server?.pull_rules ?? '',
        push_rules: server?.push_rules ?? '',
      }}
      save={async ({ authkey, pull_rules, push_rules, ...values }) => {
        await post(server === undefined ? '/servers/add' : `/servers/edit/${server.id}`, {
          Server: {
            ...values,
            ...(authkey ? { authkey } : {}),
            ...(pull_rules ? { pull_rules } : {}),
            ...(push_rules ? { push_rules } : {}),
          },
        });
        await props.onSaved(String(values.name));
      }}
      onClose={props.onClose}
    />
  );
}
