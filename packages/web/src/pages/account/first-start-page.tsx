import { Button } from '@mantine/core';
import { useState } from 'react';
import { finishFirstStart } from '../../api/first-start.ts';
import { usePageTitle } from '../../app/page-title.ts';
import { ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import styles from './first-start.module.css';
import { putOffFirstStart } from './first-start-state.ts';
import { ContentStep, DoneStep, InstanceStep, OrganisationStep, PasswordStep } from './first-start-steps.tsx';

const steps = ['organisation', 'password', 'instance', 'content', 'done'] as const;

function Wizard() {
  const t = useT();
  const go = useGo();
  const [place, setPlace] = useState(0);
  const [failure, setFailure] = useState<unknown>();
  const step = steps[place] ?? 'done';
  const next = () => setPlace(Math.min(place + 1, steps.length - 1));
  usePageTitle(t('firstStart.title'));

  async function finish(target: string) {
    try {
      await finishFirstStart();
      // The session must learn that the wizard is over.
      location.assign(target);
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <div className="page">
      <div className={styles.wizard}>
        <h1>{t('firstStart.title')}</h1>
        <ol className={styles.steps} aria-label={t('firstStart.steps')}>
          {steps.map((name, index) => (
            <li
              key={name}
              data-state={index < place ? 'done' : index === place ? 'now' : 'later'}
              aria-current={index === place ? 'step' : undefined}
            >
              <span>{index + 1}</span> {t(`firstStart.${name}`)}
            </li>
          ))}
        </ol>
        {step === 'organisation' && <OrganisationStep onNext={next} />}
        {step === 'password' && <PasswordStep onNext={next} />}
        {step === 'instance' && <InstanceStep onNext={next} />}
        {step === 'content' && <ContentStep onNext={next} />}
        {step === 'done' && <DoneStep onFinish={(target) => void finish(target)} />}
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className={styles.foot}>
          {place > 0 && (
            <Button variant="subtle" onClick={() => setPlace(place - 1)}>
              {t('firstStart.back')}
            </Button>
          )}
          {step !== 'done' && (
            <Button variant="subtle" onClick={next}>
              {t('firstStart.skip')}
            </Button>
          )}
          <span style={{ flex: 1 }} />
          <Button
            variant="subtle"
            onClick={() => {
              putOffFirstStart();
              void go(paths.events());
            }}
          >
            {t('firstStart.later')}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** The five steps from an empty instance to a usable one. Every step can be skipped and come back to. */
export function Page() {
  return <Wizard />;
}
