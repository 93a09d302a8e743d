import type { Package } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload, IconPackage, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { address } from '../../api/client.js';
import { paths } from '../../app/paths.js';
import { size } from '../../format/amounts.js';
import { CopyText } from '../../parts/copy-text.js';
import { Moment } from '../../parts/times.js';

interface TableProps {
  readonly items: readonly Package[];
  /** Whether rows begin with the package's name: where they are not all of one package. */
  readonly named: boolean;
  readonly onDelete: (one: Package) => void;
}

/** Versions, what made each, and its digest. */
export function VersionTable({ items, named, onDelete }: TableProps) {
  const { t } = useTranslation();
  return (
    <table className="grid packages-table versions">
      <thead>
        <tr>
          <th>{named ? t('packages.package') : t('packages.version')}</th>
          <th>{t('packages.madeBy')}</th>
          <th>{t('packages.digest')}</th>
          <th className="num">{t('packages.size')}</th>
          <th className="num">{t('packages.uploaded')}</th>
          <th>
            <span className="sr">{t('common.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <VersionRow key={one.id} one={one} named={named} onDelete={() => onDelete(one)} />
        ))}
      </tbody>
    </table>
  );
}

function VersionRow({ one, named, onDelete }: { readonly one: Package; readonly named: boolean; readonly onDelete: () => void }) {
  return (
    <tr>
      <td>
        <span className="row">
          <IconPackage size={16} stroke={1.75} className="soft-icon" />
          <span className="two">
            <b className="cut">{named ? one.name : <span className="mono">{one.version}</span>}</b>
            <span className="second">
              <span className="cut">{named ? `${one.version} · ${one.directory}` : one.fileName}</span>
            </span>
          </span>
        </span>
      </td>
      <td>
        <MadeBy one={one} />
      </td>
      <td className="mono faint">
        <span className="row">
          <span title={one.sha256}>{`${one.sha256.slice(0, 8)}…${one.sha256.slice(-4)}`}</span>
          <CopyText text={one.sha256} />
        </span>
      </td>
      <td className="num">{size(one.sizeBytes)}</td>
      <td className="num">
        <Moment at={one.createdAt} />
      </td>
      <td>
        <VersionButtons one={one} onDelete={onDelete} />
      </td>
    </tr>
  );
}

function MadeBy({ one }: { readonly one: Package }) {
  const { t } = useTranslation();
  if (one.run === undefined)
    return (
      <span className="soft">
        {one.uploadedBy === undefined ? t('packages.byHandUnknown') : t('packages.byHand', { name: one.uploadedBy.name })}
      </span>
    );
  return (
    <span className="two">
      <Link className="cut" to={paths.run(one.run.pipelineId, one.run.number, one.run.taskKey)}>
        {t('packages.fromRun', { pipeline: one.run.pipelineName, number: one.run.number })}
      </Link>
      <span className="second">
        <span className="mono cut">{[one.branch, one.commit?.slice(0, 8)].filter((part) => part !== undefined).join(' · ')}</span>
      </span>
    </span>
  );
}

function VersionButtons({ one, onDelete }: { readonly one: Package; readonly onDelete: () => void }) {
  const { t } = useTranslation();
  const name = `${one.name} ${one.version}`;
  return (
    <span className="row end">
      <Tooltip label={t('packages.download', { name })}>
        <ActionIcon component="a" href={address(`/packages/${one.id}/content`)} download aria-label={t('packages.download', { name })}>
          <IconDownload size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('packages.delete', { name })}>
        <ActionIcon aria-label={t('packages.delete', { name })} onClick={onDelete}>
          <IconTrash size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
