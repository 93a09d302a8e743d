import type { Package, RunView } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconFileZip, IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { address } from '../../../api/client.js';
import { paths } from '../../../app/paths.js';
import { size } from '../../../format/amounts.js';
import { Empty, Loaded } from '../../../parts/states.js';
import { num, TableHead } from '../../../parts/table-head.js';
import { DownloadPackage, PackageFigures, PackageName } from '../../packages/package-cells.js';
import { runPackagesQuery } from '../use-run.js';
import { tasksOf } from '../run-state.js';

/** V5: what the tasks of this run have uploaded. */
export function RunPackages({ run }: { readonly run: RunView }) {
  const query = useQuery(runPackagesQuery(run));
  return (
    <Loaded query={query}>{(packages) => (packages.length === 0 ? <None run={run} /> : <Table run={run} packages={packages} />)}</Loaded>
  );
}

function None({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  return (
    <Empty
      title={t('run.noPackages')}
      actions={
        <Button component={Link} to={paths.packages(run.projectId)}>
          {t('run.openRepository')}
        </Button>
      }
    >
      {t('run.noPackagesText')}
    </Empty>
  );
}

function Table({ run, packages }: { readonly run: RunView; readonly packages: readonly Package[] }) {
  const { t } = useTranslation();
  const total = packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <>
      <div className="pkhead">
        <span className="grow">
          <b>{t('run.packagesHead', { count: packages.length })}</b> <span className="faint">{t('run.packagesHint')}</span>
        </span>
        <Button size="xs" component={Link} to={paths.packages(run.projectId)} leftSection={<IconFolder size={14} stroke={1.75} />}>
          {t('run.openRepository')}
        </Button>
        {packages.length < 2 ? null : (
          <Button
            size="xs"
            component="a"
            href={address(`/runs/${run.id}/packages.zip`)}
            download
            leftSection={<IconFileZip size={14} stroke={1.75} />}
          >
            {t('run.downloadAll', { size: size(total) })}
          </Button>
        )}
      </div>
      <div className="scroll">
        <table className="grid cards">
          <TableHead
            columns={[
              t('packages.package'),
              t('packages.version'),
              t('packages.digest'),
              num(t('packages.size')),
              num(t('packages.uploaded')),
            ]}
            acts
          />
          <tbody>
            {packages.map((one) => (
              <Row key={one.id} run={run} one={one} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Row({ run, one }: { readonly run: RunView; readonly one: Package }) {
  const task = tasksOf(run).find((placed) => placed.task.key === one.run?.taskKey)?.task.name ?? one.run?.taskKey;
  return (
    <tr>
      <PackageName title={one.fileName} second={[one.directory, task].filter((part) => part !== undefined && part !== '').join(' · ')} />
      <td className="mono">{one.version}</td>
      <PackageFigures one={one} />
      <td>
        <span className="row end">
          <DownloadPackage one={one} />
        </span>
      </td>
    </tr>
  );
}
