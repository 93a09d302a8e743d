import type { PipelineRow } from '@drover/protocol/api';
import { ActionIcon } from '@mantine/core';
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconHistory,
  IconPencil,
  IconPlayerPlay,
  IconStar,
  IconStarFilled,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { address } from '../../../api/client.js';
import { paths } from '../../../app/paths.js';
import { useRunDialog } from '../../../app/run-dialog.js';
import { useFavourite } from './use-favourite.js';
import { Menu, MenuDivider, MenuItem, MenuList, MenuTarget } from '../../../parts/overlays/menu.js';
import { Tip } from '../../../parts/overlays/tip.js';

export function FavouriteButton({ row }: { readonly row: PipelineRow }) {
  const { t } = useTranslation();
  const set = useFavourite();
  return (
    <ActionIcon
      aria-pressed={row.favourite}
      aria-label={t(row.favourite ? 'pipelines.unfavourite' : 'pipelines.favourite', { name: row.name })}
      onClick={() => set(row.id, !row.favourite)}
    >
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
      <Tip label={row.mayExecute ? t('pipelines.runNamed', { name: row.name }) : t('pipelines.mayNotRun', { name: row.createdBy.name })}>
        <ActionIcon
          aria-label={t('pipelines.runNamed', { name: row.name })}
          aria-disabled={!row.mayExecute}
          className={row.mayExecute ? '' : 'refused'}
          onClick={() => (row.mayExecute ? openRun(row.id) : undefined)}
        >
          <IconPlayerPlay size={16} stroke={1.75} />
        </ActionIcon>
      </Tip>
      <Menu>
        <MenuTarget>
          <ActionIcon aria-label={t('common.moreActions', { name: row.name })}>
            <IconDots size={16} stroke={1.75} />
          </ActionIcon>
        </MenuTarget>
        <MenuList>
          <MenuItem icon={<IconHistory size={16} stroke={1.75} />} onClick={() => void navigate(paths.history(row.id))}>
            {t('pipelines.history')}
          </MenuItem>
          <MenuItem
            icon={<IconPencil size={16} stroke={1.75} />}
            refused={row.mayModify ? undefined : t('pipelines.mayNotModify')}
            onClick={() => void navigate(paths.edit(row.id))}
          >
            {t('pipelines.editNamed')}
          </MenuItem>
          <MenuItem icon={<IconCopy size={16} stroke={1.75} />} onClick={() => void navigate(paths.copyPipeline(row.id))}>
            {t('pipelines.copyNamed')}
          </MenuItem>
          <MenuItem
            icon={<IconDownload size={16} stroke={1.75} />}
            href={address(`/pipelines/${row.id}/export`)}
            download={`${row.name}.drover.yaml`}
          >
            {t('pipelines.exportYaml')}
          </MenuItem>
          <MenuDivider />
          <MenuItem
            danger
            icon={<IconTrash size={16} stroke={1.75} />}
            refused={row.mayDelete ? undefined : t('pipelines.mayNotDelete')}
            onClick={onDelete}
          >
            {t('pipelines.deleteNamed')}
          </MenuItem>
        </MenuList>
      </Menu>
    </span>
  );
}
