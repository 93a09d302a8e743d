import type { ProjectId } from '@drover/protocol';
import type { Package, Page } from '@drover/protocol/api';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconDownload, IconPackage, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { address, get, remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { size } from '../../format/amounts.js';
import { CopyText } from '../../parts/copy-text.js';
import { ConfirmDialog } from '../../parts/dialogs.js';
import { Pager } from '../../parts/pager.js';
import { Loaded, NothingFound } from '../../parts/states.js';
import { Moment } from '../../parts/times.js';
import { toast } from '../../parts/toasts.js';

interface ListProps {
  readonly projectId: ProjectId;
  readonly filter: { readonly directory?: string; readonly name?: string; readonly search?: string };
  readonly onBack?: () => void;
  readonly onClear?: () => void;
}

const pageSize = 20;

/** Versions of a package, or what a search found, newest first. */
export function VersionList({ projectId, filter, onBack, onClear }: ListProps) {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const [deleting, setDeleting] = useState<Package | undefined>(undefined);
  const cache = useQueryClient();
  const query = useQuery({
    queryKey: [...keys.packages(projectId), 'list', filter, page],
    queryFn: () => get<Page<Package>>(`/projects/${projectId}/packages`, { ...filter, page, pageSize }),
    placeholderData: keepPreviousData,
  });
  const forget = async (one: Package): Promise<void> => {
    await remove(`/packages/${one.id}`);
    toast('succeeded', t('packages.deleted', { name: one.name, version: one.version }));
    await cache.invalidateQueries({ queryKey: keys.packages(projectId) });
  };
  return (
    <>
      {onBack === undefined ? null : (
        <p className="trail row">
          <ActionIcon aria-label={t('packages.back')} onClick={onBack}>
            <IconArrowLeft size={16} stroke={1.75} />
          </ActionIcon>
          <b className="cut">{filter.directory === '' ? filter.name : `${filter.directory ?? ''}/${filter.name ?? ''}`}</b>
        </p>
      )}
      <Loaded query={query}>
        {(found) =>
          found.items.length === 0 ? (
            <NothingFound search={filter.search} onClear={onClear ?? onBack ?? (() => undefined)} />
          ) : (
            <>
              <div className="scroll">
                <table className="grid packages-table versions">
                  <thead>
                    <tr>
                      <th>{filter.name === undefined ? t('packages.package') : t('packages.version')}</th>
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
                    {found.items.map((one) => (
                      <Row key={one.id} one={one} named={filter.name === undefined} onDelete={() => setDeleting(one)} />
                    ))}
                  </tbody>
                </table>
              </div>
              <Pager page={found} onPage={setPage} />
            </>
          )
        }
      </Loaded>
      {deleting === undefined ? null : (
        <ConfirmDialog
          title={t('packages.deleteTitle', { name: deleting.name, version: deleting.version })}
          action={t('packages.deleteAction')}
          onConfirm={() => forget(deleting)}
          onClose={() => setDeleting(undefined)}
        >
          {t('packages.deleteText', { size: size(deleting.sizeBytes) })}
        </ConfirmDialog>
      )}
    </>
  );
}

function Row({ one, named, onDelete }: { readonly one: Package; readonly named: boolean; readonly onDelete: () => void }) {
  const { t } = useTranslation();
  const full = `${one.name} ${one.version}`;
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
        <span className="row end">
          <Tooltip label={t('packages.download', { name: full })}>
            <ActionIcon
              component="a"
              href={address(`/packages/${one.id}/content`)}
              download
              aria-label={t('packages.download', { name: full })}
            >
              <IconDownload size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('packages.delete', { name: full })}>
            <ActionIcon aria-label={t('packages.delete', { name: full })} onClick={onDelete}>
              <IconTrash size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
        </span>
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
