import { Table } from '@mantine/core';
import { Fragment } from 'react';
import type { CsvPreview, ImportPreview } from '../../api/imports.ts';
import { ChoiceField, SwitchField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatNumber } from '../../i18n/formatters.ts';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import styles from './import-panel.module.css';

const counted = ['events', 'attributes', 'objects', 'reports', 'tags'] as const;

/** What a file would give: counts, first values, and what would not be taken. */
export function PreviewFacts({ preview }: { readonly preview: ImportPreview }) {
  const { t, language } = useTranslator();
  const counts = counted
    .filter((name) => preview[name] > 0)
    .map((name) => t(`import.count.${name}`, { n: preview[name] }));
  return (
    <>
      <p>{counts.length === 0 ? t('import.none') : counts.join(' · ')}</p>
      {preview.types.length > 0 && (
        <p className="muted">
          {preview.types.slice(0, 12).map(([type, count], index) => (
            <Fragment key={type}>
              {index > 0 && ' · '}
              <span style={{ whiteSpace: 'nowrap' }}>
                {type} {formatNumber(count, language)}
              </span>
            </Fragment>
          ))}
        </p>
      )}
      {preview.sample.length > 0 && (
        <details>
          <summary>{t('import.sample')}</summary>
          <ul className={styles.list}>
            {preview.sample.map((row) => (
              <li key={`${row.type} ${row.value}`}>
                <span className="muted">{row.type}</span> <bdi className="mono">{row.value}</bdi>
                <Lists names={row.lists} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {preview.warnedCount > 0 && (
        <details open={preview.warnedCount <= 10}>
          <summary>{t('import.warned', { n: preview.warnedCount })}</summary>
          <ul className={styles.list}>
            {preview.warned.map((row) => (
              <li key={`${row.type} ${row.value}`}>
                <span className="muted">{row.type}</span> <bdi className="mono">{row.value}</bdi>
                <Lists names={row.lists} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {preview.notTakenCount > 0 && (
        <Reasons title={t('import.notTaken', { n: preview.notTakenCount })} rows={preview.notTaken} />
      )}
    </>
  );
}

function Lists({ names }: { readonly names: readonly string[] }) {
  const t = useT();
  if (names.length === 0) return null;
  return (
    <div className={styles.warning}>
      <Icon name="warning" size={14} label={t('row.warninglist')} /> <bdi>{names.join(' · ')}</bdi>
    </div>
  );
}

/** Parts that are not taken, each with its reason. */
export function Reasons(props: {
  readonly title: string;
  readonly rows: readonly { readonly path: string; readonly reason: string }[];
}) {
  return (
    <details open={props.rows.length <= 10}>
      <summary>{props.title}</summary>
      <ul className={styles.list}>
        {props.rows.slice(0, 500).map((entry) => (
          <li key={`${entry.path} ${entry.reason}`}>
            <bdi className="mono">{entry.path}</bdi>: <bdi>{entry.reason}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

const fields = ['value', 'type', 'category', 'to_ids', 'comment', 'uuid', 'attribute_tag', 'first_seen', 'last_seen'];

const delimiters: ReadonlyMap<string, string> = new Map([
  [',', ','],
  [';', ';'],
  ['\t', 'Tab'],
  ['|', '|'],
  [' ', '␠'],
]);

/** What each column of a CSV file holds, over its first rows. */
export function CsvMapping(props: {
  readonly csv: CsvPreview;
  readonly types: readonly string[];
  readonly onChange: (csv: CsvPreview) => void;
  readonly onDelimiter: (delimiter: string) => void;
}) {
  const t = useT();
  const { csv } = props;
  const names = [...new Set([...fields, ...props.types, ...csv.columns.filter((name) => name !== '')])];
  const choices = [
    { value: '', label: t('import.leaveOut') },
    { value: 'free-text', label: t('import.anyIndicator') },
    ...names.filter((name) => name !== 'free-text').map((name) => ({ value: name, label: name })),
  ];
  const width = Math.max(csv.columns.length, ...csv.rows.map((row) => row.length));
  const places = Array.from({ length: width }, (_, place) => place);
  return (
    <>
      <ChoiceField
        label={t('import.delimiter')}
        value={csv.delimiter}
        choices={[...new Set([...delimiters.keys(), csv.delimiter])].map((value) => ({
          value,
          label: delimiters.get(value) ?? value,
        }))}
        // What the columns hold has to be found out anew.
        onChange={(delimiter) => props.onDelimiter(delimiter)}
      />
      <SwitchField
        label={t('import.header')}
        value={csv.hasHeader}
        onChange={(hasHeader) => props.onChange({ ...csv, hasHeader })}
      />
      <div className={styles.scroll}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              {places.map((place) => (
                <Table.Th key={place}>
                  <ChoiceField
                    label={`${t('import.columns')} ${place + 1}`}
                    hideLabel
                    value={csv.columns[place] ?? ''}
                    choices={choices}
                    onChange={(chosen) =>
                      props.onChange({
                        ...csv,
                        columns: places.map((other) => (other === place ? chosen : (csv.columns[other] ?? ''))),
                      })
                    }
                  />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {csv.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name, and do not move
              <Table.Tr key={index} data-title={csv.hasHeader && index === 0 ? true : undefined}>
                {places.map((place) => (
                  <Table.Td key={place}>
                    <bdi className="mono">{row[place] ?? ''}</bdi>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
