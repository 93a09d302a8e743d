import { useTranslation } from 'react-i18next';

interface Figures {
  readonly figures: string;
}
/** A column of figures, which stand to the right. */
export const num = (title: string): Figures => ({ figures: title });

interface TableHeadProps {
  readonly columns: ReadonlyArray<string | Figures>;
  /** Whether a column of buttons comes last; only readers of a screen hear its name. */
  readonly acts?: boolean;
}

/** The titles above a table. */
export function TableHead({ columns, acts = false }: TableHeadProps) {
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        {columns.map((column, place) =>
          typeof column === 'string' ? (
            <th key={place}>{column}</th>
          ) : (
            <th key={place} className="num">
              {column.figures}
            </th>
          ),
        )}
        {acts ? (
          <th>
            <span className="sr">{t('common.actions')}</span>
          </th>
        ) : null}
      </tr>
    </thead>
  );
}
