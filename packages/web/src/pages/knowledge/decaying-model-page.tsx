import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { type DecayingModel, type DecayingParameters, decayingModelQuery } from '../../api/decaying.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { Facts } from '../../components/facts.tsx';
import { TextField } from '../../components/fields.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { DecayingCurve } from './decaying-curve.tsx';

const fields = ['lifetime', 'decay_speed', 'threshold', 'default_base_score'] as const;
type Field = (typeof fields)[number];

const labels = {
  lifetime: 'decaying.lifetime',
  decay_speed: 'decaying.speed',
  threshold: 'decaying.threshold',
  default_base_score: 'decaying.defaultScore',
} as const;

function Simulation({ model }: { readonly model: DecayingModel }) {
  const t = useT();
  const session = useSession();
  const act = useAct('decaying');
  const mayChange = hasRight(session, 'perm_decaying') || hasRight(session, 'perm_admin');
  const [typed, setTyped] = useState<Readonly<Record<Field, string>>>({
    lifetime: String(model.parameters.lifetime),
    decay_speed: String(model.parameters.decay_speed),
    threshold: String(model.parameters.threshold),
    default_base_score: String(model.parameters.default_base_score),
  });
  const [base, setBase] = useState(100);
  const numberOf = (field: Field) => {
    const value = Number(typed[field]);
    return Number.isFinite(value) && value >= 0 ? value : model.parameters[field];
  };
  const parameters: DecayingParameters = {
    ...model.parameters,
    lifetime: numberOf('lifetime'),
    decay_speed: numberOf('decay_speed'),
    threshold: numberOf('threshold'),
    default_base_score: numberOf('default_base_score'),
  };
  const changed = fields.some((field) => parameters[field] !== model.parameters[field]);
  const isLibrary = model.default === true;
  return (
    <section className="panel-box form" style={{ maxWidth: 900 }}>
      <h2>{t('decaying.simulation')}</h2>
      <div className="form-row">
        {fields.map((field) => (
          <TextField
            key={field}
            label={t(labels[field])}
            value={typed[field]}
            onChange={(value) => setTyped((all) => ({ ...all, [field]: value }))}
          />
        ))}
      </div>
      <label htmlFor="decaying-base">
        {t('decaying.base')}: {base}
      </label>
      <input
        id="decaying-base"
        type="range"
        min={0}
        max={100}
        value={base}
        onChange={(event) => setBase(Number(event.currentTarget.value))}
      />
      <DecayingCurve parameters={parameters} base={base} />
      <div className="form-actions">
        <Button
          disabled={!mayChange || isLibrary || !changed}
          title={isLibrary ? t('decaying.libraryFixed') : undefined}
          onClick={() =>
            void act(
              () => post(`/decayingModel/edit/${model.id}`, { DecayingModel: { parameters } }),
              t('form.saved', { name: model.name }),
            )
          }
        >
          {t('action.save')}
        </Button>
        <Button
          variant="default"
          disabled={!mayChange}
          onClick={() =>
            void act(
              () =>
                post('/decayingModel/add', {
                  DecayingModel: {
                    name: t('decaying.copyOf', { name: model.name }),
                    description: model.description ?? '',
                    formula: model.formula ?? 'polynomial',
                    parameters,
                    attribute_types: model.attribute_types ?? [],
                  },
                }),
              t('decaying.copied'),
            )
          }
        >
          {t('decaying.copy')}
        </Button>
      </div>
    </section>
  );
}

/** One decaying model: its parameters, tried out on a curve, and what the base score comes from. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const { data: model, error, refetch } = useQuery(decayingModelQuery(id));
  usePageTitle(model?.name);
  if (model === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const weights = Object.entries(model.parameters.base_score_config ?? {});
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{model.name}</bdi>
        </h1>
      </div>
      <div className="panel-box" style={{ maxWidth: 900 }}>
        <Facts
          facts={[
            [t('state.enabled'), <OnOff key="enabled" value={model.enabled} />],
            [t('field.description'), model.description],
            [t('decaying.formula'), model.formula],
            [t('warninglist.types'), (model.attribute_types ?? []).join(', ')],
          ]}
        />
      </div>
      <Simulation key={model.id} model={model} />
      {weights.length > 0 && (
        <section className="panel-box" style={{ maxWidth: 900 }}>
          <h2>{t('decaying.weights')}</h2>
          <PlainTable
            label={t('decaying.weights')}
            heads={[t('taxonomy.namespace'), t('decaying.weight')]}
            numeric={[1]}
            rows={weights.map(([name, weight]) => ({ key: name, cells: [name, `${(100 * weight).toFixed(1)} %`] }))}
          />
        </section>
      )}
    </div>
  );
}
