import { type DecayingParameters, expiryDay, scoreAfter } from '../../api/decaying.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { useT } from '../../i18n/i18n.tsx';

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 36;
const RIGHT = 24;
const BOTTOM = 28;
const STEPS = 80;

/** How the score falls from a base without sightings: a drawn curve, and the same as a table. */
export function DecayingCurve(props: { readonly parameters: DecayingParameters; readonly base: number }) {
  const t = useT();
  const { parameters, base } = props;
  const { lifetime, threshold } = parameters;
  const x = (day: number) => LEFT + (day / Math.max(lifetime, 1)) * (WIDTH - LEFT - RIGHT);
  const y = (score: number) => 8 + (1 - score / 100) * (HEIGHT - BOTTOM - 8);
  const points = Array.from({ length: STEPS + 1 }, (_, step) => (lifetime * step) / STEPS);
  const line = points.map((day) => `${x(day).toFixed(1)},${y(scoreAfter(day, parameters, base)).toFixed(1)}`).join(' ');
  const expiry = expiryDay(parameters, base);
  const summary = t('decaying.summary', {
    base: Math.round(base),
    threshold,
    day: Math.round(expiry),
    lifetime: Math.round(lifetime),
  });
  const days = Array.from({ length: 9 }, (_, step) => Math.round((lifetime * step) / 8));
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary} style={{ width: '100%', maxWidth: 760 }}>
        {[0, 25, 50, 75, 100].map((score) => (
          <g key={score}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(score)} y2={y(score)} stroke="var(--line)" />
            <text x={LEFT - 6} y={y(score) + 4} textAnchor="end" fontSize={11} fill="var(--muted)">
              {score}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <text key={part} x={x(lifetime * part)} y={HEIGHT - 8} textAnchor="middle" fontSize={11} fill="var(--muted)">
            {Math.round(lifetime * part)}
          </text>
        ))}
        <line
          x1={LEFT}
          x2={WIDTH - RIGHT}
          y1={y(threshold)}
          y2={y(threshold)}
          stroke="var(--danger)"
          strokeDasharray="5 4"
        />
        <line x1={x(expiry)} x2={x(expiry)} y1={y(100)} y2={y(0)} stroke="var(--warn)" strokeDasharray="2 3" />
        <polyline points={line} fill="none" stroke="var(--accent)" strokeWidth={2} />
      </svg>
      <p style={{ margin: 0 }}>{summary}</p>
      <details>
        <summary>{t('decaying.table')}</summary>
        <PlainTable
          label={t('decaying.table')}
          heads={[t('decaying.day'), t('decaying.score')]}
          numeric={[0, 1]}
          rows={[...new Set(days)].map((day) => ({
            key: String(day),
            cells: [day, scoreAfter(day, parameters, base).toFixed(1)],
          }))}
        />
      </details>
    </>
  );
}
