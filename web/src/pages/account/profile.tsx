import type { User } from '@drover/protocol/api';
import { Button, Select, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt, errorBeside } from '../../api/problem.js';
import { usePerson } from '../../app/session.js';
import { languages } from '../../i18n/languages.js';
import { Refusal } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';

export function Profile() {
  const { t } = useTranslation();
  const person = usePerson();
  const done = useDone();
  const [displayName, setDisplayName] = useState(person.displayName);
  const [language, setLanguage] = useState<string>(person.language);
  const [error, setError] = useState<unknown>(null);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    patch<User>('/me', { displayName, language }).then(() => {
      setError(null);
      done(t('account.saved'), keys.session);
    }, setError);
  };
  const beside = errorBeside(error, ['/displayName']);
  return (
    <form className="dlg-form narrow" onSubmit={save}>
      <TextInput label={t('account.userName')} value={person.name} readOnly disabled />
      <TextInput
        label={t('account.displayName')}
        value={displayName}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
        error={errorAt(error, '/displayName')}
      />
      <Select
        label={t('account.language')}
        description={t('account.languageHint')}
        data={languages}
        value={language}
        onChange={(value) => setLanguage(value ?? 'en')}
      />
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      <div>
        <Button type="submit" variant="filled" disabled={displayName === person.displayName && language === person.language}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}
