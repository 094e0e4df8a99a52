import { useState } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { markReferences, type ReportReference, readReference, safeAddress } from './references.ts';
import styles from './reports.module.css';

interface MarkdownViewProps {
  readonly text: string;
  readonly renderReference?: (reference: ReportReference) => React.ReactNode;
}

const plugins = [remarkGfm];

/** Markdown as text: HTML shows as it is written, no picture from elsewhere, and every link asks before it leaves the page. */
export function MarkdownView({ text, renderReference }: MarkdownViewProps) {
  const t = useT();
  const [leaving, setLeaving] = useState<string>();
  return (
    <div className={styles.markdown}>
      <Markdown
        remarkPlugins={plugins}
        urlTransform={safeAddress}
        components={{
          a({ href, children }) {
            const reference = readReference(href);
            if (reference !== undefined) return <>{renderReference?.(reference) ?? children}</>;
            if (href === undefined || href === '') return <span>{children}</span>;
            if (href.startsWith('#')) return <a href={href}>{children}</a>;
            return (
              <a
                href={href}
                rel="noopener noreferrer"
                title={href}
                onClick={(event) => {
                  event.preventDefault();
                  setLeaving(href);
                }}
              >
                {children}
              </a>
            );
          },
          img: ({ alt, src }) => (
            <span className={styles.picture} title={typeof src === 'string' ? src : undefined}>
              <Icon name="image" size={14} /> {t('report.picture', { text: alt ?? '' })}
            </span>
          ),
          table: ({ children }) => (
            <div className={styles.wide}>
              <table>{children}</table>
            </div>
          ),
        }}
      >
        {markReferences(text)}
      </Markdown>
      <ConfirmDialog
        opened={leaving !== undefined}
        title={t('link.leave')}
        confirm={t('link.open')}
        onClose={() => setLeaving(undefined)}
        onConfirm={async () => {
          window.open(leaving, '_blank', 'noopener,noreferrer');
        }}
      >
        <p style={{ marginTop: 0 }}>{t('link.leaveText')}</p>
        <bdi className="mono" style={{ overflowWrap: 'anywhere' }}>
          {leaving}
        </bdi>
      </ConfirmDialog>
    </div>
  );
}
