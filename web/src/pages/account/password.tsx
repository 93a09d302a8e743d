import { Button, PasswordInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt, errorBeside } from '../../api/problem.js';
import { usePerson } from '../../app/session.js';
import { Refusal } from '../../parts/overlays/dialogs.js';
import { usePasswordError } from '../../parts/use-password-error.js';
import { useDone } from '../../parts/use-save.js';

const nothing = { current: '', next: '', again: '' };

export function Password() {
  const { t } = useTranslation();
  const person = usePerson();
  const done = useDone();
  const [draft, setDraft] = useState(nothing);
  const [error, setError] = useState<unknown>(null);
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const same = draft.next === draft.again;
  const show = { 'aria-label': t('signIn.show') };
  const nextError = usePasswordError(draft.next, { names: [person.name, person.displayName], error, path: '/next' });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    put('/me/password', { current: draft.current, next: draft.next }).then(() => {
      setError(null);
      setDraft(nothing);
      done(t('account.passwordChanged'), keys.sessions);
    }, setError);
  };
  const beside = errorBeside(error, ['/current', '/next']);
  return (
    <form className="dlg-form narrow" onSubmit={save}>
      <input type="text" autoComplete="username" value={person.name} readOnly hidden />
      <PasswordInput
        label={t('signIn.current')}
        autoComplete="current-password"
        value={draft.current}
        onChange={(event) => set({ current: event.currentTarget.value })}
        error={errorAt(error, '/current')}
        visibilityToggleButtonProps={show}
      />
      <PasswordInput
        label={t('signIn.next')}
        description={t('account.passwordRule')}
        autoComplete="new-password"
        value={draft.next}
        onChange={(event) => set({ next: event.currentTarget.value })}
        error={nextError}
        visibilityToggleButtonProps={show}
      />
      <PasswordInput
        label={t('signIn.again')}
        autoComplete="new-password"
        value={draft.again}
        onChange={(event) => set({ again: event.currentTarget.value })}
        error={draft.again !== '' && !same ? t('signIn.notSame') : undefined}
        visibilityToggleButtonProps={show}
      />
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      <div>
        <Button type="submit" variant="filled" disabled={draft.current === '' || draft.next === '' || !same}>
          {t('signIn.change')}
        </Button>
      </div>
    </form>
  );
}
