import type { Page, PipelineRow } from '@drover/protocol/api';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { StatusMark } from '../../parts/runs/status-mark.js';
import { usePages } from './use-pages.js';

/** A place that the palette offers. */
export interface Choice {
  readonly id: string;
  readonly group: string;
  readonly icon: ReactNode;
  readonly label: string;
  readonly beside?: string;
  readonly to: string;
}

const mostPipelines = 8;

/** Pipelines that the search finds, then pages whose name has the text in it. */
export function useChoices(text: string): readonly Choice[] {
  const { t } = useTranslation();
  const [search] = useDebouncedValue(text.trim(), 120);
  const pages = usePages();
  const query = { search, pageSize: mostPipelines, sort: 'lastStart', order: 'descending' };
  const { data } = useQuery({
    queryKey: keys.pipelineList(query),
    queryFn: () => get<Page<PipelineRow>>('/pipelines', query),
    placeholderData: (before) => before,
  });
  const words = text.trim().toLowerCase();
  const found = (data?.items ?? []).map((row): Choice => ({
    id: row.id,
    group: t('frame.found'),
    icon: <StatusMark status={row.newestRun?.status ?? 'notRun'} />,
    label: `${row.projectName} / ${row.name}`,
    beside: row.newestRun === undefined ? '' : `#${row.newestRun.number} ${row.newestRun.source?.message ?? ''}`,
    to: row.newestRun === undefined ? paths.history(row.id) : paths.run(row.id, row.newestRun.number),
  }));
  const places = pages
    .filter(({ label }) => label.toLowerCase().includes(words))
    .map(({ label, to }): Choice => ({ id: to, group: t('frame.goTo'), icon: <IconArrowRight size={16} />, label, to }));
  return [...found, ...places];
}
