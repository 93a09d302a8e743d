import { Button, Modal } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorBeside } from '../../api/problem.js';

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
  size = 460,
  hint,
  onCancel = onClose,
}: FormDialogProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setError(null);
    onSubmit()
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };
  const beside = errorBeside(error, fields);
  return (
    <Modal opened onClose={onCancel} title={title} size={size} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={submit} noValidate>
        <div className="dlg-form">{children(error)}</div>
        {beside === undefined ? null : <Refusal>{beside}</Refusal>}
        <footer className="dlg-foot">
          {hint === undefined ? null : <span className="faint grow">{hint}</span>}
          <Button onClick={onCancel} {...(danger ? { 'data-autofocus': true } : {})}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" variant={danger ? 'dangerFilled' : 'filled'} loading={busy}>
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
