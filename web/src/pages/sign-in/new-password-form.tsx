import { Button, PasswordInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../../api/client.js';
import { errorBeside } from '../../api/problem.js';
import { Refusal } from '../../parts/overlays/dialogs.js';
import { usePasswordError } from '../../parts/use-password-error.js';
import { Logo } from '../../parts/glyphs.js';

/** Asked once, after signing in with a password that someone else has set. */
export function NewPasswordForm({ current, onDone }: { readonly current: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const differs = again !== '' && again !== next;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (next !== again) return;
    setBusy(true);
    put('/me/password', { current, next })
      .then(onDone, setError)
      .finally(() => setBusy(false));
  };
  const beside = errorBeside(error, ['/next']);
  return (
    <form className="sign-form" onSubmit={submit}>
      <div className="logo">
        <Logo size={40} />
      </div>
      <h1>{t('signIn.mustChange')}</h1>
      <p className="sub">{t('signIn.mustChangeText')}</p>
      <PasswordInput
        label={t('signIn.next')}
        autoComplete="new-password"
        autoFocus
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
        error={usePasswordError(next, { names: [], error, path: '/next' })}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <PasswordInput
        label={t('signIn.again')}
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        error={differs ? t('signIn.notSame') : undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      <Button type="submit" variant="filled" fullWidth loading={busy} disabled={next === '' || next !== again}>
        {t('signIn.change')}
      </Button>
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
    </form>
  );
}
