import type { Package, RunView } from '@drover/protocol/api';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconDownload, IconFileZip, IconFolder, IconPackage } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { address } from '../../../api/client.js';
import { paths } from '../../../app/paths.js';
import { size } from '../../../format/amounts.js';
import { CopyText } from '../../../parts/copy-text.js';
import { Empty, Loaded } from '../../../parts/states.js';
import { Moment } from '../../../parts/times.js';
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
          <thead>
            <tr>
              <th>{t('packages.package')}</th>
              <th>{t('packages.version')}</th>
              <th>{t('packages.digest')}</th>
              <th className="num">{t('packages.size')}</th>
              <th className="num">{t('packages.uploaded')}</th>
              <th>
                <span className="sr">{t('common.actions')}</span>
              </th>
            </tr>
          </thead>
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
  const { t } = useTranslation();
  const task = tasksOf(run).find((placed) => placed.task.key === one.run?.taskKey)?.task.name ?? one.run?.taskKey;
  const label = t('packages.download', { name: `${one.name} ${one.version}` });
  return (
    <tr>
      <td>
        <span className="row">
          <IconPackage size={16} stroke={1.75} className="soft-icon" />
          <span className="two">
            <b className="cut">{one.fileName}</b>
            <span className="second">
              <span className="cut">{[one.directory, task].filter((part) => part !== undefined && part !== '').join(' · ')}</span>
            </span>
          </span>
        </span>
      </td>
      <td className="mono">{one.version}</td>
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
        <span className="row end">
          <Tooltip label={label}>
            <ActionIcon component="a" href={address(`/packages/${one.id}/content`)} download aria-label={label}>
              <IconDownload size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
        </span>
      </td>
    </tr>
  );
}
