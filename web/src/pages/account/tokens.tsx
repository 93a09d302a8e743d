import type { ApiToken } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { serverNow } from '../../format/clock.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { Empty, Loaded } from '../../parts/states.js';
import { num, TableHead } from '../../parts/table-head.js';
import { Moment } from '../../parts/times.js';
import { useDone } from '../../parts/use-save.js';
import { NewTokenDialog } from './new-token.js';

/** A5: tokens for scripts; a secret is shown once, when it is made. */
export function Tokens() {
  const { t } = useTranslation();
  const done = useDone();
  const query = useQuery({ queryKey: keys.tokens, queryFn: () => get<readonly ApiToken[]>('/me/tokens') });
  const [adding, setAdding] = useState(false);
  const [doomed, setDoomed] = useState<ApiToken | undefined>(undefined);
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
      {t('account.newToken')}
    </Button>
  );
  return (
    <section className="part">
      <header className="row">
        <p className="soft grow">{t('account.tokensText')}</p>
        {add}
      </header>
      <Loaded query={query} rows={2}>
        {(tokens) => (tokens.length === 0 ? <Empty title={t('account.noTokens')} /> : <Table tokens={tokens} onRevoke={setDoomed} />)}
      </Loaded>
      {adding ? <NewTokenDialog onClose={() => setAdding(false)} /> : null}
      {doomed === undefined ? null : (
        <ConfirmDialog
          title={t('account.revokeTitle', { name: doomed.name })}
          action={t('account.revoke')}
          onClose={() => setDoomed(undefined)}
          onConfirm={() => remove(`/me/tokens/${doomed.id}`).then(() => done(t('account.revoked'), keys.tokens))}
        >
          {t('account.revokeText')}
        </ConfirmDialog>
      )}
    </section>
  );
}

function Table({ tokens, onRevoke }: { readonly tokens: readonly ApiToken[]; readonly onRevoke: (token: ApiToken) => void }) {
  const { t } = useTranslation();
  const now = serverNow();
  return (
    <div className="box table-box">
      <table className="grid dense cards">
        <TableHead columns={[t('account.tokenName'), t('account.scopes'), num(t('account.lastUsed')), num(t('account.expires'))]} acts />
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td>
                <span className="strong cut">{token.name}</span>
              </td>
              <td data-label={t('account.scopes')}>
                <span className="row chips">
                  {token.scopes.map((scope) => (
                    <span key={scope} className="chip">
                      {t(`account.${scope}`)}
                    </span>
                  ))}
                </span>
              </td>
              <td className="num" data-label={t('account.lastUsed')}>
                {token.lastUsedAt === undefined ? <span className="faint">{t('common.never')}</span> : <Moment at={token.lastUsedAt} />}
              </td>
              <td className="num" data-label={t('account.expires')}>
                {token.expiresAt === undefined ? (
                  <span className="faint">{t('account.neverExpires')}</span>
                ) : token.expiresAt < now ? (
                  <span className="chip miss">{t('account.expired')}</span>
                ) : (
                  <Moment at={token.expiresAt} coming />
                )}
              </td>
              <td>
                <span className="row acts">
                  <Button size="xs" variant="danger" onClick={() => onRevoke(token)}>
                    {t('account.revoke')}
                  </Button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
