import { Button } from '@mantine/core';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { useAct } from '../../components/use-act.ts';
import { useCopy } from '../../components/use-copy.ts';
import '../../components/list-parts.css';
import { useT } from '../../i18n/i18n.tsx';

const names: Readonly<Record<string, string>> = {
  curl: 'curl',
  python: 'Python',
  pymisp: 'PyMISP',
  typescript: 'TypeScript',
};

/** The query as a piece of program; the key comes from the environment of whoever runs it. */
export function QuerySnippets(props: { readonly method: string; readonly path: string; readonly body: string }) {
  const t = useT();
  const act = useAct();
  const copy = useCopy();
  const [snippets, setSnippets] = useState<Readonly<Record<string, string>>>();
  const [shown, setShown] = useState('curl');
  const make = () =>
    act(async () => {
      const { method, path, body } = props;
      const asked = { url: path, method, ...(method === 'GET' || body === '' ? {} : { body }) };
      setSnippets(await post<Readonly<Record<string, string>>>('/rest_client/snippets', asked));
    });
  const text = snippets?.[shown] ?? '';
  return (
    <section>
      <h2>{t('rest.snippets')}</h2>
      <div className="panel-actions" style={{ marginBottom: 8 }}>
        <ChoiceField
          label={t('rest.language')}
          hideLabel
          value={shown}
          choices={Object.entries(names).map(([value, label]) => ({ value, label }))}
          onChange={setShown}
        />
        <Button variant="default" onClick={() => void make()}>
          {t('rest.makeSnippet')}
        </Button>
        {text !== '' && (
          <Button variant="default" onClick={() => copy([text], false)}>
            {t('copy.copy')}
          </Button>
        )}
      </div>
      {text !== '' && <pre className="code-block">{text}</pre>}
    </section>
  );
}
