import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Editor } from '../../shell/use-editor.js';

interface SecretProps {
  readonly editor: Editor;
  readonly name: string;
  readonly isSet: boolean;
  readonly copied: boolean;
  readonly disabled: boolean;
}

/** P3: a secret's value goes in and is never shown again. */
export function SecretField({ editor, name, isSet, copied, disabled }: SecretProps) {
  const { t } = useTranslation();
  const { secrets, setSecrets } = editor;
  const typed = secrets[name];
  const set = (value: string | null | undefined): void => {
    const { [name]: _, ...rest } = secrets;
    setSecrets(value === undefined ? rest : { ...rest, [name]: value });
  };
  const state = isSet ? (copied ? t('editor.secretCopied') : t('editor.secretSet')) : t('editor.secretNotSet');
  return (
    <div>
      <PasswordInput
        label={t('editor.value')}
        autoComplete="new-password"
        disabled={disabled || name === '' || typed === null}
        value={typed ?? ''}
        description={state}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        onChange={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
      />
      {isSet && !copied && !disabled ? (
        <button type="button" className="faint link-s link-btn" onClick={() => set(typed === null ? undefined : null)}>
          {t(typed === null ? 'editor.keepSecret' : 'editor.clearSecret')}
        </button>
      ) : null}
    </div>
  );
}
