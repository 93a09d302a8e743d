import type { Package, PackageVersion } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { size } from '../../format/amounts.js';
import { Moment } from '../../parts/times.js';
import { paths } from '../../app/paths.js';
import { num, TableHead } from '../../parts/table-head.js';
import { DownloadPackage, PackageFigures, PackageName } from './package-cells.js';

interface TableProps {
  readonly versions: readonly PackageVersion[];
  /** Whether rows begin with the package's name: where they are not all of one package. */
  readonly named: boolean;
  /** Absent for a person who may not delete. */
  readonly onDelete: ((one: Package) => void) | undefined;
}

/** Versions, what made each, and its digest. */
export function VersionTable({ versions, named, onDelete }: TableProps) {
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
        {versions.map(({ version, files }) =>
          files.length > 1 ? (
            <FilesOfVersion key={version} files={files} onDelete={onDelete} />
          ) : (
            files.map((one) => <VersionRow key={one.id} one={one} named={named} onDelete={onDelete} />)
          ),
        )}
      </tbody>
    </table>
  );
}

const mostFiles = 20;

/** A version of several files: its row, then one for each file; of many, the rest at a press. */
function FilesOfVersion({ files, onDelete }: Pick<TableProps, 'onDelete'> & { readonly files: readonly Package[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
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
      {files.slice(0, all ? files.length : mostFiles).map((one) => (
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
      {all || files.length <= mostFiles ? null : (
        <tr className="file-row">
          <td colSpan={6}>
            <button type="button" className="link-btn file-name" onClick={() => setAll(true)}>
              {t('packages.showFiles', { count: files.length - mostFiles })}
            </button>
          </td>
        </tr>
      )}
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
