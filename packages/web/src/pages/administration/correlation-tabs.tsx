import { TabRow } from '../../components/tab-row.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';

export type CorrelationTab = 'top' | 'over' | 'exclusions' | 'rules';

/** The four parts of keeping correlations useful. */
export function CorrelationTabs({ active }: { readonly active: CorrelationTab }) {
  const t = useT();
  return (
    <TabRow
      label={t('nav.correlations')}
      tabs={[
        { path: paths.topCorrelations(), label: t('correlation.top'), active: active === 'top' },
        { path: paths.overCorrelations(), label: t('correlation.over'), active: active === 'over' },
        { path: paths.correlationExclusions(), label: t('correlation.exclusions'), active: active === 'exclusions' },
        { path: paths.correlationRules(), label: t('correlation.rules'), active: active === 'rules' },
      ]}
    />
  );
}
