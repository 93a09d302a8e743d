import type { ProjectId } from '@drover/protocol';
import { Button, FileInput, Modal, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../../api/keys.js';
import { size } from '../../format/amounts.js';
import { guess } from './naming.js';
import { digestOf, upload, type UploadStatus } from './upload.js';

interface DialogProps {
  readonly projectId: ProjectId;
  readonly directory: string;
  readonly onClose: () => void;
}

/** B3: a file by hand. Its digest is computed here, so that the controller can prove it arrived whole; an interrupted one goes on. */
export function UploadDialog({ projectId, directory, onClose }: DialogProps) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [fields, setFields] = useState({ directory, name: '', version: '' });
  const [status, setStatus] = useState<UploadStatus | undefined>(undefined);
  const ended = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => ended.current?.abort(), []);
  const busy = status !== undefined && status.type !== 'interrupted' && status.type !== 'done';
  const choose = (next: File | null): void => {
    setFile(next);
    setStatus(undefined);
    if (next !== null) setFields({ ...fields, ...guess(next.name) });
  };
  const ready = file !== null && fields.name.trim() !== '' && fields.version.trim() !== '';
  const start = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (file === null || !ready || busy) return;
    ended.current = new AbortController();
    const { signal } = ended.current;
    try {
      const sha256 = await digestOf(file, (done) => setStatus({ type: 'hashing', done }), signal);
      await upload({
        projectId,
        file,
        sha256,
        coordinates: { directory: fields.directory.replace(/^\/+|\/+$/g, ''), name: fields.name.trim(), version: fields.version.trim() },
        onStatus: setStatus,
        signal,
      });
      await cache.invalidateQueries({ queryKey: keys.packages(projectId) });
    } catch (problem) {
      if (!signal.aborted)
        setStatus({ type: 'interrupted', sent: 0, detail: problem instanceof Error ? problem.message : String(problem) });
    }
  };
  const set = (change: Partial<typeof fields>): void => setFields({ ...fields, ...change });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('packages.uploadTitle')}
      size={460}
      closeOnClickOutside={!busy}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={(event) => void start(event)} noValidate>
        <div className="dlg-form">
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
          {status === undefined || file === null ? null : <Progress status={status} total={file.size} />}
        </div>
        <footer className="dlg-foot">
          <span className="faint grow">{busy ? t('packages.keepOpen') : ''}</span>
          {status?.type === 'done' ? (
            <>
              <Button onClick={() => choose(null)}>{t('packages.another')}</Button>
              <Button variant="filled" onClick={onClose}>
                {t('common.close')}
              </Button>
            </>
          ) : (
            <>
              <Button onClick={onClose}>{busy ? t('packages.cancelUpload') : t('common.cancel')}</Button>
              <Button type="submit" variant="filled" disabled={!ready} loading={busy}>
                {status?.type === 'interrupted' ? t('packages.resume') : t('packages.uploadAction')}
              </Button>
            </>
          )}
        </footer>
      </form>
    </Modal>
  );
}

const percentOf = (done: number, total: number): number => (total === 0 ? 100 : Math.floor((done / total) * 100));

function Progress({ status, total }: { readonly status: UploadStatus; readonly total: number }) {
  const { t } = useTranslation();
  if (status.type === 'done')
    return (
      <p className="upload-done" role="status">
        <IconCircleCheck size={16} stroke={1.75} />
        {t('packages.checked')}:{' '}
        <b>
          {status.made.name} {status.made.version}
        </b>
      </p>
    );
  const share =
    status.type === 'hashing' ? percentOf(status.done, total) : status.type === 'completing' ? 100 : percentOf(status.sent, total);
  const text =
    status.type === 'hashing'
      ? t('packages.hashing', { percent: share })
      : status.type === 'completing'
        ? t('packages.completing')
        : status.type === 'sending'
          ? t('packages.sending', { sent: size(status.sent), total: size(total) })
          : t('packages.interrupted', { percent: share, detail: status.detail });
  return (
    <div className="upload-progress">
      <div
        className={status.type === 'interrupted' ? 'meter over' : 'meter'}
        role="progressbar"
        aria-valuenow={share}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={text}
      >
        <i style={{ width: `${share}%` }} />
      </div>
      <p className={status.type === 'interrupted' ? 'field-bad num' : 'faint num'} role="status">
        {text}
      </p>
    </div>
  );
}
