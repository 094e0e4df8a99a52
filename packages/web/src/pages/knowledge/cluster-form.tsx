import { type Cluster, saveCluster } from '../../api/clusters.ts';
import { PanelForm } from '../../components/panel-form.tsx';
import { useT } from '../../i18n/i18n.tsx';

interface ClusterFormProps {
  readonly title: string;
  /** The cluster that is changed, or that a fork is made from. */
  readonly cluster?: Cluster;
  readonly galaxyId: string;
  readonly isFork?: boolean;
  readonly onClose: () => void;
  readonly onSaved: (cluster: Cluster) => void;
}

/** `key = value`, one a line, both ways. */
const writeElements = (cluster: Cluster | undefined): string =>
  (cluster?.GalaxyElement ?? []).map(({ key, value }) => `${key} = ${value}`).join('\n');

const readElements = (text: string) =>
  text.split('\n').flatMap((line) => {
    const place = line.indexOf('=');
    const [key, value] = [line.slice(0, place).trim(), line.slice(place + 1).trim()];
    return place < 1 || value === '' ? [] : [{ key, value }];
  });

/** A cluster of one's own: new, changed, or a fork of another. */
export function ClusterForm(props: ClusterFormProps) {
  const t = useT();
  const { cluster, isFork = false } = props;
  const isEdit = cluster !== undefined && !isFork;
  return (
    <PanelForm
      title={props.title}
      size={600}
      fields={[
        { name: 'value', label: t('field.name'), required: true },
        { name: 'description', label: t('field.description'), kind: 'area', rows: 5, required: true },
        { name: 'source', label: t('galaxy.source') },
        { name: 'authors', label: t('cluster.authors'), help: t('cluster.authorsHelp') },
        {
          name: 'distribution',
          label: t('event.distribution'),
          kind: 'choice',
          choices: (['0', '1', '2', '3'] as const).map((value) => ({ value, label: t(`distribution.${value}`) })),
        },
        {
          name: 'elements',
          label: t('cluster.elements'),
          kind: 'area',
          rows: 8,
          mono: true,
          help: t('cluster.elementsHelp'),
        },
      ]}
      initial={{
        value: cluster?.value ?? '',
        description: cluster?.description ?? '',
        source: cluster?.source ?? '',
        authors: (cluster?.authors ?? []).join(', '),
        distribution: isEdit ? (cluster.distribution ?? '1') : '1',
        elements: writeElements(cluster),
      }}
      save={async ({ elements, authors, ...values }) => {
        const names = String(authors)
          .split(',')
          .map((name) => name.trim());
        const saved = await saveCluster(isEdit ? `edit/${cluster.id}` : `add/${props.galaxyId}`, {
          ...values,
          authors: names.filter((name) => name !== ''),
          GalaxyElement: readElements(String(elements)),
          ...(isFork && cluster !== undefined ? { extends_uuid: cluster.uuid, extends_version: cluster.version } : {}),
        });
        props.onSaved(saved.GalaxyCluster);
      }}
      onClose={props.onClose}
    />
  );
}
