import type { ProjectId } from '@drover/protocol';
import { Button, TextInput } from '@mantine/core';
import { IconSearch, IconUpload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { projectIdOf, useFollowProject, useMay } from '../../app/project.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { FolderTree } from './folder-tree.js';
import { FolderView } from './folder-view.js';
import { usePlace, type Place } from './use-place.js';
import { VersionList } from './version-list.js';
import './packages.css';
import { again } from '../../app/again.js';

const UploadDialog = lazy(async () => ({ default: (await again(() => import('./upload/upload-dialog.js'))).UploadDialog }));

/** B3: the project's package repository: folders left, packages and versions right. */
export default function PackagesPage() {
  const { t } = useTranslation();
  const projectId = projectIdOf(useParams()['projectId']);
  useFollowProject(projectId);
  const may = useMay(projectId);
  const mayUpload = may('modify');
  const place = usePlace();
  const { directory, words, go } = place;
  const [uploading, setUploading] = useState(false);
  const upload = (): void => setUploading(true);
  return (
    <>
      <TopBar title={t('packages.title')} heading={<Heading>{t('packages.title')}</Heading>} />
      <PackagesBar place={place} mayUpload={mayUpload} onUpload={upload} />
      <div className="packages-body">
        <nav className="tree" aria-label={t('packages.tree')}>
          <FolderTree projectId={projectId} chosen={words === undefined ? directory : undefined} onChoose={(folder) => go(folder)} />
        </nav>
        <div className="packages-list">
          <AtPlace projectId={projectId} place={place} onUpload={mayUpload ? upload : undefined} />
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

interface BarProps {
  readonly place: Place;
  readonly mayUpload: boolean;
  readonly onUpload: () => void;
}

function PackagesBar({ place, mayUpload, onUpload }: BarProps) {
  const { t } = useTranslation();
  return (
    <div className="filters" data-search>
      <TextInput
        className="package-search"
        value={place.text}
        onChange={(event) => place.search(event.currentTarget.value)}
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
        onClick={onUpload}
      >
        {t('packages.upload')}
      </Button>
    </div>
  );
}

interface AtPlaceProps {
  readonly projectId: ProjectId;
  readonly place: Place;
  readonly onUpload: (() => void) | undefined;
}

/** What a search found, the versions of a package, or what is in a folder. */
function AtPlace({ projectId, place: { directory, name, words, search, go }, onUpload }: AtPlaceProps) {
  if (words !== undefined) return <VersionList projectId={projectId} filter={{ search: words }} onClear={() => search('')} />;
  if (name !== undefined) return <VersionList projectId={projectId} filter={{ directory, name }} onBack={() => go(directory)} />;
  return (
    <FolderView
      projectId={projectId}
      directory={directory}
      onFolder={(folder) => go(folder)}
      onPackage={(one) => go(directory, one)}
      onUpload={onUpload}
    />
  );
}
