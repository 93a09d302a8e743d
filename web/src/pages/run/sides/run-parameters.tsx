import type { RunView } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../parts/copy-text.js';
import { Empty } from '../../../parts/states.js';
import { TableHead } from '../../../parts/table-head.js';

/** The values that this run uses, and where each came from. Secrets are named, never shown. */
export function RunParameters({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  if (run.parameters.length === 0) return <Empty title={t('run.noParameters')} />;
  return (
    <div className="scroll">
      <table className="grid dense cards">
        <TableHead columns={[t('run.parameter'), t('run.value'), t('run.origin')]} />
        <tbody>
          {run.parameters.map(({ name, value, secret, origin }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td>
                {secret ? (
                  <span className="chip">{t('run.secret')}</span>
                ) : value === undefined || value === '' ? (
                  <span className="faint">{t('run.empty')}</span>
                ) : (
                  <span className="row">
                    <span className="mono value" lang="">
                      {value}
                    </span>
                    <CopyText text={value} />
                  </span>
                )}
              </td>
              <td className="soft">{t(`run.originOf.${origin}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
