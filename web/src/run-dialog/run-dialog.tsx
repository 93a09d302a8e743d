import type { PipelineId } from '@drover/protocol';

interface RunDialogProps { readonly pipelineId: PipelineId; readonly onClose: () => void }

export function RunDialog(_: RunDialogProps) {
  return null;
}
