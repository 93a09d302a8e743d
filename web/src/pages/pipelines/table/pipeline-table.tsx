import type { PipelineRow } from '@drover/protocol/api';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { firstOrder, type ListState, type Sort } from '../list-query.js';
import { Row } from './row.js';

interface TableProps {
  readonly rows: readonly PipelineRow[];
  readonly state: ListState;
  readonly change: (part: Partial<ListState>) => void;
  readonly selected: string | undefined;
  readonly onDelete: (row: PipelineRow) => void;
}

/** One row of two lines for each pipeline; on a phone a card of three. */
export function PipelineTable({ rows, state, change, selected, onDelete }: TableProps) {
  const { t } = useTranslation();
  const sortBy = (sort: Sort): void =>
    change(sort === state.sort ? { ascending: !state.ascending } : { sort, ascending: firstOrder(sort) === 'ascending' });
  const head = (sort: Sort, label: ReactNode, className = '') => (
    <th className={className} aria-sort={state.sort === sort ? (state.ascending ? 'ascending' : 'descending') : 'none'}>
      <button type="button" className="sort" onClick={() => sortBy(sort)}>
        {label}
        {state.sort !== sort ? null : state.ascending ? <IconArrowUp size={14} /> : <IconArrowDown size={14} />}
      </button>
    </th>
  );
  return (
    <table className="grid pipelines">
      <thead>
        <tr>
          <th>
            <span className="sr">{t('pipelines.favourites')}</span>
          </th>
          {head('name', t('pipelines.pipeline'))}
          <th>{t('pipelines.newestRun')}</th>
          <th>{t('pipelines.workflow')}</th>
          <th>{t('pipelines.last12')}</th>
          {head('lastStart', t('pipelines.started'), 'num')}
          <th>
            <span className="sr">{t('common.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            selected={row.id === selected}
            onPerson={(person) => change({ person })}
            onDelete={() => onDelete(row)}
          />
        ))}
      </tbody>
    </table>
  );
}
