import type { Package } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload, IconPackage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { address } from '../../api/client.js';
import { size } from '../../format/amounts.js';
import { CopyText } from '../../parts/copy-text.js';
import { Moment } from '../../parts/times.js';

/** What a row of packages begins with: a name, and in small letters what else there is to say. */
export function PackageName({ title, second }: { readonly title: ReactNode; readonly second: string }) {
  return (
    <td>
      <span className="row">
        <IconPackage size={16} stroke={1.75} className="soft-icon" />
        <span className="two">
          <b className="cut">{title}</b>
          <span className="second">
            <span className="cut">{second}</span>
          </span>
        </span>
      </span>
    </td>
  );
}

/** Three cells: digest, size, and when it was uploaded. */
export function PackageFigures({ one }: { readonly one: Package }) {
  const { t } = useTranslation();
  return (
    <>
      <td className="mono faint">
        <span className="row">
          <span title={one.sha256}>{`${one.sha256.slice(0, 8)}…${one.sha256.slice(-4)}`}</span>
          <CopyText text={one.sha256} />
          {one.damaged === true ? (
            <Tooltip label={t('packages.damagedHint')}>
              <span className="chip miss" tabIndex={0}>
                {t('packages.damaged')}
              </span>
            </Tooltip>
          ) : null}
        </span>
      </td>
      <td className="num">{size(one.sizeBytes)}</td>
      <td className="num">
        <Moment at={one.createdAt} />
      </td>
    </>
  );
}

export function DownloadPackage({ one }: { readonly one: Package }) {
  const { t } = useTranslation();
  const label = t('packages.download', { name: `${one.name} ${one.version}` });
  return (
    <Tooltip label={label}>
      <ActionIcon component="a" href={address(`/packages/${one.id}/content`)} download aria-label={label}>
        <IconDownload size={16} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  );
}
