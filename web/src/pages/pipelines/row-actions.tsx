import type { PipelineRow } from '@drover/protocol/api';
import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconCopy, IconDots, IconDownload, IconHistory, IconPencil, IconPlayerPlay, IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { address } from '../../api/client.js';
import { paths } from '../../app/paths.js';
import { useRunDialog } from '../../app/run-dialog.js';
import { useFavourite } from './use-favourite.js';

export function FavouriteButton({ row }: { readonly row: PipelineRow }) {
  const { t } = useTranslation();
  const set = useFavourite();
  return (
    <ActionIcon aria-pressed={row.favourite} aria-label={t(row.favourite ? 'pipelines.unfavourite' : 'pipelines.favourite', { name: row.name })} onClick={() => set(row.id, !row.favourite)}>
      {row.favourite ? <IconStarFilled size={16} /> : <IconStar size={16} stroke={1.75} />}
    </ActionIcon>
  );
}

/** Run, and the rest behind a menu. What may not be done says why. */
export function RowActions({ row, onDelete }: { readonly row: PipelineRow; readonly onDelete: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const openRun = useRunDialog();
  return (
    <span className="row acts">
      <Tooltip label={row.mayExecute ? t('pipelines.runNamed', { name: row.name }) : t('pipelines.mayNotRun', { name: row.createdBy.name })}>
        <ActionIcon aria-label={t('pipelines.runNamed', { name: row.name })} aria-disabled={!row.mayExecute} className={row.mayExecute ? '' : 'refused'} onClick={() => (row.mayExecute ? openRun(row.id) : undefined)}><IconPlayerPlay size={16} stroke={1.75} /></ActionIcon>
      </Tooltip>
      <Menu>
        <Menu.Target><ActionIcon aria-label={t('common.moreActions', { name: row.name })}><IconDots size={16} stroke={1.75} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconHistory size={16} stroke={1.75} />} onClick={() => void navigate(paths.history(row.id))}>{t('pipelines.history')}</Menu.Item>
          <Menu.Item leftSection={<IconPencil size={16} stroke={1.75} />} disabled={!row.mayModify} title={row.mayModify ? undefined : t('pipelines.mayNotModify')} onClick={() => void navigate(paths.edit(row.id))}>{t('pipelines.editNamed')}</Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} stroke={1.75} />} onClick={() => void navigate(paths.copyPipeline(row.id))}>{t('pipelines.copyNamed')}</Menu.Item>
          <Menu.Item leftSection={<IconDownload size={16} stroke={1.75} />} component="a" href={address(`/pipelines/${row.id}/export`)} download={`${row.name}.drover.yaml`}>{t('pipelines.exportYaml')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item data-danger leftSection={<IconTrash size={16} stroke={1.75} />} disabled={!row.mayDelete} title={row.mayDelete ? undefined : t('pipelines.mayNotDelete')} onClick={onDelete}>{t('pipelines.deleteNamed')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
