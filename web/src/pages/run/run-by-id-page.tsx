import type { RunView } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { TopBar } from '../../frame/top-bar.js';
import { Loaded } from '../../parts/states.js';

/** Leads from a run's id to its address. */
export default function RunByIdPage() {
  const { runId = '' } = useParams();
  const query = useQuery({ queryKey: keys.run(runId), queryFn: () => get<RunView>(`/runs/${runId}`) });
  return (
    <>
      <TopBar title="#" crumbs={[{ label: '…' }]} />
      <Loaded query={query}>{(run) => <Navigate to={paths.run(run.pipelineId, run.number)} replace />}</Loaded>
    </>
  );
}
