import { useDeferredValue, useMemo, useRef, useState } from 'react';
import type { ReportElements } from '../../api/reports.ts';
import { useT } from '../../i18n/i18n.tsx';
import { MarkdownView } from './markdown-view.tsx';
import type { ReportReference } from './references.ts';
import styles from './reports.module.css';

interface ReportEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly elements: ReportElements | undefined;
  readonly renderReference: (reference: ReportReference) => React.ReactNode;
}

interface Offer {
  readonly key: string;
  readonly kind: string;
  readonly label: string;
  /** What is written into the text. */
  readonly insert: string;
}

const shown = 8;
/** What is being typed after an `@`, up to the cursor. */
const typedReference = /(?:^|[\s(|>])@([^\s@[\]()]{0,60})$/;

/** What may be referred to, by its value or name. */
function offersOf(elements: ReportElements | undefined): readonly Offer[] {
  if (elements === undefined) return [];
  return [
    ...Object.values(elements.attribute).map((attribute) => ({
      key: attribute.uuid,
      kind: attribute.type,
      label: attribute.value,
      insert: `@[attribute](${attribute.uuid})`,
    })),
    ...Object.values(elements.object).map((object) => ({
      key: object.uuid,
      kind: object.name,
      label: (object.Attribute ?? [])
        .slice(0, 3)
        .map((member) => member.value)
        .join(' · '),
      insert: `@[object](${object.uuid})`,
    })),
    ...Object.values(elements.tagname).map((tag) => ({
      key: `tag ${tag.name}`,
      kind: 'tag',
      label: tag.name,
      insert: `@[tag](${tag.name})`,
    })),
    ...Object.entries(elements.galaxymatrix).map(([uuid, galaxy]) => ({
      key: uuid,
      kind: 'galaxymatrix',
      label: galaxy.name,
      insert: `@[galaxymatrix](${uuid})`,
    })),
  ];
}

/** Markdown on the left, how it looks on the right; `@` offers what the event holds. */
export function ReportEditor({ text, onChange, onSave, elements, renderReference }: ReportEditorProps) {
  const t = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState<string>();
  const [active, setActive] = useState(0);
  const offers = useMemo(() => offersOf(elements), [elements]);
  const preview = useDeferredValue(text);
  const found = useMemo(() => {
    if (typed === undefined) return [];
    const wanted = typed.toLowerCase();
    return offers.filter((offer) => `${offer.kind} ${offer.label}`.toLowerCase().includes(wanted)).slice(0, shown);
  }, [offers, typed]);

  function look() {
    const area = field.current;
    if (area === null) return;
    setTyped(typedReference.exec(area.value.slice(0, area.selectionStart))?.[1]);
    setActive(0);
  }

  function insert(offer: Offer) {
    const area = field.current;
    if (area === null || typed === undefined) return;
    const end = area.selectionStart;
    const start = end - typed.length - 1;
    onChange(`${text.slice(0, start)}${offer.insert}${text.slice(end)}`);
    setTyped(undefined);
    const place = start + offer.insert.length;
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(place, place);
    });
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      onSave();
      return;
    }
    const offer = found[active];
    if (offer === undefined || event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setActive((active + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault();
      insert(offer);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setTyped(undefined);
    }
  }

  return (
    <div className={styles.split}>
      <div className={styles.write}>
        <textarea
          ref={field}
          className={`mono ${styles.text}`}
          aria-label={t('report.text')}
          aria-autocomplete="list"
          aria-controls="report-offers"
          aria-activedescendant={found.length > 0 ? `report-offer-${active}` : undefined}
          value={text}
          placeholder={t('report.placeholder')}
          spellCheck
          onChange={(event) => {
            onChange(event.currentTarget.value);
            look();
          }}
          onKeyDown={onKeyDown}
          onClick={look}
          onBlur={() => setTyped(undefined)}
        />
        <ul
          id="report-offers"
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the list box of the field above
          role="listbox"
          aria-label={t('report.offers')}
          className={styles.offers}
          hidden={found.length === 0}
        >
          {found.map((offer, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field
            <li
              key={offer.key}
              id={`report-offer-${index}`}
              // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: an option of the list box
              role="option"
              aria-selected={index === active}
              tabIndex={-1}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => insert(offer)}
            >
              <span className="muted">{offer.kind}</span> <bdi className="mono">{offer.label.slice(0, 100)}</bdi>
            </li>
          ))}
        </ul>
        <p className="muted">{t('report.editorHelp')}</p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className={styles.preview} aria-label={t('report.preview')} tabIndex={0}>
        <MarkdownView text={preview} renderReference={renderReference} />
      </section>
    </div>
  );
}
