import type { Settings } from '@drover/protocol/api';
import { Button, NumberInput, Switch, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ApiError, errorAt, errorBeside } from '../../api/problem.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { Refusal } from '../../parts/dialogs.js';
import { Loaded } from '../../parts/states.js';
import { toast } from '../../parts/toasts.js';

/** What holds for the whole farm; for administrators. */
export default function SettingsPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: keys.settings, queryFn: () => get<Settings>('/settings') });
  return (
    <>
      <TopBar title={t('settings.title')} heading={<Heading>{t('settings.title')}</Heading>} />
      <div className="scroll">
        {query.error instanceof ApiError && query.error.code === 'forbidden' ? (
          <p className="note-page soft">{t('settings.onlyAdministrators')}</p>
        ) : null}
        <Loaded query={query} rows={3}>
          {(settings) => <Form settings={settings} />}
        </Loaded>
      </div>
    </>
  );
}

const megabyte = 1_000_000;
/** As the field shows it: two places are enough, and an untouched field changes nothing. */
const inMegabytes = (bytes: number): number => Math.round((bytes / megabyte) * 100) / 100;

function Form({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [approval, setApproval] = useState(settings.agentApproval);
  const [limit, setLimit] = useState<number | string>(inMegabytes(settings.logLimitBytes));
  const [folders, setFolders] = useState(settings.allowedFolders.join('\n'));
  const [error, setError] = useState<unknown>(null);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const allowedFolders = folders
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    put<Settings>('/settings', {
      agentApproval: approval,
      logLimitBytes: Number(limit) === inMegabytes(settings.logLimitBytes) ? settings.logLimitBytes : Math.round(Number(limit) * megabyte),
      allowedFolders,
    }).then((saved) => {
      setError(null);
      cache.setQueryData(keys.settings, saved);
      toast('succeeded', t('settings.saved'));
    }, setError);
  };
  const folderError = error instanceof ApiError ? error.errors.find(({ path }) => path.startsWith('/allowedFolders'))?.message : undefined;
  const beside = folderError === undefined ? errorBeside(error, ['/logLimitBytes']) : undefined;
  return (
    <form className="body" onSubmit={save}>
      <Switch
        label={t('settings.approval')}
        description={t('settings.approvalHint')}
        checked={approval}
        onChange={(event) => setApproval(event.currentTarget.checked)}
      />
      <NumberInput
        label={t('settings.logLimit')}
        description={t('settings.logLimitHint')}
        min={0.01}
        max={10_737}
        suffix=" MB"
        w={220}
        value={limit}
        onChange={setLimit}
        error={errorAt(error, '/logLimitBytes')}
      />
      <Textarea
        label={t('settings.folders')}
        description={t('settings.foldersHint')}
        autosize
        minRows={3}
        maxRows={10}
        classNames={{ input: 'mono' }}
        value={folders}
        onChange={(event) => setFolders(event.currentTarget.value)}
        error={folderError}
      />
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      <div>
        <Button type="submit" variant="filled">
          {t('settings.save')}
        </Button>
      </div>
    </form>
  );
}
