import type { RegistrationToken } from '@drover/protocol/api';
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../parts/copy-text.js';
import { useFocusReturn } from '../../../parts/overlays/use-focus-return.js';

/** A token as it was made. */
export interface MadeToken {
  readonly token: RegistrationToken;
  readonly secret: string;
  readonly installCommand: string;
}

/** The secret, this once, and the command that uses it. */
export function TokenShown({ made, onClose }: { readonly made: MadeToken; readonly onClose: () => void }) {
  const { t } = useTranslation();
  useFocusReturn();
  return (
    <Modal opened onClose={onClose} title={t('agents.tokens.created')} size={560} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="dlg-form">
        <p className="soft">{t('common.showOnce')}</p>
        <div>
          <p className="faint">{t('agents.command')}</p>
          <div className="command">
            <code>{made.installCommand}</code>
            <CopyText text={made.installCommand} />
          </div>
        </div>
        <div>
          <p className="faint">{t('agents.tokens.secret')}</p>
          <div className="command">
            <code>{made.secret}</code>
            <CopyText text={made.secret} />
          </div>
        </div>
      </div>
      <footer className="dlg-foot">
        <Button variant="filled" onClick={onClose}>
          {t('common.close')}
        </Button>
      </footer>
    </Modal>
  );
}
