import type { ProjectId } from '@drover/protocol';
import type { PackageFolder } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconFolder, IconPackage } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { size } from '../../format/amounts.js';
import { Empty, Loaded } from '../../parts/states.js';
import { num, TableHead } from '../../parts/table-head.js';
import { Moment } from '../../parts/times.js';
import { folderQuery } from './folder-tree.js';
import { trail, within } from './naming.js';

interface FolderProps {
  readonly projectId: ProjectId;
  readonly directory: string;
  readonly onFolder: (directory: string) => void;
  readonly onPackage: (name: string) => void;
  readonly onUpload: (() => void) | undefined;
}

/** What is in a folder: folders, then packages with their newest version. */
export function FolderView({ projectId, directory, onFolder, onPackage, onUpload }: FolderProps) {
  const { t } = useTranslation();
  const query = useQuery(folderQuery(projectId, directory));
  return (
    <>
      <Trail directory={directory} onFolder={onFolder} />
      <Loaded query={query}>
        {(folder) =>
          folder.folders.length + folder.packages.length === 0 ? (
            <Empty
              title={directory === '' ? t('packages.empty') : t('packages.emptyFolder')}
              actions={onUpload === undefined ? null : <Button onClick={onUpload}>{t('packages.upload')}</Button>}
            >
              {t('packages.emptyText')}
            </Empty>
          ) : (
            <div className="scroll">
              <FolderTable folder={folder} directory={directory} onFolder={onFolder} onPackage={onPackage} />
              {folder.truncated ? <p className="faint note-line">{t('packages.truncated')}</p> : null}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

interface TableProps {
  readonly folder: PackageFolder;
  readonly directory: string;
  readonly onFolder: (directory: string) => void;
  readonly onPackage: (name: string) => void;
}

function FolderTable({ folder, directory, onFolder, onPackage }: TableProps) {
  const { t } = useTranslation();
  return (
    <table className="grid packages-table">
      <TableHead columns={[t('packages.package'), t('packages.version'), num(t('packages.size')), num(t('packages.uploaded'))]} />
      <tbody>
        {folder.folders.map((name) => (
          <tr key={`folder ${name}`}>
            <td colSpan={4}>
              <button type="button" className="name-button" onClick={() => onFolder(within(directory, name))}>
                <IconFolder size={16} stroke={1.75} />
                <span className="cut">{name}</span>
              </button>
            </td>
          </tr>
        ))}
        {folder.packages.map((one) => (
          <PackageRow key={one.name} one={one} onOpen={() => onPackage(one.name)} />
        ))}
      </tbody>
    </table>
  );
}

function PackageRow({ one, onOpen }: { readonly one: PackageFolder['packages'][number]; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <button type="button" className="name-button strong" onClick={onOpen}>
          <IconPackage size={16} stroke={1.75} />
          <span className="cut">{one.name}</span>
        </button>
      </td>
      <td>
        <span className="two">
          <span className="mono cut">{one.newestVersion}</span>
          <span className="second">{t('packages.versions', { count: one.versions })}</span>
        </span>
      </td>
      <td className="num">{size(one.sizeBytes)}</td>
      <td className="num">
        <Moment at={one.newestAt} />
      </td>
    </tr>
  );
}

/** Where the folder lies; on phones it takes the tree's place. */
function Trail({ directory, onFolder }: { readonly directory: string; readonly onFolder: (directory: string) => void }) {
  const { t } = useTranslation();
  if (directory === '') return null;
  return (
    <p className="trail">
      <button type="button" className="lk" onClick={() => onFolder('')}>
        {t('packages.root')}
      </button>
      {trail(directory).map(({ name, path }) => (
        <span key={path}>
          <span className="faint"> / </span>
          <button type="button" className="lk" onClick={() => onFolder(path)}>
            {name}
          </button>
        </span>
      ))}
    </p>
  );
}
