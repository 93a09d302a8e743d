export const agentRegisterPath = '/api/v1/agent/register';
/** G1: `DELETE` with `Authorization: Bearer <machine token>` takes the agent off the farm (`drover-agent unregister`): 204, and 401 once the token is no longer known. */
export const agentRegistrationPath = '/api/v1/agent/registration';

/** Name of the header of `PUT …/bytes`: where in the file the body begins. */
export const uploadOffsetHeader = 'upload-offset';
/** Names of the headers that say which lease an agent's HTTP request belongs to. */
export const attemptHeader = 'drover-attempt';
export const fencingHeader = 'drover-fencing';
