import { Button, CloseButton, Menu, TextInput } from '@mantine/core';
import { IconArrowsSort, IconChevronDown, IconFileImport, IconFolders, IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../app/paths.js';
import { useProjects } from '../../app/project.js';
import { Caps } from '../../keys/keys.js';
import { firstOrder, shows, sorts, type ListState, type Sort } from './list-query.js';

interface FiltersProps { readonly state: ListState; readonly change: (part: Partial<ListState>) => void; readonly total: number | undefined; readonly onImport: () => void }

/** What the list shows and in which order; all of it stands in the address. */
export function Filters({ state, change, total, onImport }: FiltersProps) {
  const { t } = useTranslation();
  return (
    <div className="filters">
      <div className="seg" role="group" aria-label={t('pipelines.show')}>
        {shows.map((show) => (
          <button key={show} type="button" aria-pressed={state.show === show} onClick={() => change({ show })}>
            {t(`pipelines.${show}`)}{state.show === show && total !== undefined ? <span className="n">{total}</span> : null}
          </button>
        ))}
      </div>
      {state.person === undefined ? null : <span className="chip person-chip">{t('pipelines.byPerson', { name: state.person })}<CloseButton size={18} aria-label={t('pipelines.clear')} onClick={() => change({ person: undefined })} /></span>}
      <span className="grow" />
      <Search value={state.search} onSearch={(search) => change({ search })} />
      <ProjectMenu chosen={state.project} onChoose={(project) => change({ project })} />
      <SortMenu sort={state.sort} onSort={(sort) => change({ sort, ascending: firstOrder(sort) === 'ascending' })} />
      <Menu>
        <Button.Group className="new-group">
          <Button variant="filled" component={Link} to={paths.newPipeline(state.project)} aria-label={t('pipelines.newPipeline')} leftSection={<IconPlus size={16} stroke={1.75} />}><span className="new-label">{t('pipelines.newPipeline')}</span></Button>
          <Menu.Target><Button variant="filled" px={7} aria-label={t('pipelines.importYaml')}><IconChevronDown size={14} /></Button></Menu.Target>
        </Button.Group>
        <Menu.Dropdown><Menu.Item leftSection={<IconFileImport size={16} stroke={1.75} />} onClick={onImport}>{t('pipelines.importYaml')}</Menu.Item></Menu.Dropdown>
      </Menu>
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
  return <TextInput data-search className="search" type="search" placeholder={t('pipelines.filterByName')} aria-label={t('pipelines.filterByName')} leftSection={<IconSearch size={16} stroke={1.75} />} rightSection={text === '' ? <Caps keys="/" /> : null} value={text} onChange={(event) => setText(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === 'Escape') event.currentTarget.blur(); }} />;
}

function ProjectMenu({ chosen, onChoose }: { readonly chosen: string | undefined; readonly onChoose: (id: string | undefined) => void }) {
  const { t } = useTranslation();
  const { data } = useProjects();
  const name = data?.find(({ id }) => id === chosen)?.name ?? t('pipelines.allProjects');
  return (
    <Menu>
      <Menu.Target><Button leftSection={<IconFolders size={16} stroke={1.75} />} rightSection={<IconChevronDown size={14} />}><span className="cut" style={{ maxWidth: 140 }}>{name}</span></Button></Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <Menu.Item onClick={() => onChoose(undefined)}>{t('pipelines.allProjects')}</Menu.Item>
        <Menu.Divider />
        {data?.map((project) => <Menu.Item key={project.id} onClick={() => onChoose(project.id)} aria-current={project.id === chosen}>{project.name}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  );
}

const sortNames = { lastStart: 'pipelines.sortLastStart', name: 'pipelines.sortName', duration: 'pipelines.sortDuration' } as const satisfies Record<Sort, string>;

function SortMenu({ sort, onSort }: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  const { t } = useTranslation();
  return (
    <Menu>
      <Menu.Target><Button aria-label={`${t('pipelines.sort')}: ${t(sortNames[sort])}`} leftSection={<IconArrowsSort size={16} stroke={1.75} />} rightSection={<IconChevronDown size={14} />}>{t(sortNames[sort])}</Button></Menu.Target>
      <Menu.Dropdown>{sorts.map((one) => <Menu.Item key={one} onClick={() => onSort(one)} aria-current={one === sort}>{t(sortNames[one])}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  );
}
