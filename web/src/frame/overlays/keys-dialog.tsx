import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Caps, useAllKeys, type KeyBinding } from '../../keys/keys.js';
import { useFocusReturn } from '../../parts/overlays/use-focus-return.js';

/** All keys that work now. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  useFocusReturn();
  const bindings = useAllKeys();
  const everywhere = bindings.filter((binding) => binding.everywhere === true);
  const here = bindings.filter((binding) => binding.everywhere !== true);
  return (
    <Modal opened onClose={onClose} title={t('frame.keys')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="dlg-form">
        {here.length === 0 ? null : <Group title={t('frame.keysHere')} bindings={here} />}
        <Group title={t('frame.keysAnywhere')} bindings={everywhere} />
        <p className="faint">{t('frame.singleKeys')}</p>
      </div>
    </Modal>
  );
}

const Group = ({ title, bindings }: { readonly title: string; readonly bindings: readonly KeyBinding[] }) => (
  <section>
    <h2 className="group-head">{title}</h2>
    <dl className="keys-list">
      {bindings.map(({ keys, label }) => [
        <dt key={`${keys}-name`}>{label}</dt>,
        <dd key={keys}>
          <Caps keys={keys} />
        </dd>,
      ])}
    </dl>
  </section>
);
