import type { ProjectId } from '@drover/protocol';
import { Button, Modal } from '@mantine/core';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { UploadFields } from './upload-fields.js';
import { UploadProgress } from './upload-progress.js';
import { useUpload, type Uploading } from './use-upload.js';
import { useFocusReturn } from '../../../parts/overlays/use-focus-return.js';

interface DialogProps {
  readonly projectId: ProjectId;
  readonly directory: string;
  readonly onClose: () => void;
}

/** B3: a file by hand. Its digest is computed here, so that the controller can prove it arrived whole; an interrupted one continues. */
export function UploadDialog({ projectId, directory, onClose }: DialogProps) {
  const { t } = useTranslation();
  useFocusReturn();
  const uploading = useUpload(projectId, directory);
  const { file, status, busy, start } = uploading;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void start();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('packages.uploadTitle')}
      size={460}
      closeOnClickOutside={!busy}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit} noValidate>
        <div className="dlg-form">
          <UploadFields {...uploading} />
          {status === undefined || file === null ? null : <UploadProgress status={status} total={file.size} />}
        </div>
        <footer className="dlg-foot">
          <span className="faint grow">{busy ? t('packages.keepOpen') : ''}</span>
          {status?.type === 'done' ? (
            <DoneButtons onAnother={() => uploading.choose(null)} onClose={onClose} />
          ) : (
            <StartButtons {...uploading} onClose={onClose} />
          )}
        </footer>
      </form>
    </Modal>
  );
}

function DoneButtons({ onAnother, onClose }: { readonly onAnother: () => void; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button onClick={onAnother}>{t('packages.another')}</Button>
      <Button variant="filled" onClick={onClose}>
        {t('common.close')}
      </Button>
    </>
  );
}

function StartButtons({ status, busy, ready, onClose }: Pick<Uploading, 'status' | 'busy' | 'ready'> & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button onClick={onClose}>{busy ? t('packages.cancelUpload') : t('common.cancel')}</Button>
      <Button type="submit" variant="filled" disabled={!ready} loading={busy}>
        {status?.type === 'interrupted' ? t('packages.resume') : t('packages.uploadAction')}
      </Button>
    </>
  );
}
