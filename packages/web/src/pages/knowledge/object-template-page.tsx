import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { objectTemplateQuery } from '../../api/attributes.ts';
import type { ObjectTemplateElement } from '../../api/wire.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { requirementsOf } from '../intelligence/object-fields.ts';

/** One object template: its fields and which of them are required. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({ ...objectTemplateQuery(id), select: (view) => view.ObjectTemplateElement });
  const template = useQuery(objectTemplateQuery(id)).data?.ObjectTemplate;
  const columns = useMemo<readonly ListColumn<ObjectTemplateElement>[]>(() => {
    const requirements = template === undefined ? undefined : requirementsOf(template);
    const need = (relation: string): string =>
      requirements?.required.includes(relation) === true
        ? t('template.required')
        : requirements?.requiredOneOf.includes(relation) === true
          ? t('template.oneOf')
          : '';
    return [
      {
        id: 'relation',
        header: t('template.relation'),
        width: 220,
        text: (element) => element.object_relation,
        render: (element) => element.object_relation,
      },
      {
        id: 'type',
        header: t('attribute.type'),
        width: 160,
        text: (element) => element.type,
        render: (element) => element.type,
      },
      {
        id: 'need',
        header: t('template.need'),
        width: 140,
        text: (element) => need(element.object_relation),
        render: (element) => need(element.object_relation),
      },
      {
        id: 'multiple',
        header: t('template.multiple'),
        width: 100,
        render: (element) => <YesNo value={element.multiple} />,
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 300,
        grow: 1,
        text: (element) => element.description,
        render: (element) => <span title={element.description}>{element.description}</span>,
      },
    ];
  }, [t, template]);
  return (
    <ListPage
      title={template?.name ?? t('nav.objectTemplates')}
      query={query}
      columns={columns}
      keyOf={(element) => element.id}
      nameOf={(element) => element.object_relation}
      empty={{ icon: 'cube', title: t('template.empty') }}
    />
  );
}
