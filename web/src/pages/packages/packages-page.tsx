import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconUpload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { projectIdOf, useFollowProject, useProjects } from '../../app/project.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { FolderTree } from './folder-tree.js';
import { FolderView } from './folder-view.js';
import { VersionList } from './version-list.js';
import './packages.css';

const UploadDialog = lazy(async () => ({ default: (await import('./upload-dialog.js')).UploadDialog }));
const restMs = 250;

/** B3: the project's package repository: folders left, packages and versions right. */
export default function PackagesPage() {
  const { t } = useTranslation();
  const projectId = projectIdOf(useParams()['projectId']);
  useFollowProject(projectId);
  const { data: projects } = useProjects();
  const project = projects?.find(({ id }) => id === projectId);
  const [search, setSearch] = useSearchParams();
  const [uploading, setUploading] = useState(false);
  const [text, setText] = useState(search.get('search') ?? '');
  const find = useDebouncedCallback((words: string) => setSearch(words === '' ? {} : { search: words }, { replace: true }), restMs);
  const directory = search.get('in') ?? '';
  const name = search.get('name') ?? undefined;
  const words = search.get('search') ?? undefined;
  const go = (folder: string, one?: string): void => {
    setText('');
    setSearch({ ...(folder === '' ? {} : { in: folder }), ...(one === undefined ? {} : { name: one }) });
  };
  const mayUpload =
    project === undefined || !(project.myRoles.length === 1 && (project.myRoles[0] === 'viewer' || project.myRoles[0] === 'participant'));
  const change = (next: string): void => {
    setText(next);
    find(next.trim());
  };
  return (
    <>
      <TopBar title={t('packages.title')} heading={<Heading>{t('packages.title')}</Heading>} />
      <div className="filters" data-search>
        <TextInput
          className="package-search"
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          placeholder={t('packages.search')}
          aria-label={t('packages.search')}
          leftSection={<IconSearch size={14} stroke={1.75} />}
        />
        <span className="grow" />
        <Button
          variant="filled"
          disabled={!mayUpload}
          title={mayUpload ? undefined : t('packages.mayNotUpload')}
          leftSection={<IconUpload size={14} stroke={1.75} />}
          onClick={() => setUploading(true)}
        >
          {t('packages.upload')}
        </Button>
      </div>
      <div className="packages-body">
        <nav className="tree" aria-label={t('packages.tree')}>
          <FolderTree projectId={projectId} chosen={words === undefined ? directory : undefined} onChoose={(folder) => go(folder)} />
        </nav>
        <div className="packages-list">
          {words !== undefined ? (
            <VersionList projectId={projectId} filter={{ search: words }} onClear={() => change('')} />
          ) : name !== undefined ? (
            <VersionList projectId={projectId} filter={{ directory, name }} onBack={() => go(directory)} />
          ) : (
            <FolderView
              projectId={projectId}
              directory={directory}
              onFolder={(folder) => go(folder)}
              onPackage={(one) => go(directory, one)}
              onUpload={mayUpload ? () => setUploading(true) : undefined}
            />
          )}
        </div>
      </div>
      {uploading ? (
        <Suspense fallback={null}>
          <UploadDialog projectId={projectId} directory={directory} onClose={() => setUploading(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
