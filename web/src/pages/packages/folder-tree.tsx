import type { ProjectId } from '@drover/protocol';
import type { PackageFolder } from '@drover/protocol/api';
import { IconChevronDown, IconChevronRight, IconFolder, IconPackages } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { within } from './naming.js';

export const folderQuery = (projectId: ProjectId, directory: string) =>
  ({
    queryKey: [...keys.packages(projectId), 'folder', directory],
    queryFn: () => get<PackageFolder>(`/projects/${projectId}/packages/folders`, { directory }),
  }) as const;

interface TreeProps {
  readonly projectId: ProjectId;
  readonly chosen: string | undefined;
  readonly onChoose: (directory: string) => void;
}

/** Folders; each level is fetched when it is opened. */
export function FolderTree({ projectId, chosen, onChoose }: TreeProps) {
  const { t } = useTranslation();
  return (
    <ul className="tree-list">
      <li>
        <div className={chosen === '' ? 'tree-row on' : 'tree-row'}>
          <span className="tree-caret" />
          <button type="button" className="tree-name" aria-current={chosen === '' ? 'true' : undefined} onClick={() => onChoose('')}>
            <IconPackages size={16} stroke={1.75} />
            <span className="cut">{t('packages.root')}</span>
          </button>
        </div>
        <Level projectId={projectId} directory="" depth={1} chosen={chosen} onChoose={onChoose} />
      </li>
    </ul>
  );
}

function Level({ directory, depth, ...tree }: TreeProps & { readonly directory: string; readonly depth: number }) {
  const { data } = useQuery(folderQuery(tree.projectId, directory));
  if (data === undefined || data.folders.length === 0) return null;
  return (
    <ul>
      {data.folders.map((name) => (
        <Folder key={name} name={name} path={within(directory, name)} depth={depth} {...tree} />
      ))}
    </ul>
  );
}

function Folder({
  name,
  path,
  depth,
  projectId,
  chosen,
  onChoose,
}: TreeProps & { readonly name: string; readonly path: string; readonly depth: number }) {
  const { t } = useTranslation();
  const inside = chosen !== undefined && chosen.startsWith(`${path}/`);
  const [opened, setOpened] = useState<boolean | undefined>(undefined);
  const open = opened ?? (inside || chosen === path);
  const on = chosen === path;
  const Caret = open ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <div className={on ? 'tree-row on' : 'tree-row'} style={{ paddingLeft: depth * 14 }}>
        <button
          type="button"
          className="tree-caret"
          aria-expanded={open}
          aria-label={t('packages.folderRow', { name })}
          onClick={() => setOpened(!open)}
        >
          <Caret size={14} />
        </button>
        <button type="button" className="tree-name" aria-current={on ? 'true' : undefined} onClick={() => onChoose(path)}>
          <IconFolder size={16} stroke={1.75} />
          <span className="cut">{name}</span>
        </button>
      </div>
      {open ? <Level projectId={projectId} directory={path} depth={depth + 1} chosen={chosen} onChoose={onChoose} /> : null}
    </li>
  );
}
