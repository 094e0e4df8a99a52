import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { sharingGroupsQuery } from '../../api/administration.ts';
import { FailurePage, NotFoundPage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { YesNo } from '../../components/state-text.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { GroupInstances } from './group-instances.tsx';

/** One sharing group: what it is for and who is in it. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const { data: groups, error, refetch } = useQuery(sharingGroupsQuery());
  const group = groups?.find((row) => row.SharingGroup.id === id || row.SharingGroup.uuid === id.toLowerCase());
  usePageTitle(group?.SharingGroup.name);
  if (groups === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  if (group === undefined) return <NotFoundPage />;
  const { SharingGroup: facts, Organisation: owner, SharingGroupOrg: members = [] } = group;
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{facts.name}</bdi>
        </h1>
      </div>
      <div className="panel-box">
        <dl className="facts">
          <dt>UUID</dt>
          <dd className="mono">{facts.uuid}</dd>
          <dt>{t('group.releasability')}</dt>
          <dd>{facts.releasability}</dd>
          <dt>{t('field.description')}</dt>
          <dd>{facts.description}</dd>
          <dt>{t('group.owner')}</dt>
          <dd>{owner?.name}</dd>
          <dt>{t('state.active')}</dt>
          <dd>
            <YesNo value={facts.active} />
          </dd>
          <dt>{t('group.roaming')}</dt>
          <dd>
            <YesNo value={facts.roaming} />
          </dd>
        </dl>
      </div>
      <section className="panel-box">
        <h2>{t('group.members')}</h2>
        <ul style={{ marginBottom: 0, paddingInlineStart: 18 }}>
          {members.map((member) => (
            <li key={member.org_id}>
              <AppLink to={paths.organisation(member.org_id)}>{member.Organisation?.name ?? member.org_id}</AppLink>
            </li>
          ))}
        </ul>
      </section>
      <GroupInstances row={group} />
    </div>
  );
}
