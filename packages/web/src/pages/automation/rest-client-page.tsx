import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useAct } from '../../components/use-act.ts';
import '../../components/list-parts.css';
import { useT } from '../../i18n/i18n.tsx';
import { type KeptQuery, QueryHistory } from './query-history.tsx';
import { QuerySnippets } from './query-snippets.tsx';
import styles from './rest-client.module.css';
import { isOwnPath, type RestAnswer, sendQuery } from './send-query.ts';

interface Template {
  readonly name: string;
  readonly summary: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly mandatory: readonly string[];
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A client of this instance's own API: templates, history, bookmarks, snippets. It sends nowhere else. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.restClient'));
  const act = useAct('restHistory');
  const templates = useQuery(rowsQuery<Template>('restTemplates', '/rest_client/templates.json')).data ?? [];
  const [template, setTemplate] = useState('');
  const [method, setMethod] = useState('GET');
  const [path, setPath] = useState('/servers/getVersion');
  const [body, setBody] = useState('');
  const [problem, setProblem] = useState<{ readonly path?: string; readonly body?: string }>({});
  const [answer, setAnswer] = useState<RestAnswer>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const choices = useMemo(
    () => templates.map((one) => ({ value: one.name, label: `${one.name} — ${one.summary}` })),
    [templates],
  );

  function take(name: string) {
    setTemplate(name);
    const found = templates.find((one) => one.name === name);
    if (found === undefined) return;
    setMethod(found.method);
    setPath(found.url);
    setBody(found.body === null ? '' : JSON.stringify(found.body, null, 2));
  }

  function restore(kept: KeptQuery) {
    setMethod(kept.http_method);
    setPath(kept.url);
    setBody(kept.body);
  }

  async function send() {
    const hasBody = method !== 'GET' && body.trim() !== '';
    const found = {
      ...(isOwnPath(path) ? {} : { path: t('rest.ownOnly') }),
      ...(hasBody && !isJson(body) ? { body: t('rest.badJson') } : {}),
    };
    setProblem(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setFailure(undefined);
    try {
      setAnswer(await sendQuery(method, path, hasBody ? body : undefined));
      await act(() =>
        post('/rest_client_history/add', { url: path, http_method: method, body, headers: 'Accept: application/json' }),
      );
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('nav.restClient')}</h1>
        <span className="muted">{t('rest.note')}</span>
      </div>
      <div className={styles.columns}>
        <form
          className="form"
          style={{ maxWidth: 'none' }}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <PickField label={t('rest.template')} value={template} choices={choices} onChange={take} />
          <div className={styles.line}>
            <ChoiceField
              label={t('log.method')}
              value={method}
              choices={['GET', 'POST', 'PUT', 'DELETE'].map((value) => ({ value, label: value }))}
              onChange={setMethod}
            />
            <TextField label={t('rest.path')} mono value={path} error={problem.path} onChange={setPath} />
          </div>
          {method !== 'GET' && (
            <TextField label={t('rest.body')} rows={8} mono value={body} error={problem.body} onChange={setBody} />
          )}
          <div className="form-actions">
            <Button
              variant="default"
              onClick={() =>
                void act(
                  () =>
                    post('/rest_client_history/add', {
                      ...{ url: path, http_method: method, body, headers: '' },
                      ...{ bookmark: true, bookmark_name: `${method} ${path}` },
                    }),
                  t('rest.bookmarked'),
                )
              }
            >
              {t('rest.bookmark')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('rest.send')}
            </Button>
          </div>
          {failure !== undefined && <ErrorBox error={failure} />}
          {answer !== undefined && (
            <section aria-label={t('rest.answer')}>
              <p className="muted" role="status">
                {t('rest.status', { status: answer.status, ms: answer.milliseconds, bytes: answer.length })}
              </p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
              <pre className="code-block" tabIndex={0}>
                {answer.text}
              </pre>
              {answer.isCut && <p className="muted">{t('rest.cut')}</p>}
            </section>
          )}
        </form>
        <div className="form" style={{ maxWidth: 'none' }}>
          <QueryHistory onTake={restore} />
          <QuerySnippets method={method} path={path} body={body} />
        </div>
      </div>
    </div>
  );
}
