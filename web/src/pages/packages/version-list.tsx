import type { ProjectId } from '@drover/protocol';
import type { Package, PackageVersion, Page } from '@drover/protocol/api';
import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { useMay } from '../../app/project.js';
import { keys } from '../../api/keys.js';
import { Pager } from '../../parts/pager.js';
import { Loaded, NothingFound } from '../../parts/states.js';
import { DeleteVersion } from './delete-version.js';
import { VersionTable } from './version-table.js';

interface Filter {
  readonly directory?: string;
  readonly name?: string;
  readonly search?: string;
}

interface ListProps {
  readonly projectId: ProjectId;
  readonly filter: Filter;
  readonly onBack?: () => void;
  readonly onClear?: () => void;
}

const pageSize = 20;

/** Versions of a package, or what a search found, newest first. */
export function VersionList({ projectId, filter, onBack, onClear }: ListProps) {
  const mayDelete = useMay(projectId)('delete');
  const [page, setPage] = useState(1);
  const [deleting, setDeleting] = useState<Package | undefined>(undefined);
  const query = useQuery({
    queryKey: [...keys.packages(projectId), 'list', filter, page],
    queryFn: () => readVersions(projectId, filter, page),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      {onBack === undefined ? null : <PackageTrail filter={filter} onBack={onBack} />}
      <Loaded query={query}>
        {(found) =>
          found.items.length === 0 ? (
            <NothingFound search={filter.search} onClear={onClear ?? onBack ?? (() => undefined)} />
          ) : (
            <>
              <div className="scroll">
                <VersionTable versions={found.items} named={filter.name === undefined} onDelete={mayDelete ? setDeleting : undefined} />
              </div>
              <Pager page={found} onPage={setPage} />
            </>
          )
        }
      </Loaded>
      {deleting === undefined ? null : <DeleteVersion projectId={projectId} version={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

/** Versions of the package with all of their files; of a search, each file that it finds. */
async function readVersions(projectId: ProjectId, filter: Filter, page: number): Promise<Page<PackageVersion>> {
  const query = { ...filter, page, pageSize };
  if (filter.name !== undefined) return get<Page<PackageVersion>>(`/projects/${projectId}/packages/versions`, query);
  const found = await get<Page<Package>>(`/projects/${projectId}/packages`, query);
  return { ...found, items: found.items.map((file) => ({ version: file.version, files: [file] })) };
}

function PackageTrail({ filter: { directory, name }, onBack }: { readonly filter: Filter; readonly onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <p className="trail row">
      <ActionIcon aria-label={t('packages.back')} onClick={onBack}>
        <IconArrowLeft size={16} stroke={1.75} />
      </ActionIcon>
      <b className="cut">{directory === '' ? name : `${directory ?? ''}/${name ?? ''}`}</b>
    </p>
  );
}
