import type { CurrentSession } from '@drover/protocol/api';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../api/client.js';
import { ApiError, sayError } from '../../api/problem.js';
import { Logo } from '../../parts/glyphs.js';
import { Refusal } from '../../parts/overlays/dialogs.js';

/** Two fields and one button; the refusal does not say which field was wrong. */
export function SignInForm({ onDone }: { readonly onDone: (session: CurrentSession, password: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [wait, setWait] = useWait(error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wait > 0) return;
    setBusy(true);
    post<CurrentSession>('/session', { name: name.trim(), password })
      .then(
        (session) => onDone(session, password),
        (refusal: unknown) => {
          setError(refusal);
          setWait(refusal);
        },
      )
      .finally(() => setBusy(false));
  };
  const message = wait > 0 ? t('signIn.limited', { seconds: wait }) : refusalText(error, t('signIn.wrong'), t('states.unreachable'));
  return (
    <form className="sign-form" onSubmit={submit}>
      <div className="logo">
        <Logo size={40} />
      </div>
      <h1>{t('signIn.title')}</h1>
      <p className="sub">{t('signIn.where', { host: window.location.host })}</p>
      <TextInput
        label={t('signIn.name')}
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        required
        withAsterisk={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('signIn.password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <Button type="submit" variant="filled" fullWidth loading={busy} disabled={wait > 0}>
        {t('signIn.action')}
      </Button>
      {message === undefined ? null : <Refusal>{message}</Refusal>}
    </form>
  );
}

function refusalText(error: unknown, wrong: string, unreachable: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 'wrongCredentials') return wrong;
  return error.code === 'unreachable' ? unreachable : error.code === 'tooManyRequests' ? undefined : sayError(error);
}

/** Seconds that are left of the controller's limit. */
function useWait(error: unknown): [number, (refusal: unknown) => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1_000);
    return () => clearTimeout(timer);
  }, [left, error]);
  return [
    left,
    (refusal) => setLeft(refusal instanceof ApiError && refusal.code === 'tooManyRequests' ? (refusal.retryAfterSeconds ?? 10) : 0),
  ];
}
