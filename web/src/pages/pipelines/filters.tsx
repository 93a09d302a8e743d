import { Button } from '@mantine/core';
import { IconArrowsSort, IconChevronDown, IconFileImport, IconFolders, IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { useMayCreate, useProjects } from '../../app/project.js';
import { Caps } from '../../keys/keys.js';
import { firstOrder, shows, sorts, type ListState, type Sort } from './list-query.js';
import { Menu, MenuDivider, MenuItem, MenuList, MenuTarget } from '../../parts/overlays/menu.js';

interface FiltersProps {
  readonly state: ListState;
  readonly change: (part: Partial<ListState>) => void;
  readonly total: number | undefined;
  readonly onImport: () => void;
}

/** What the list shows and in which order; all of it stands in the address. */
export function Filters({ state, change, total, onImport }: FiltersProps) {
  const { t } = useTranslation();
  const mayCreate = useMayCreate();
  return (
    <div className="filters">
      <div className="seg" role="group" aria-label={t('pipelines.show')}>
        {shows.map((show) => (
          <button key={show} type="button" aria-pressed={state.show === show} onClick={() => change({ show })}>
            {t(`pipelines.${show}`)}
            {state.show === show && total !== undefined ? <span className="n">{total}</span> : null}
          </button>
        ))}
      </div>
      {state.person === undefined ? null : (
        <span className="chip person-chip">
          {t('pipelines.byPerson', { name: state.person })}
          <button type="button" className="chip-x" aria-label={t('pipelines.clear')} onClick={() => change({ person: undefined })}>
            <IconX size={14} />
          </button>
        </span>
      )}
      <span className="grow" />
      <Search value={state.search} onSearch={(search) => change({ search })} />
      <ProjectMenu chosen={state.project} onChoose={(project) => change({ project })} />
      <SortMenu sort={state.sort} onSort={(sort) => change({ sort, ascending: firstOrder(sort) === 'ascending' })} />
      {mayCreate === false ? null : (
        <Menu>
          <Button.Group className="new-group">
            <Button
              variant="filled"
              component={Link}
              to={paths.newPipeline(state.project)}
              aria-label={t('pipelines.newPipeline')}
              leftSection={<IconPlus size={16} stroke={1.75} />}
            >
              <span className="new-label">{t('pipelines.newPipeline')}</span>
            </Button>
            <MenuTarget>
              <Button variant="filled" px={7} aria-label={t('pipelines.importYaml')}>
                <IconChevronDown size={14} />
              </Button>
            </MenuTarget>
          </Button.Group>
          <MenuList>
            <MenuItem icon={<IconFileImport size={16} stroke={1.75} />} onClick={onImport}>
              {t('pipelines.importYaml')}
            </MenuItem>
          </MenuList>
        </Menu>
      )}
    </div>
  );
}

const typingPauseMs = 250;

function Search({ value, onSearch }: { readonly value: string; readonly onSearch: (search: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onSearch(text.trim()), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <label className="input quiet search">
      <IconSearch size={16} stroke={1.75} />
      <input
        data-search
        type="search"
        placeholder={t('pipelines.filterByName')}
        aria-label={t('pipelines.filterByName')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {text === '' ? <Caps keys="/" /> : null}
    </label>
  );
}

function ProjectMenu({ chosen, onChoose }: { readonly chosen: string | undefined; readonly onChoose: (id: string | undefined) => void }) {
  const { t } = useTranslation();
  const { data } = useProjects();
  const name = data?.find(({ id }) => id === chosen)?.name ?? t('pipelines.allProjects');
  return (
    <Menu>
      <MenuTarget>
        <Button leftSection={<IconFolders size={16} stroke={1.75} />} rightSection={<IconChevronDown size={14} />}>
          <span className="cut" style={{ maxWidth: 140 }}>
            {name}
          </span>
        </Button>
      </MenuTarget>
      <MenuList>
        <MenuItem onClick={() => onChoose(undefined)}>{t('pipelines.allProjects')}</MenuItem>
        <MenuDivider />
        {data?.map((project) => (
          <MenuItem key={project.id} onClick={() => onChoose(project.id)} current={project.id === chosen}>
            {project.name}
          </MenuItem>
        ))}
      </MenuList>
    </Menu>
  );
}

const sortNames = {
  lastStart: 'pipelines.sortLastStart',
  name: 'pipelines.sortName',
  duration: 'pipelines.sortDuration',
} as const satisfies Record<Sort, string>;

function SortMenu({ sort, onSort }: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  const { t } = useTranslation();
  return (
    <Menu>
      <MenuTarget>
        <Button
          aria-label={`${t('pipelines.sort')}: ${t(sortNames[sort])}`}
          leftSection={<IconArrowsSort size={16} stroke={1.75} />}
          rightSection={<IconChevronDown size={14} />}
        >
          {t(sortNames[sort])}
        </Button>
      </MenuTarget>
      <MenuList>
        {sorts.map((one) => (
          <MenuItem key={one} onClick={() => onSort(one)} current={one === sort}>
            {t(sortNames[one])}
          </MenuItem>
        ))}
      </MenuList>
    </Menu>
  );
}
