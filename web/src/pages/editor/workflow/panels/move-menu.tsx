import { ActionIcon } from '@mantine/core';
import { IconArrowsMove } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { moveTask, type TaskPlace } from '../../../../editor/definition.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../../../parts/overlays/menu.js';
import type { Editor } from '../../shell/use-editor.js';

/** Moving by menu, where there is nothing to drag with. */
export function MoveMenu({ editor, place, name }: { readonly editor: Editor; readonly place: TaskPlace; readonly name: string }) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const stage = definition.stages[place.stage];
  const move = (to: TaskPlace): void => change(moveTask(definition, place, to));
  const ordered = stage?.mode === 'serial';
  return (
    <Menu>
      <MenuTarget>
        <ActionIcon aria-label={t('editor.taskActions', { name })}>
          <IconArrowsMove size={16} />
        </ActionIcon>
      </MenuTarget>
      <MenuList>
        {ordered ? (
          <MenuItem refused={place.task === 0 ? '' : undefined} onClick={() => move({ ...place, task: place.task - 1 })}>
            {t('common.moveUp')}
          </MenuItem>
        ) : null}
        {ordered ? (
          <MenuItem
            refused={place.task === (stage?.tasks.length ?? 0) - 1 ? '' : undefined}
            onClick={() => move({ ...place, task: place.task + 1 })}
          >
            {t('common.moveDown')}
          </MenuItem>
        ) : null}
        {definition.stages.map((one, index) =>
          index === place.stage ? null : (
            <MenuItem key={one.key} onClick={() => move({ stage: index, task: one.tasks.length })}>
              {t('editor.move', { stage: one.name })}
            </MenuItem>
          ),
        )}
      </MenuList>
    </Menu>
  );
}
