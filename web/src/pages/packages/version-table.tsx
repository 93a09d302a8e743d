import type { Package } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { num, TableHead } from '../../parts/table-head.js';
import { DownloadPackage, PackageFigures, PackageName } from './package-cells.js';

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

function VersionButtons({ one, onDelete }: { readonly one: Package; readonly onDelete: () => void }) {
  const { t } = useTranslation();
  const name = `${one.name} ${one.version}`;
  return (
    <span className="row end">
      <DownloadPackage one={one} />
      <Tooltip label={t('packages.delete', { name })}>
        <ActionIcon aria-label={t('packages.delete', { name })} onClick={onDelete}>
          <IconTrash size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
