import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface PageFacts {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly more: boolean;
  readonly items: readonly unknown[];
}

/** The foot of a list: which items of how many, and the pages before and after. */
export function Pager({
  page,
  onPage,
  children,
}: {
  readonly page: PageFacts;
  readonly onPage: (page: number) => void;
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation();
  const from = (page.page - 1) * page.pageSize + (page.items.length === 0 ? 0 : 1);
  const to = (page.page - 1) * page.pageSize + page.items.length;
  const last = page.more ? Infinity : Math.max(1, Math.ceil(page.total / page.pageSize));
  return (
    <footer className="foot num">
      <span>{t(page.more ? 'common.rangeMore' : 'common.range', { from, to, total: page.total })}</span>
      <span className="row">
        {children}
        <ActionIcon variant="default" aria-label={t('common.previousPage')} disabled={page.page <= 1} onClick={() => onPage(page.page - 1)}>
          <IconChevronLeft size={14} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={t('common.nextPage')} disabled={page.page >= last} onClick={() => onPage(page.page + 1)}>
          <IconChevronRight size={14} />
        </ActionIcon>
      </span>
    </footer>
  );
}
