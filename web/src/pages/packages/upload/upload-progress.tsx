import type { Package } from '@drover/protocol/api';
import { IconCircleCheck } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { size } from '../../../format/amounts.js';
import type { UploadStatus } from './upload.js';

type Unfinished = Exclude<UploadStatus, { readonly type: 'done' }>;

/** How far an upload is; what was made of it, once it is done. */
export const UploadProgress = ({ status, total }: { readonly status: UploadStatus; readonly total: number }) =>
  status.type === 'done' ? <Made made={status.made} /> : <Meter status={status} total={total} />;

function Made({ made: { name, version } }: { readonly made: Package }) {
  const { t } = useTranslation();
  return (
    <p className="upload-done" role="status">
      <IconCircleCheck size={16} stroke={1.75} />
      {t('packages.checked')}:{' '}
      <b>
        {name} {version}
      </b>
    </p>
  );
}

function Meter({ status, total }: { readonly status: Unfinished; readonly total: number }) {
  const { t } = useTranslation();
  const share = shareOf(status, total);
  const text = sayProgress(t, status, total);
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

const percentOf = (done: number, total: number): number => (total === 0 ? 100 : Math.floor((done / total) * 100));

function shareOf(status: Unfinished, total: number): number {
  switch (status.type) {
    case 'hashing':
      return percentOf(status.done, total);
    case 'completing':
      return 100;
    case 'sending':
    case 'interrupted':
      return percentOf(status.sent, total);
  }
}

function sayProgress(t: TFunction, status: Unfinished, total: number): string {
  switch (status.type) {
    case 'hashing':
      return t('packages.hashing', { percent: shareOf(status, total) });
    case 'completing':
      return t('packages.completing');
    case 'sending':
      return t('packages.sending', { sent: size(status.sent), total: size(total) });
    case 'interrupted':
      return t('packages.interrupted', { percent: shareOf(status, total), detail: status.detail });
  }
}
