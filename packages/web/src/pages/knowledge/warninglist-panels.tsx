import { Button, Drawer } from '@mantine/core';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { TextField } from '../../components/fields.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

interface Hit {
  readonly id: string;
  readonly name: string;
  readonly matched?: string;
}

/** Which of the enabled lists some values meet. */
export function WarninglistCheck({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly (readonly [string, readonly Hit[]])[]>();
  const check = () =>
    act(async () => {
      const values = text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      const answer = await post<Readonly<Record<string, readonly Hit[]>> | readonly never[]>(
        '/warninglists/checkValue',
        values,
      );
      const hits = new Map(Object.entries(answer));
      setFound(values.map((value) => [value, hits.get(value) ?? []] as const));
    });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={t('warninglist.check')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <TextField
          label={t('cache.values')}
          description={t('warninglist.checkHelp')}
          rows={3}
          mono
          value={text}
          onChange={setText}
          autoFocus
        />
        <div className="form-actions">
          <Button type="submit">{t('warninglist.check')}</Button>
        </div>
        {found !== undefined && (
          <PlainTable
            label={t('warninglist.check')}
            heads={[t('attribute.value'), t('nav.warninglists')]}
            rows={found.map(([value, hits]) => ({
              key: value,
              cells: [
                <bdi key="value" className="mono">
                  {value}
                </bdi>,
                hits.length === 0 ? (
                  <span key="none" className="muted">
                    {t('warninglist.onNone')}
                  </span>
                ) : (
                  <span key="hits">
                    {hits.map((hit) => (
                      <AppLink key={hit.id} to={paths.warninglist(hit.id)} style={{ display: 'block' }}>
                        {hit.name}
                      </AppLink>
                    ))}
                  </span>
                ),
              ],
            }))}
          />
        )}
      </form>
    </Drawer>
  );
}

const kinds = ['string', 'hostname', 'cidr', 'substring', 'regex'] as const;

/** A list of one's own. */
export function WarninglistForm({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const act = useAct('warninglists');
  const lines = (text: unknown) =>
    String(text ?? '')
      .split(/[\n,]+/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return (
    <PanelForm
      title={t('warninglist.add')}
      size={560}
      fields={[
        { name: 'name', label: t('field.name'), required: true },
        { name: 'description', label: t('field.description'), required: true },
        {
          name: 'type',
          label: t('warninglist.kind'),
          kind: 'choice',
          choices: kinds.map((value) => ({ value, label: t(`warninglistKind.${value}`) })),
        },
        {
          name: 'category',
          label: t('warninglist.category'),
          kind: 'choice',
          choices: [
            { value: 'false_positive', label: t('warninglist.falsePositive') },
            { value: 'known', label: t('warninglist.known') },
          ],
        },
        { name: 'types', label: t('warninglist.types'), mono: true, required: true, help: t('warninglist.typesHelp') },
        { name: 'entries', label: t('warninglist.entries'), kind: 'area', rows: 10, mono: true, required: true },
        { name: 'enabled', label: t('state.enabled'), kind: 'switch' },
      ]}
      initial={{
        type: 'string',
        category: 'false_positive',
        types: 'domain, hostname, url',
        entries: '',
        enabled: true,
      }}
      save={async ({ types, entries, ...values }) => {
        await post('/warninglists/add', {
          Warninglist: { ...values, matching_attributes: lines(types), entries: lines(entries).join('\n') },
        });
        await act(async () => undefined, t('form.saved', { name: String(values.name) }));
      }}
      onClose={onClose}
    />
  );
}
