import type { Settings } from '@drover/protocol/api';
import { Button, NumberInput, Switch, Textarea } from '@mantine/core';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { sayFault } from '../../api/fault-words.js';
import { ApiError, errorAt, errorBeside } from '../../api/problem.js';
import { Refusal } from '../../parts/overlays/dialogs.js';
import { RetentionFields } from './retention-fields.js';
import { useSettingsDraft } from './use-settings-draft.js';

/** The settings, saved together. A refusal of one folder stands at the folders. */
export function SettingsForm({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const { draft, set, error, save } = useSettingsDraft(settings);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save();
  };
  const folderFault = error instanceof ApiError ? error.errors.find(({ path }) => path.startsWith('/allowedFolders')) : undefined;
  const folderError = folderFault && sayFault(folderFault);
  const beside = folderError === undefined ? errorBeside(error, ['/logLimitBytes', '/retention']) : undefined;
  return (
    <form className="body" onSubmit={submit}>
      <Switch
        label={t('settings.approval')}
        description={t('settings.approvalHint')}
        checked={draft.approval}
        onChange={(event) => set({ approval: event.currentTarget.checked })}
      />
      <NumberInput
        label={t('settings.logLimit')}
        description={t('settings.logLimitHint')}
        min={0.01}
        max={10_737}
        suffix=" MB"
        w={220}
        value={draft.limit}
        onChange={(limit) => set({ limit })}
        error={errorAt(error, '/logLimitBytes')}
      />
      <Textarea
        label={t('settings.folders')}
        description={t('settings.foldersHint')}
        autosize
        minRows={3}
        maxRows={10}
        classNames={{ input: 'mono' }}
        value={draft.folders}
        onChange={(event) => set({ folders: event.currentTarget.value })}
        error={folderError}
      />
      <RetentionFields from={settings.retentionFrom} draft={draft} set={set} error={error} />
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      <div>
        <Button type="submit" variant="filled">
          {t('settings.save')}
        </Button>
      </div>
    </form>
  );
}
