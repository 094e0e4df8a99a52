import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { encode } from 'uqr';
import { get, post } from '../../api/client.ts';
import { TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';

interface Proposal {
  readonly secret: string;
  readonly otpauth: string;
}

/** The address as a QR code, drawn here: the secret goes to nobody. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { border: 3 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter((part) => part !== '')
    .join('');
  return (
    <svg
      width={200}
      height={200}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

/** Setting up an authenticator: scan, type a code of it, done; then the codes for paper. */
export function SecondFactor({ isOn }: { readonly isOn: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const [proposal, setProposal] = useState<Proposal>();
  const [code, setCode] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [paper, setPaper] = useState<readonly string[]>();

  async function attempt(work: () => Promise<void>) {
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    }
  }
  const propose = () => attempt(async () => setProposal(await get<Proposal>('/users/totp_new.json')));
  const confirm = (secret: string) =>
    attempt(async () => {
      await post('/users/totp_new', { secret, otp: code });
      setProposal(undefined);
      setCode('');
      toasts.success(t('factor.done'));
      await client.invalidateQueries({ queryKey: ['user', 'me'] });
    });
  const showPaper = () =>
    attempt(async () => {
      const answer = await get<unknown>('/users/hotp.json');
      const codes = Object.values(typeof answer === 'object' && answer !== null ? answer : {}).flat();
      setPaper(codes.filter((one) => typeof one === 'string' || typeof one === 'number').map(String));
    });

  return (
    <section className="panel-box form">
      <h2>{t('factor.title')}</h2>
      <p style={{ margin: 0 }}>{t(isOn ? 'factor.on' : 'factor.off')}</p>
      {failure !== undefined && <ErrorBox error={failure} />}
      {proposal === undefined ? (
        <div className="form-actions" style={{ justifyContent: 'flex-start' }}>
          {isOn ? (
            <Button variant="default" onClick={() => void showPaper()}>
              {t('factor.paper')}
            </Button>
          ) : (
            <Button onClick={() => void propose()}>{t('factor.setUp')}</Button>
          )}
        </div>
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            void confirm(proposal.secret);
          }}
        >
          <p style={{ margin: 0 }}>{t('factor.scan')}</p>
          <QrCode text={proposal.otpauth} label={t('factor.qr')} />
          <p style={{ margin: 0 }}>
            {t('factor.secret')} <code className="mono">{proposal.secret}</code>
          </p>
          <TextField label={t('factor.code')} value={code} onChange={setCode} mono maxLength={8} required />
          <div className="form-actions">
            <Button variant="default" onClick={() => setProposal(undefined)}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" disabled={code.trim().length < 6}>
              {t('factor.confirm')}
            </Button>
          </div>
        </form>
      )}
      {paper !== undefined && (
        <>
          <p style={{ margin: 0 }}>{t('factor.paperText')}</p>
          <pre className="code-block">{paper.join('\n')}</pre>
        </>
      )}
    </section>
  );
}
