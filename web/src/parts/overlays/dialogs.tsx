import { Button, Modal } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShowFault } from '../use-show-fault.js';
import { errorBeside } from '../../api/problem.js';
import { useFocusReturn } from './use-focus-return.js';

interface FormDialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  /** Resolves when it is done (the dialog closes), rejects with the refusal. */
  readonly onSubmit: () => Promise<unknown>;
  readonly action: ReactNode;
  /** Pointers whose problems the fields show themselves. */
  readonly fields?: readonly string[];
  readonly children: (error: unknown) => ReactNode;
  readonly danger?: boolean;
  /** False keeps the action disabled: something has to be typed or chosen first. */
  readonly ready?: boolean;
  readonly size?: string | number;
  readonly hint?: ReactNode;
  /** For a dialog that shows a result after it is done: closes without it. */
  readonly onCancel?: () => void;
}

/** A dialog with a form: the refusal stands at its field or above the buttons, and nothing typed is lost. */
export function FormDialog({
  title,
  onClose,
  onSubmit,
  action,
  fields = [],
  children,
  danger = false,
  ready = true,
  size = 460,
  hint,
  onCancel = onClose,
}: FormDialogProps) {
  const { t } = useTranslation();
  useFocusReturn();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useShowFault<HTMLFormElement>(error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (!ready) return;
    setBusy(true);
    setError(null);
    onSubmit()
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };
  const beside = errorBeside(error, fields);
  return (
    <Modal opened onClose={onCancel} title={title} size={size} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="dlg-form">{children(error)}</div>
        {beside === undefined ? null : <Refusal>{beside}</Refusal>}
        <footer className="dlg-foot">
          {hint === undefined ? null : <span className="faint grow">{hint}</span>}
          <Button onClick={onCancel} {...(danger ? { 'data-autofocus': true } : {})}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" variant={danger ? 'dangerFilled' : 'filled'} loading={busy} disabled={!ready}>
            {action}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}

/** A refusal beside the fields. */
export const Refusal = ({ children }: { readonly children: ReactNode }) => (
  <div className="note bad" role="alert" style={{ marginTop: 14 }}>
    <IconAlertOctagon size={16} />
    <p className="grow">{children}</p>
  </div>
);

/** Asks before something is lost; says the thing's name and what goes with it. */
export function ConfirmDialog({
  title,
  children,
  action,
  onConfirm,
  onClose,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action: ReactNode;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}) {
  return (
    <FormDialog title={title} action={action} danger onClose={onClose} onSubmit={onConfirm}>
      {() => <p className="soft">{children}</p>}
    </FormDialog>
  );
}
