import { IconGitBranch, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Source } from '../../../../editor/definition.js';

/** The source stage: it always comes first, and is edited on its own tab. */
export function SourceColumn({
  sources,
  to,
  disabled,
}: {
  readonly sources: readonly Source[];
  readonly to: string;
  readonly disabled: boolean;
}) {
  const { t } = useTranslation();
  return (
    <section className="col src" aria-label={t('editor.sources')}>
      <header>
        <h2 className="grow">{t('editor.source')}</h2>
      </header>
      <ul>
        {sources.map((source, index) => (
          <li key={index}>
            <Link className="card" to={to}>
              <span className="kind">
                <IconGitBranch size={16} stroke={1.75} />
              </span>
              <span className="two grow">
                <b className="cut">
                  {source.alias ??
                    source.url
                      .split('/')
                      .at(-1)
                      ?.replace(/\.git$/, '')}
                </b>
                <span className="second mono cut">{source.defaultBranch}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {disabled ? null : (
        <Link className="add" to={to}>
          <IconPlus size={14} />
          {t('editor.source')}
        </Link>
      )}
    </section>
  );
}
