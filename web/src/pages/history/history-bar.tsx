import type { Pipeline } from '@drover/protocol/api';
import { ActionIcon, Button, Menu, NumberInput, Popover, Select, TextInput, Tooltip } from '@mantine/core';
import { IconCalendar, IconDots, IconHash, IconPlayerPlay } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { remove } from '../../api/client.js';
import { paths } from '../../app/paths.js';
import { useRunDialog } from '../../app/run-dialog.js';
import { ConfirmDialog } from '../../parts/overlays/dialogs.js';
import { toast } from '../../parts/overlays/toasts.js';
import type { Range } from './range.js';

interface BarProps {
  readonly pipeline: Pipeline;
  readonly range: Range;
  readonly onChange: (next: Partial<Range>) => void;
}

const statuses = ['queued', 'running', 'succeeded', 'failed', 'timedOut', 'lost', 'stopped'] as const;

/** Range and status of the runs shown; what can be done with the pipeline. */
export function HistoryBar({ pipeline, range, onChange }: BarProps) {
  const { t } = useTranslation();
  const openRun = useRunDialog();
  const byDates = range.from !== undefined || range.to !== undefined;
  return (
    <div className="filters">
      <div className="seg" role="group" aria-label={t('history.range')}>
        {([7, 14, 31] as const).map((days) => (
          <button
            key={days}
            type="button"
            aria-pressed={!byDates && range.days === days}
            onClick={() => onChange({ days, from: undefined, to: undefined })}
          >
            {t('history.days', { count: days })}
          </button>
        ))}
        <Dates range={range} pressed={byDates} onChange={onChange} />
      </div>
      <Select
        className="status-filter"
        aria-label={t('history.status')}
        value={range.status ?? ''}
        onChange={(status) => onChange({ status: status === '' || status === null ? undefined : status })}
        data={[
          { value: '', label: t('history.anyStatus') },
          ...statuses.map((status) => ({ value: status, label: t(`status.${status}`) })),
        ]}
      />
      <span className="grow" />
      <ByNumber pipelineId={pipeline.id} />
      <Tooltip label={t('history.mayNot.run')} disabled={pipeline.mayExecute}>
        <Button
          variant="filled"
          disabled={!pipeline.mayExecute}
          leftSection={<IconPlayerPlay size={14} stroke={1.75} />}
          onClick={() => openRun(pipeline.id)}
        >
          {t('history.runNow')}
        </Button>
      </Tooltip>
      <More pipeline={pipeline} />
    </div>
  );
}

function Dates({
  range,
  pressed,
  onChange,
}: {
  readonly range: Range;
  readonly pressed: boolean;
  readonly onChange: BarProps['onChange'];
}) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-start" trapFocus>
      <Popover.Target>
        <button type="button" aria-pressed={pressed}>
          <IconCalendar size={14} stroke={1.75} className="seg-icon" />
          {pressed ? `${range.from ?? '…'} – ${range.to ?? '…'}` : t('history.dates')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="dlg-form">
          <TextInput
            type="date"
            label={t('history.from')}
            value={range.from ?? ''}
            onChange={(event) => onChange({ from: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('history.to')}
            value={range.to ?? ''}
            onChange={(event) => onChange({ to: event.currentTarget.value === '' ? undefined : event.currentTarget.value })}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Older runs are reached by their number. */
function ByNumber({ pipelineId }: { readonly pipelineId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [number, setNumber] = useState<number | string>('');
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (typeof number === 'number') void navigate(paths.run(pipelineId, number));
  };
  return (
    <form onSubmit={go} className="by-number">
      <NumberInput
        value={number}
        onChange={setNumber}
        min={1}
        hideControls
        allowDecimal={false}
        allowNegative={false}
        placeholder={t('history.goToNumber')}
        aria-label={t('history.goToNumber')}
        leftSection={<IconHash size={14} stroke={1.75} />}
      />
    </form>
  );
}

function More({ pipeline }: { readonly pipeline: Pipeline }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const { name } = pipeline.definition;
  const forget = async (): Promise<void> => {
    await remove(`/pipelines/${pipeline.id}`);
    toast('succeeded', t('history.deleted', { name }));
    void navigate(paths.pipelines);
  };
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size={32} aria-label={t('common.moreActions', { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={paths.edit(pipeline.id)} title={pipeline.mayModify ? undefined : t('history.mayNot.edit')}>
            {t('history.edit')}
          </Menu.Item>
          <Menu.Item component={Link} to={paths.copyPipeline(pipeline.id)}>
            {t('history.copy')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            data-danger
            disabled={!pipeline.mayDelete}
            title={pipeline.mayDelete ? undefined : t('history.mayNot.delete')}
            onClick={() => setDeleting(true)}
          >
            {t('history.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {deleting ? (
        <ConfirmDialog
          title={t('history.deleteTitle', { name })}
          action={t('history.deleteAction')}
          onConfirm={forget}
          onClose={() => setDeleting(false)}
        >
          {t('history.deleteText')}
        </ConfirmDialog>
      ) : null}
    </>
  );
}
