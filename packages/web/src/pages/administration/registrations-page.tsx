import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { organisationsQuery, rolesQuery } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { Moment } from '../../components/time.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';

interface Request {
  readonly id: string;
  readonly title: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly comment: string | null;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

const wish = (request: Request, name: string): string => String(request.data?.[name] ?? '');

/** Requests for an account: accept into an organisation with a role, or drop. */
export function Page() {
  const t = useT();
  const act = useAct('registrations', 'users');
  const query = useQuery({
    ...rowsQuery<{ readonly Inbox: Request }>('registrations', '/users/registrations.json'),
    select: (rows) => rows.map((row) => row.Inbox),
  });
  const organisations = useQuery(organisationsQuery('local')).data ?? [];
  const roles = useQuery(rolesQuery()).data ?? [];
  const [opened, setOpened] = useState<Request>();
  const [accepting, setAccepting] = useState(false);
  const close = () => {
    setOpened(undefined);
    setAccepting(false);
  };
  const columns = useMemo<readonly ListColumn<Request>[]>(
    () => [
      {
        id: 'email',
        header: t('user.email'),
        width: 240,
        text: (request) => wish(request, 'email') || request.title,
        render: (request) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpened(request)}>
            <bdi>{wish(request, 'email') || request.title}</bdi>
          </button>
        ),
      },
      {
        id: 'organisation',
        header: t('user.organisation'),
        width: 200,
        text: (request) => wish(request, 'org_name'),
        render: (request) => <bdi>{wish(request, 'org_name')}</bdi>,
      },
      {
        id: 'comment',
        header: t('registration.message'),
        width: 280,
        grow: 1,
        text: (request) => request.comment ?? '',
        render: (request) => <bdi>{request.comment}</bdi>,
      },
      {
        id: 'ip',
        header: t('log.address'),
        width: 140,
        text: (request) => request.ip ?? '',
        render: (request) => request.ip,
      },
      {
        id: 'time',
        header: t('registration.asked'),
        width: 120,
        number: (request) => Number(request.timestamp),
        render: (request) => <Moment epoch={request.timestamp} />,
      },
    ],
    [t],
  );
  const wishedOrganisation = organisations.find((one) => opened !== undefined && one.uuid === wish(opened, 'org_uuid'));
  return (
    <>
      <ListPage
        title={t('nav.registrations')}
        query={query}
        columns={columns}
        keyOf={(request) => request.id}
        nameOf={(request) => wish(request, 'email')}
        onOpen={setOpened}
        empty={{ icon: 'people', title: t('registration.none'), text: t('registration.noneText') }}
      />
      {opened !== undefined && !accepting && (
        <DetailPanel
          title={wish(opened, 'email') || opened.title}
          onClose={close}
          actions={
            <>
              <Button onClick={() => setAccepting(true)}>{t('registration.accept')}</Button>
              <Button
                color="danger"
                onClick={() => {
                  void act(() => post(`/users/discardRegistrations/${opened.id}`), t('registration.discarded'));
                  close();
                }}
              >
                {t('registration.discard')}
              </Button>
            </>
          }
          facts={[
            [t('user.organisation'), wish(opened, 'org_name')],
            [t('registration.uuid'), wish(opened, 'org_uuid')],
            [t('registration.message'), opened.comment],
            [t('log.address'), opened.ip],
            [t('registration.browser'), opened.user_agent],
            [t('registration.asked'), <Moment key="time" epoch={opened.timestamp} />],
          ]}
        />
      )}
      {opened !== undefined && accepting && (
        <PanelForm
          title={t('registration.accept')}
          submit={t('registration.accept')}
          fields={[
            {
              name: 'org_id',
              label: t('user.organisation'),
              kind: 'choice',
              choices: organisations.map((one) => ({ value: one.id, label: one.name })),
              required: true,
            },
            {
              name: 'role_id',
              label: t('user.role'),
              kind: 'choice',
              choices: roles.map((role) => ({ value: role.id, label: role.name })),
              required: true,
            },
          ]}
          initial={{
            org_id: wishedOrganisation?.id ?? organisations[0]?.id ?? '',
            role_id:
              roles.find((role) => role.default === true || role.default_role === true)?.id ?? roles[0]?.id ?? '',
          }}
          save={async (values) => {
            await post(`/users/acceptRegistrations/${opened.id}`, { User: values });
            await act(async () => undefined, t('registration.accepted'));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
