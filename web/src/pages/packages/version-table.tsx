import type { Package } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { size } from '../../format/amounts.js';
import { Moment } from '../../parts/times.js';
import { versionsOf } from './naming.js';
import { paths } from '../../app/paths.js';
import { num, TableHead } from '../../parts/table-head.js';
import { DownloadPackage, PackageFigures, PackageName } from './package-cells.js';

interface TableProps {
  readonly items: readonly Package[];
  /** Whether rows begin with the package's name: where they are not all of one package. */
  readonly named: boolean;
  /** Absent for a person who may not delete. */
  readonly onDelete: ((one: Package) => void) | undefined;
}

/** Versions, what made each, and its digest. */
export function VersionTable({ items, named, onDelete }: TableProps) {
  const { t } = useTranslation();
  return (
    <table className="grid packages-table versions">
      <TableHead
        columns={[
          named ? t('packages.package') : t('packages.version'),
          t('packages.madeBy'),
          t('packages.digest'),
          num(t('packages.size')),
          num(t('packages.uploaded')),
        ]}
        acts
      />
      <tbody>
        {versionsOf(items).map(({ key, files }) =>
          named || files.length === 1 ? (
            files.map((one) => <VersionRow key={one.id} one={one} named={named} onDelete={onDelete} />)
          ) : (
            <FilesOfVersion key={key} files={files} onDelete={onDelete} />
          ),
        )}
      </tbody>
    </table>
  );
}

/** A version of several files: its row, then one for each file. */
function FilesOfVersion({ files, onDelete }: Pick<TableProps, 'onDelete'> & { readonly files: readonly Package[] }) {
  const { t } = useTranslation();
  const [newest] = files;
  if (newest === undefined) return null;
  return (
    <>
      <tr>
        <PackageName title={<span className="mono">{newest.version}</span>} second={t('packages.files', { count: files.length })} />
        <td>
          <MadeBy one={newest} />
        </td>
        <td />
        <td className="num">{size(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}</td>
        <td className="num">
          <Moment at={newest.createdAt} />
        </td>
        <td />
      </tr>
      {files.map((one) => (
        <tr key={one.id} className="file-row">
          <td>
            <span className="mono cut file-name">{one.fileName}</span>
          </td>
          <td />
          <PackageFigures one={one} />
          <td>
            <VersionButtons one={one} onDelete={onDelete} />
          </td>
        </tr>
      ))}
    </>
  );
}

type RowProps = Pick<TableProps, 'named' | 'onDelete'> & { readonly one: Package };

function VersionRow({ one, named, onDelete }: RowProps) {
  return (
    <tr>
      <PackageName
        title={named ? one.name : <span className="mono">{one.version}</span>}
        second={named ? `${one.version} · ${one.directory}` : one.fileName}
      />
      <td>
        <MadeBy one={one} />
      </td>
      <PackageFigures one={one} />
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

function VersionButtons({ one, onDelete }: Omit<RowProps, 'named'>) {
  const { t } = useTranslation();
  const name = `${one.name} ${one.version}`;
  return (
    <span className="row end">
      <DownloadPackage one={one} />
      {onDelete === undefined ? null : (
        <Tooltip label={t('packages.delete', { name })}>
          <ActionIcon aria-label={t('packages.delete', { name })} onClick={() => onDelete(one)}>
            <IconTrash size={16} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  );
}
