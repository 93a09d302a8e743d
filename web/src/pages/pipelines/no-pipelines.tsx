import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { useProjects } from '../../app/project.js';
import { Empty } from '../../parts/states.js';

/** Before the first pipeline; before the first project, that comes first. */
export function NoPipelines({ onImport }: { readonly onImport: () => void }) {
  const { t } = useTranslation();
  const { data } = useProjects();
  if (data?.length === 0)
    return (
      <Empty
        title={t('pipelines.emptyNoProject')}
        actions={
          <Button variant="filled" component={Link} to={`${paths.projects}?new`}>
            {t('frame.projects')}
          </Button>
        }
      >
        {t('pipelines.emptyNoProjectText')}
      </Empty>
    );
  return (
    <Empty
      title={t('pipelines.emptyTitle')}
      actions={
        <>
          <Button variant="filled" component={Link} to={paths.newPipeline()} leftSection={<IconPlus size={16} />}>
            {t('pipelines.newPipeline')}
          </Button>
          <Button onClick={onImport}>{t('pipelines.importYaml')}</Button>
        </>
      }
    >
      {t('pipelines.emptyText')}
    </Empty>
  );
}
