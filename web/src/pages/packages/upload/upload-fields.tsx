import { FileInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { size } from '../../../format/amounts.js';
import type { Uploading } from './use-upload.js';

/** The file, and where it is kept; its name suggests package and version. */
export function UploadFields({ file, choose, fields, set, busy }: Pick<Uploading, 'file' | 'choose' | 'fields' | 'set' | 'busy'>) {
  const { t } = useTranslation();
  return (
    <>
      <FileInput
        size="sm"
        label={t('packages.file')}
        placeholder={t('packages.chooseFile')}
        value={file}
        onChange={choose}
        disabled={busy}
        description={file === null ? undefined : size(file.size)}
        data-autofocus
      />
      <TextInput
        label={t('packages.directory')}
        description={t('packages.directoryHint')}
        value={fields.directory}
        disabled={busy}
        onChange={(event) => set({ directory: event.currentTarget.value })}
      />
      <div className="pair">
        <TextInput
          label={t('packages.name')}
          value={fields.name}
          disabled={busy}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('packages.version')}
          value={fields.version}
          disabled={busy}
          onChange={(event) => set({ version: event.currentTarget.value })}
        />
      </div>
    </>
  );
}
