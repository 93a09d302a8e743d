import { ActionIcon } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Stage } from '../../../../editor/definition.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../../../parts/overlays/menu.js';
import { stageChoice } from '../use-chosen.js';
import type { WorkflowActions } from '../use-workflow-actions.js';

interface MenuProps {
  readonly index: number;
  readonly count: number;
  readonly stage: Stage;
  readonly actions: WorkflowActions;
}

/** What can be done with a stage. */
export function StageMenu({ index, count, stage: { key, name }, actions }: MenuProps) {
  const { t } = useTranslation();
  return (
    <Menu>
      <MenuTarget>
        <ActionIcon size={24} aria-label={t('editor.stageActions', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </MenuTarget>
      <MenuList>
        <MenuItem icon={<IconPencil size={16} />} onClick={() => actions.choose(stageChoice(key))}>
          {t('common.edit')}
        </MenuItem>
        <MenuItem
          icon={<IconArrowLeft size={16} />}
          refused={index === 0 ? '' : undefined}
          onClick={() => actions.moveStage(index, index - 1)}
        >
          {t('editor.moveLeft')}
        </MenuItem>
        <MenuItem
          icon={<IconArrowRight size={16} />}
          refused={index === count - 1 ? '' : undefined}
          onClick={() => actions.moveStage(index, index + 1)}
        >
          {t('editor.moveRight')}
        </MenuItem>
        <MenuItem icon={<IconCopy size={16} />} onClick={() => actions.copyStage(index)}>
          {t('editor.copyStage')}
        </MenuItem>
        <MenuItem danger icon={<IconTrash size={16} />} onClick={() => actions.deleteStage(index)}>
          {t('editor.deleteStage')}
        </MenuItem>
      </MenuList>
    </Menu>
  );
}
