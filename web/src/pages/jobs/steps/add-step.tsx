import type { Step } from '@drover/protocol/definition';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { stepTypes } from '../../../jobs/edit.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../../parts/overlays/menu.js';
import { stepIcons } from './step-icons.js';

/** The kinds of steps that can be added. */
export function AddStep({ add }: { readonly add: (type: Step['type']) => void }) {
  const { t } = useTranslation();
  return (
    <div>
      <Menu start>
        <MenuTarget>
          <Button size="xs" leftSection={<IconPlus size={14} />}>
            {t('jobs.addStep')}
          </Button>
        </MenuTarget>
        <MenuList>
          {stepTypes.map((type) => {
            const Icon = stepIcons[type];
            return (
              <MenuItem key={type} icon={<Icon size={16} />} onClick={() => add(type)}>
                {t(`jobs.${type}`)}
              </MenuItem>
            );
          })}
        </MenuList>
      </Menu>
    </div>
  );
}
